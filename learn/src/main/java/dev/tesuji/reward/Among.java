package dev.tesuji.reward;

import java.time.Duration;
import java.util.regex.Pattern;

/// Judges responses to some problems only, by another reward; responses to others are paid nothing.
///
/// All responses of a group answer one problem, so that a part that pays nothing to any of them
/// changes no advantage.
///
/// @param sources what the whole source of a problem must match ([dev.tesuji.env.Problem#source])
/// @param reward judges the responses to those
public record Among(Pattern sources, Reward reward) implements Reward {
  @Override
  public Judgement judge(Response response) {
    return sources.matcher(response.problem().source()).matches()
        ? reward.judge(response)
        : new Judgement.Points(0);
  }

  @Override
  public Duration patience() {
    return reward.patience();
  }

  @Override
  public void close() {
    reward.close();
  }
}
