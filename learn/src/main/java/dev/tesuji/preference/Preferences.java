package dev.tesuji.preference;

import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.dataset.Example;
import dev.tesuji.dataset.Row;
import dev.tesuji.dataset.Shape;
import dev.tesuji.dataset.Text;
import dev.tesuji.overlap.PromptKey;
import dev.tesuji.random.Rng;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.tokenized.TokenizedDataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// The sources of preferences.
public final class Preferences {
  private static final long HELD_OUT = 0x4E1D;

  private Preferences() {}

  /// Examples in memory.
  ///
  /// @param examples in the order of the files
  /// @param prompts the key of each example's prompt ([PromptKey])
  /// @param touched how many the limit on length dropped or cut
  public record Loaded<T>(List<T> examples, List<String> prompts, int touched) {
    /// Copies the lists.
    public Loaded {
      examples = List.copyOf(examples);
      prompts = List.copyOf(prompts);
      if (examples.size() != prompts.size()) {
        throw new IllegalArgumentException(
            "prompts must be as many as the examples, "
                + examples.size()
                + ", got "
                + prompts.size());
      }
    }

    /// Holds examples no two of which have the same prompt.
    public Loaded(List<T> examples, int touched) {
      this(
          examples,
          IntStream.range(0, examples.size()).mapToObj(Integer::toString).toList(),
          touched);
    }

    /// Sets the examples of a share of the prompts aside, drawn by chance; at least one prompt
    /// stays on either side.
    ///
    /// @param share of the prompts, above 0
    /// @throws BadInput when all examples have the same prompt
    public Split<T> split(double share, long seed) {
      List<String> distinct = List.copyOf(new LinkedHashSet<>(prompts));
      int n = distinct.size();
      if (n < 2) {
        throw new BadInput(
            "all "
                + examples.size()
                + " examples answer one prompt, so that none can be held out; set heldOutShare to"
                + " 0, or give heldOut a file of its own");
      }
      int out = Math.min(n - 1, (int) Math.max(1, Math.round(share * n)));
      int[] order = Rng.permutation(n, seed, HELD_OUT);
      Set<String> aside = new HashSet<>();
      for (int i = 0; i < out; i++) {
        aside.add(distinct.get(order[i]));
      }
      return new Split<>(pick(aside, false), pick(aside, true));
    }

    /// Sets others aside, and leaves out every example whose prompt they have.
    ///
    /// @throws BadInput when none is left
    public Split<T> without(Loaded<T> heldOut) {
      List<T> kept = pick(Set.copyOf(heldOut.prompts), false);
      if (kept.isEmpty()) {
        throw new BadInput(
            "the prompts of all "
                + examples.size()
                + " examples are held out, so that none is left to learn from; give data and"
                + " heldOut different prompts");
      }
      return new Split<>(kept, heldOut.examples);
    }

    private List<T> pick(Set<String> some, boolean wanted) {
      return IntStream.range(0, examples.size())
          .filter(i -> some.contains(prompts.get(i)) == wanted)
          .mapToObj(examples::get)
          .toList();
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
    List<String> prompts = new ArrayList<>();
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
                  prompts.add(PromptKey.of(p.prompt()));
                }
              });
        });
    return new Loaded<>(requireSome(pairs, data, limit), prompts, cut.touched);
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
          cut.add(
              row,
              List.of(answer),
              kept -> labelled.add(new Labelled(kept.getFirst(), label, PromptKey.of(prompt))));
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
                labelled.add(new Labelled(kept.getFirst(), true, PromptKey.of(prompt)));
                labelled.add(new Labelled(kept.getLast(), false, PromptKey.of(prompt)));
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
    return new Loaded<>(
        mismatch(labelled, limit, data.paths().getFirst().toString()),
        labelled.stream().map(Labelled::key).toList(),
        cut.touched);
  }

  /// Makes single answers of pairs.
  public static Loaded<UnpairedExample> unpaired(Loaded<Pair> pairs, TokenizedDataset.Limit limit) {
    List<Labelled> labelled = new ArrayList<>();
    for (int i = 0; i < pairs.examples().size(); i++) {
      Pair pair = pairs.examples().get(i);
      labelled.add(new Labelled(pair.chosen(), true, pairs.prompts().get(i)));
      labelled.add(new Labelled(pair.rejected(), false, pairs.prompts().get(i)));
    }
    return new Loaded<>(
        mismatch(labelled, limit, "the pairs"),
        labelled.stream().map(Labelled::key).toList(),
        pairs.touched());
  }

  /// Puts beside each answer that of another of these examples: after a split, the answer beside
  /// one that is learned from is none that is held out. Where all of them answer one prompt, they
  /// stay as they are.
  public static List<UnpairedExample> amongThemselves(
      List<UnpairedExample> examples, TokenizedDataset.Limit limit) {
    List<Labelled> labelled =
        examples.stream().map(e -> new Labelled(e.answer(), e.desirable(), "")).toList();
    boolean several =
        labelled.stream().anyMatch(l -> !Arrays.equals(l.prompt(), labelled.getFirst().prompt()));
    return several ? mismatch(labelled, limit, "the examples") : examples;
  }

  /// An answer with its label.
  ///
  /// @param key of its prompt
  private record Labelled(TokenSequence answer, boolean desirable, String key) {
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
