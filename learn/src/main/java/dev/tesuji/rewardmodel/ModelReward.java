package dev.tesuji.rewardmodel;

import dev.tesuji.check.Require;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.reward.Batching;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.Response;
import dev.tesuji.reward.Reward;
import dev.tesuji.reward.RewardFailure;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.tensor.Device;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;

/// Pays what a reward model scores a response.
///
/// The response is put after its prompt. One that ended is ended with the reward model's end token,
/// as in training; one that was cut off is scored as it stands, since it did not end. Responses are
/// scored in batches, on one thread of its own. Owns the model; close it to free it.
public final class ModelReward implements Reward {
  private static final String OPEN = "<think>";
  private static final String CLOSE = "</think>";

  private final String name;
  private final Task task;
  private final Settings settings;
  private final RewardModel model;
  private final HeldOut.Spread scale;
  private final Batching batching;

  /// The part of a response that is scored.
  public enum Scored {
    /// The whole of it.
    ALL,
    /// What follows the thinking: nothing where the thinking does not end, everything where there
    /// is none.
    ANSWER
  }

  /// How responses are scored.
  ///
  /// @param scored what of them
  /// @param normalize whether scores are taken in standard deviations from the mean of held-out
  ///   answers, as the model's directory states them
  /// @param batchSize the most responses at once
  public record Settings(Scored scored, boolean normalize, int batchSize) {
    /// Checks the range.
    public Settings {
      Require.atLeast(1, "batchSize", batchSize);
    }
  }

  /// Loads the model.
  ///
  /// @param name the reward's, for messages
  /// @throws dev.tesuji.check.BadInput when the directory does not hold a reward model, or lacks
  ///   what `normalize` needs
  public ModelReward(String name, Task task, Path directory, Device device, Settings settings) {
    this.name = name;
    this.task = task;
    this.settings = settings;
    model = RewardModel.load(directory, device);
    try {
      scale =
          settings.normalize()
              ? model.scale()
              : new HeldOut.Spread(0, 1, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
    batching =
        new Batching(
            settings.batchSize(),
            Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("reward-model-" + name).factory()),
            this::score);
  }

  /// Returns an hour: nobody waits for a machine that may be down, but the queue may be long.
  @Override
  public Duration patience() {
    return Duration.ofHours(1);
  }

  @Override
  public Judgement judge(Response response) {
    return batching.judge(response);
  }

  private List<Judgement> score(List<Response> batch) {
    float[] scores = model.score(batch.stream().map(this::text).toList());
    List<Judgement> judgements = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      if (!Float.isFinite(scores[i])) {
        throw new RewardFailure(
            "reward '"
                + name
                + "' must pay a finite number, got "
                + scores[i]
                + " for "
                + RewardMix.describe(batch.get(i)));
      }
      judgements.add(new Judgement.Points((scores[i] - scale.mean()) / scale.deviation()));
    }
    return judgements;
  }

  /// Returns the tokens to score: prompt, response, and an end where the response ended.
  int[] text(Response response) {
    LoadedModel trunk = model.trunk();
    Tokenizer tokenizer = trunk.requireTokenizer();
    Problem problem = response.problem();
    int[] prompt = task.promptTokens(problem, tokenizer);
    int[] rest =
        tokenizer.encodeContinuation(
            task.prompt(problem), prompt, scoredPart(problem, response.text()));
    int length = prompt.length + rest.length;
    int[] text = Arrays.copyOf(prompt, response.ended() ? length + 1 : length);
    System.arraycopy(rest, 0, text, prompt.length, rest.length);
    if (response.ended()) {
      text[length] = trunk.endToken();
    }
    return text;
  }

  /// Returns what is put after the prompt. Where the prompt has opened the thinking, that is left
  /// out of the response, and closed at once where only the answer is scored.
  private String scoredPart(Problem problem, String response) {
    String prefilled = task.response(problem, "");
    return switch (settings.scored()) {
      case ALL -> response.substring(response.startsWith(prefilled) ? prefilled.length() : 0);
      case ANSWER -> (prefilled.isEmpty() ? "" : CLOSE) + answer(response);
    };
  }

  private static String answer(String response) {
    int end = response.lastIndexOf(CLOSE);
    if (end < 0) {
      return response.contains(OPEN) ? "" : response;
    }
    return response.substring(end + CLOSE.length());
  }

  @Override
  public void close() {
    batching.close();
    model.close();
  }
}
