package dev.tesuji.testtime;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Task;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.generate.Completion;
import dev.tesuji.generate.Generator;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.Prompt;
import dev.tesuji.random.Rng;
import dev.tesuji.reward.Response;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.LoadedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Makes a model think less or more than it did, by writing a few tokens for it.
///
/// A response that is cut off after b tokens has the same distribution as one whose thinking was
/// watched while it was drawn, so responses that exist already are cut, and only answers are drawn.
final class Budget {

  private final LoadedModel model;
  private final Tokenizer tokenizer;
  private final CompletionText text;
  private final Task task;
  private final EvaluationConfig config;
  private final Forcing forcing;
  private final long seed;

  Budget(LoadedModel model, Task task, EvaluationConfig config, Forcing forcing, long seed) {
    this.model = model;
    this.tokenizer = model.requireTokenizer();
    this.text = model.completionText();
    this.task = task;
    this.config = config;
    this.forcing = forcing;
    this.seed = seed;
  }

  /// Ends the thinking of responses that think for longer than a budget, and lets the model answer.
  ///
  /// @param responses as they were drawn
  /// @param budget tokens of thinking
  /// @return the responses in their order, those within the budget as they were
  List<Response> cut(List<Response> responses, int budget) {
    int[] end = tokenizer.encode(forcing.end() + forcing.answer());
    List<Start> starts = new ArrayList<>();
    for (int i = 0; i < responses.size(); i++) {
      int[] ids = responses.get(i).ids();
      if (ThinkingSpan.of(ids, text, forcing).tokens() > budget) {
        starts.add(new Start(i, joined(ids, budget, end)));
      }
    }
    return goOn(responses, starts, Rng.derive(seed, budget));
  }

  /// Lets the thinking of responses go on where it ended: the end and all that follows is replaced
  /// by a word of doubt, and the model goes on from there. Thinking that was never ended stays.
  ///
  /// @param responses those of the round before
  /// @param round how often they were made to go on, this time included
  List<Response> extend(List<Response> responses, int round) {
    int[] doubt = waitWord(tokenizer, forcing);
    List<Start> starts = new ArrayList<>();
    for (int i = 0; i < responses.size(); i++) {
      int[] ids = responses.get(i).ids();
      ThinkingSpan thought = ThinkingSpan.of(ids, text, forcing);
      if (thought.isClosed()) {
        starts.add(new Start(i, joined(ids, thought.tokens(), doubt)));
      }
    }
    return goOn(responses, starts, Rng.derive(seed, -round));
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

  /// A response up to where the model goes on.
  ///
  /// @param index of the response
  /// @param ids its tokens, with those that were written for the model
  private record Start(int index, int[] ids) {}

  /// Draws what follows; where no position of the model is left for it, a response stays as it was.
  private List<Response> goOn(List<Response> responses, List<Start> starts, long draws) {
    int positions = model.decoder().config().maxPositions();
    List<Prompt> prompts = new ArrayList<>();
    for (Start start : starts) {
      int[] asked = task.promptTokens(responses.get(start.index()).problem(), tokenizer);
      int[] tokens = joined(asked, asked.length, start.ids());
      if (tokens.length < positions) {
        prompts.add(new Prompt(start.index(), tokens, 1));
      }
    }
    List<Response> all = new ArrayList<>(responses);
    Limits limits = new Limits(config.maxNewTokens(), model.endTokens(), Limits.MOST_ROWS);
    Generator generator = new Generator(model.decoder(), config.sampling(), limits, draws);
    for (Completion c : generator.generate(prompts)) {
      Response old = responses.get((int) c.prompt().id());
      int asked = task.promptTokens(old.problem(), tokenizer).length;
      int[] begun = IntStream.of(c.prompt().tokens()).skip(asked).toArray();
      int[] ids = joined(begun, begun.length, c.tokens());
      String said = task.response(text.of(ids));
      all.set((int) c.prompt().id(), new Response(old.problem(), said, ids, c.reason()));
    }
    return all;
  }
}
