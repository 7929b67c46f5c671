package dev.tesuji.reward;

import dev.tesuji.env.Problem;
import java.time.Duration;
import java.util.regex.Pattern;

/// Judges responses to some problems only, by another reward; responses to others are paid nothing.
///
/// All responses of a group answer one problem, so that a part that pays nothing to any of them
/// changes no advantage.
///
/// @param sources what the whole source of a problem must match ([dev.tesuji.env.Problem#source]),
///   or the name of its task in a mixture
/// @param reward judges the responses to those
public record Among(Pattern sources, Reward reward) implements Reward {
  @Override
  public Judgement judge(Response response) {
    return matches(response.problem()) ? reward.judge(response) : new Judgement.Points(0);
  }

  private boolean matches(Problem problem) {
    String task = problem.task();
    return sources.matcher(problem.source()).matches()
        || (task != null && sources.matcher(task).matches());
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
