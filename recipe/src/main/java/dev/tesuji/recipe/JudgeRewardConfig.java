package dev.tesuji.recipe;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.Require;
import dev.tesuji.endpoint.ChatClient;
import dev.tesuji.endpoint.Endpoint;
import dev.tesuji.endpoint.ReplyFile;
import dev.tesuji.reward.JudgeModel;
import dev.tesuji.reward.JudgeReward;
import dev.tesuji.reward.LocalJudge;
import dev.tesuji.reward.Reward;
import dev.tesuji.yaml.Named;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Pays for being better than the reference answer by a rubric, as a language model sees it
/// ([JudgeReward]): one behind an endpoint, or one in this process.
///
/// @param problems pays only where the source of the problem, or the name of its task in a mixture,
///   matches this regular expression; everywhere where absent
/// @param model the directory of the judge, which has a chat template; either this or `endpoint`
/// @param endpoint the judge; its address alone, or a mapping of its settings
/// @param rubric what makes an answer better, in the judge's language
/// @param comparisons K, how often the two are compared; the order in which they are shown
///   alternates
/// @param votes how often each comparison is put to the judge; the majority counts
/// @param thinking `hidden` shows the judge what follows `</think>`, `shown` the whole response
/// @param maxTokens the most that the judge may write for a vote
/// @param seed of the order in which the two are shown
/// @param cache a file that keeps an endpoint's answers for later runs; absent to keep them during
///   the run alone
@Named("judge")
public record JudgeRewardConfig(
    @Nullable String name,
    double weight,
    @Nullable String problems,
    @OfModel @Nullable Path model,
    @Nullable EndpointSettings endpoint,
    @Nullable String rubric,
    int comparisons,
    int votes,
    JudgeReward.Thinking thinking,
    int maxTokens,
    long seed,
    @Nullable Path cache)
    implements RewardConfig {
  /// Two comparisons of one vote, without the thinking.
  public static final JudgeRewardConfig DEFAULT =
      new JudgeRewardConfig(
          null, 1, null, null, null, null, 2, 1, JudgeReward.Thinking.HIDDEN, 1024, 0, null);

  /// Checks what can be checked without the judge.
  public JudgeRewardConfig {
    Require.atLeast(1, "comparisons", comparisons);
    Require.atLeast(1, "votes", votes);
    Require.atLeast(1, "maxTokens", maxTokens);
    Require.that(
        endpoint == null || endpoint.api() == Endpoint.Api.CHAT,
        "endpoint.api",
        "chat for a judge",
        "completions");
  }

  @Override
  public Reward open(Place place) {
    if ((endpoint == null) == (model == null) || rubric == null) {
      throw new IllegalArgumentException(
          "a reward of kind 'judge' needs 'rubric', and either 'model', the directory of the judge,"
              + " or 'endpoint', where it is asked");
    }
    JudgeReward.Settings settings =
        new JudgeReward.Settings(rubric, comparisons, votes, thinking, maxTokens, seed);
    return new JudgeReward(label(), judge(place), settings);
  }

  private JudgeModel judge(Place place) {
    if (endpoint != null) {
      return new JudgeModel.Remote(
          new ChatClient(
              endpoint.endpoint(System::getenv), cache == null ? null : ReplyFile.open(cache)));
    }
    Require.that(
        cache == null, "cache", "absent for a judge of this process", String.valueOf(cache));
    return new LocalJudge(requireNonNull(model), place.device(), maxTokens);
  }

  @Override
  public boolean asksElsewhere() {
    return true;
  }
}
