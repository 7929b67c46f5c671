package dev.tesuji.testtime;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Task;
import dev.tesuji.evaluate.EvaluatedModel;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.random.Rng;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Response;
import dev.tesuji.rollout.Group;
import dev.tesuji.rollout.PosedProblem;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.rollout.RolloutSettings;
import dev.tesuji.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Makes a model think less or more than it did, by writing a few tokens for it.
///
/// A response that is cut off after b tokens has the same distribution as one whose thinking was
/// watched while it was drawn, so responses that exist already are cut, and only answers are drawn.
final class Budget {

  private final EvaluatedModel.Local policy;
  private final Tokenizer tokenizer;
  private final Task task;
  private final EvaluationConfig config;
  private final Forcing forcing;
  private final long seed;

  /// @param seed of the stream that answers are sampled with
  Budget(
      EvaluatedModel.Local policy, Task task, EvaluationConfig config, Forcing forcing, long seed) {
    this.policy = policy;
    this.tokenizer = policy.tokenizer();
    this.task = task;
    this.config = config;
    this.forcing = forcing;
    this.seed = seed;
  }

  /// Ends the thinking of responses that think for longer than a budget, and lets the model answer.
  ///
  /// @param responses as they were sampled
  /// @param budget tokens of thinking
  /// @return the responses in their order, those within the budget as they were
  List<Graded> cut(List<Graded> responses, int budget) {
    int[] end = tokenizer.encode(forcing.end() + forcing.answer());
    return goOn(
        responses,
        ids -> {
          boolean over = ThinkingSpan.of(ids, policy.text(), forcing).tokens() > budget;
          return over ? joined(ids, budget, end) : null;
        },
        Rng.derive(seed, budget));
  }

  /// Lets the thinking of responses go on where it ended: the end and all that follows is replaced
  /// by a word of doubt, and the model goes on from there. Thinking that was never ended stays.
  ///
  /// @param responses those of the round before
  /// @param round how often they were made to go on, this time included
  List<Graded> extend(List<Graded> responses, int round) {
    int[] doubt = waitWord(tokenizer, forcing);
    return goOn(
        responses,
        ids -> {
          ThinkingSpan thought = ThinkingSpan.of(ids, policy.text(), forcing);
          return thought.isClosed() ? joined(ids, thought.tokens(), doubt) : null;
        },
        Rng.derive(seed, -round));
  }

  /// Returns the tokens of the word of doubt.
  ///
  /// @throws BadInput when the tokenizer cannot write it
  static int[] waitWord(Tokenizer tokenizer, Forcing forcing) {
    for (String word : List.of(forcing.waitWord(), forcing.waitWord().toLowerCase(Locale.ROOT))) {
      int[] ids = tokenizer.encode(word);
      if (tokenizer.decode(ids).equals(word)) {
        return ids;
      }
    }
    throw new BadInput(
        "waitWord must be a text that the model's tokenizer can write, got '"
            + forcing.waitWord()
            + "'; give another word, or 0 extensions");
  }

  private static int[] joined(int[] ids, int kept, int[] forced) {
    return IntStream.concat(IntStream.of(ids).limit(kept), IntStream.of(forced)).toArray();
  }

  /// A beginning of a response that the model goes on from.
  @FunctionalInterface
  private interface Beginning {
    /// Returns its tokens, with those that were written for the model; null where the response
    /// stays as it is.
    int @Nullable [] of(int[] ids);
  }

  /// Samples what follows; where no position of the model is left for it, a response stays as it
  /// was.
  private List<Graded> goOn(List<Graded> responses, Beginning beginning, long stream) {
    List<PosedProblem> posed = new ArrayList<>();
    for (int i = 0; i < responses.size(); i++) {
      Response response = responses.get(i).response();
      int[] begun = beginning.of(response.ids());
      int[] asked = task.promptTokens(response.problem(), tokenizer);
      if (begun != null && asked.length + begun.length < policy.positions()) {
        posed.add(new PosedProblem(i, response.problem(), asked, begun));
      }
    }
    RolloutSettings settings =
        new RolloutSettings(1, config.maxNewTokens(), config.sampling(), stream);
    List<Graded> all = new ArrayList<>(responses);
    try (RolloutSampler sampler = policy.samplers().get()) {
      for (Group group : sampler.sample(posed, settings)) {
        all.set((int) group.posed().id(), group.graded().getFirst());
      }
    }
    return all;
  }
}
