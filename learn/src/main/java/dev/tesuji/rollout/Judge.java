package dev.tesuji.rollout;

import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Response;

/// Grades responses.
@FunctionalInterface
interface Judge {
  /// Grades a response; may take its time.
  ///
  /// @throws dev.tesuji.reward.RewardFailure when no judgement can be had at all
  Graded judge(Response response);
}
