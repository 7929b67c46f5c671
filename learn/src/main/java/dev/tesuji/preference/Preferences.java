package dev.tesuji.preference;

import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.dataset.Example;
import dev.tesuji.dataset.Row;
import dev.tesuji.dataset.Shape;
import dev.tesuji.dataset.Text;
import dev.tesuji.random.Rng;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.tokenized.TokenizedDataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// The sources of preferences.
public final class Preferences {
  private static final long HELD_OUT = 0x4E1D;

  private Preferences() {}

  /// Examples in memory.
  ///
  /// @param examples in the order of the files
  /// @param touched how many the limit on length dropped or cut
  public record Loaded<T>(List<T> examples, int touched) {
    /// Copies the list.
    public Loaded {
      examples = List.copyOf(examples);
    }

    /// Sets a share of them aside, drawn by chance; at least one stays on either side.
    ///
    /// @param share of the examples, above 0
    public Split<T> split(double share, long seed) {
      int n = examples.size();
      int out = Math.min(n - 1, (int) Math.max(1, Math.round(share * n)));
      boolean[] aside = new boolean[n];
      int[] order = Rng.permutation(n, seed, HELD_OUT);
      for (int i = 0; i < out; i++) {
        aside[order[i]] = true;
      }
      List<T> kept = new ArrayList<>();
      List<T> heldOut = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        (aside[i] ? heldOut : kept).add(examples.get(i));
      }
      return new Split<>(kept, heldOut);
    }
  }

  /// Examples to learn from, and others to measure on.
  ///
  /// @param kept to learn from
  /// @param heldOut to measure on
  public record Split<T>(List<T> kept, List<T> heldOut) {}

  /// Reads pairs of answers: rows with `chosen` and `rejected`, and `prompt` or what both begin
  /// with.
  ///
  /// @throws BadInput naming file and line where a row does not fit, an answer is empty, both are
  ///   the same, or one is too long and the limit says so
  public static Loaded<Pair> pairs(
      Dataset data, TokenizedDataset.Words words, TokenizedDataset.Limit limit) {
    List<Pair> pairs = new ArrayList<>();
    Cut cut = new Cut(limit);
    new Dataset(data.paths(), data.columns(), Shape.PREFERENCE)
        .forEach((row, example) -> {
          if (!(example instanceof Example.Preference p)) {
            throw new IllegalStateException("not a pair: " + example);
          }
          requireAnswer(row, data.columns().chosen(), p.chosen());
          requireAnswer(row, data.columns().rejected(), p.rejected());
          if (p.chosen().equals(p.rejected())) {
            throw row.bad(
                "'"
                    + data.columns().chosen()
                    + "' and '"
                    + data.columns().rejected()
                    + "' must differ: where both answers are the same neither is better; leave the"
                    + " row out");
          }
          TokenSequence chosen = TokenizedDataset.answer(row, p.prompt(), p.chosen(), words);
          TokenSequence rejected = TokenizedDataset.answer(row, p.prompt(), p.rejected(), words);
          cut.add(
              row,
              List.of(chosen, rejected),
              kept -> {
                if (!Arrays.equals(kept.getFirst().ids(), kept.getLast().ids())) {
                  pairs.add(new Pair(kept.getFirst(), kept.getLast()));
                }
              });
        });
    return new Loaded<>(requireSome(pairs, data, limit), cut.touched);
  }

  /// Reads single answers with labels: rows with `prompt`, `completion` and `label`; or pairs, of
  /// which the better answer counts as good and the worse as bad.
  ///
  /// @throws BadInput naming file and line where a row does not fit, an answer is empty or too
  ///   long; or where all labels or all prompts are the same
  public static Loaded<UnpairedExample> judged(
      Dataset data, TokenizedDataset.Words words, TokenizedDataset.Limit limit) {
    List<Labelled> labelled = new ArrayList<>();
    Cut cut = new Cut(limit);
    data.forEach((row, example) -> {
      switch (example) {
        case Example.UnpairedPreference(Text prompt, Text completion, boolean label) -> {
          requireAnswer(row, data.columns().completion(), completion);
          TokenSequence answer = TokenizedDataset.answer(row, prompt, completion, words);
          cut.add(row, List.of(answer), kept -> labelled.add(new Labelled(kept.getFirst(), label)));
        }
        case Example.Preference(Text prompt, Text chosen, Text rejected) -> {
          requireAnswer(row, data.columns().chosen(), chosen);
          requireAnswer(row, data.columns().rejected(), rejected);
          TokenSequence good = TokenizedDataset.answer(row, prompt, chosen, words);
          TokenSequence bad = TokenizedDataset.answer(row, prompt, rejected, words);
          cut.add(
              row,
              List.of(good, bad),
              kept -> {
                labelled.add(new Labelled(kept.getFirst(), true));
                labelled.add(new Labelled(kept.getLast(), false));
              });
        }
        case Example.LanguageModeling _,
            Example.PromptOnly _,
            Example.PromptCompletion _,
            Example.Ranking _,
            Example.Stepwise _ ->
            Shape.UNPAIRED_PREFERENCE.read(row, data.columns()); // refuses it, naming the field
      }
    });
    requireSome(labelled, data, limit);
    requireBothKinds(labelled, data);
    return new Loaded<>(mismatch(labelled, limit, data.paths().getFirst().toString()), cut.touched);
  }

  /// Makes single answers of pairs.
  public static Loaded<UnpairedExample> unpaired(Loaded<Pair> pairs, TokenizedDataset.Limit limit) {
    List<Labelled> labelled = new ArrayList<>();
    for (Pair pair : pairs.examples()) {
      labelled.add(new Labelled(pair.chosen(), true));
      labelled.add(new Labelled(pair.rejected(), false));
    }
    return new Loaded<>(mismatch(labelled, limit, "the pairs"), pairs.touched());
  }

  private record Labelled(TokenSequence answer, boolean desirable) {
    int[] prompt() {
      return Arrays.copyOf(answer.ids(), answer.targets()[0]);
    }

    int[] completion() {
      return Arrays.copyOfRange(answer.ids(), answer.targets()[0], answer.length());
    }
  }

  /// Puts beside each answer that of the nearest example before it, around the end, that answers
  /// another prompt.
  private static List<UnpairedExample> mismatch(
      List<Labelled> all, TokenizedDataset.Limit limit, String source) {
    List<UnpairedExample> judged = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      int[] prompt = all.get(i).prompt();
      int other = i;
      do {
        other = Math.floorMod(other - 1, all.size());
        if (other == i) {
          throw new BadInput(
              source
                  + ": KTO needs at least two different prompts: it measures how far the policy has"
                  + " moved on answers to other prompts");
        }
      } while (Arrays.equals(prompt, all.get(other).prompt()));
      TokenSequence mismatched = TokenSequence.of(prompt, all.get(other).completion());
      judged.add(
          new UnpairedExample(
              all.get(i).answer(),
              mismatched.first(Math.min(mismatched.length(), limit.maxTokens())),
              all.get(i).desirable()));
    }
    return judged;
  }

  private static void requireAnswer(Row row, String field, Text answer) {
    boolean empty =
        switch (answer) {
          case Text.Plain(String text) -> text.isEmpty();
          case Text.Messages(var messages) ->
              messages.stream()
                  .allMatch(m -> m.path("content").asString("").isEmpty() && !m.has("tool_calls"));
        };
    if (empty) {
      throw row.bad("field '" + field + "' must not be empty: there is no answer to prefer");
    }
  }

  private static void requireBothKinds(List<Labelled> labelled, Dataset data) {
    for (boolean label : new boolean[] {true, false}) {
      if (labelled.stream().allMatch(l -> l.desirable() == label)) {
        throw BadInput.in(
            data.paths().getFirst(),
            "every '"
                + data.columns().label()
                + "' is "
                + label
                + "; KTO learns from good answers and from bad ones, so add some of the others, or"
                + " learn from good ones alone with 'sft'");
      }
    }
  }

  private static <T> List<T> requireSome(
      List<T> examples, Dataset data, TokenizedDataset.Limit limit) {
    if (examples.isEmpty()) {
      throw BadInput.in(
          data.paths().getFirst(),
          "has no example within the limit of " + limit.maxTokens() + " tokens; raise maxTokens");
    }
    return examples;
  }

  /// Holds examples to a limit on length.
  private static final class Cut {
    private final TokenizedDataset.Limit limit;
    private int touched;

    Cut(TokenizedDataset.Limit limit) {
      this.limit = limit;
    }

    /// Hands over the answers of an example as the limit leaves them, unless it drops them.
    void add(Row row, List<TokenSequence> answers, Consumer<List<TokenSequence>> whenKept) {
      int longest = answers.stream().mapToInt(TokenSequence::length).max().orElseThrow();
      if (longest <= limit.maxTokens()) {
        whenKept.accept(answers);
        return;
      }
      touched++;
      switch (limit.policy()) {
        case ERROR ->
            throw row.bad(
                "an answer with its prompt has "
                    + longest
                    + " tokens, the limit is "
                    + limit.maxTokens()
                    + "; raise maxTokens, or set tooLong to drop or truncate");
        case DROP -> {}
        case TRUNCATE -> {
          List<TokenSequence> cut =
              answers.stream().map(a -> a.first(Math.min(a.length(), limit.maxTokens()))).toList();
          if (cut.stream().allMatch(a -> a.scored() > 0)) {
            whenKept.accept(cut);
          }
        }
      }
    }
  }
}
