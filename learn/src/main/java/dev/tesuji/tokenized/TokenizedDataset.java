package dev.tesuji.tokenized;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.dataset.Example;
import dev.tesuji.dataset.Row;
import dev.tesuji.dataset.Text;
import dev.tesuji.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The sources of texts.
public final class TokenizedDataset {
  private TokenizedDataset() {}

  /// The treatment of texts that are longer than the limit.
  public enum TooLong {
    /// The run does not start.
    ERROR,
    /// The text is left out and counted.
    DROP,
    /// The text is cut at the limit and counted.
    TRUNCATE
  }

  /// A limit on the length of texts.
  ///
  /// @param maxTokens the most tokens
  /// @param policy what happens to longer ones
  public record Limit(int maxTokens, TooLong policy) {}

  /// Texts in memory, with the number of those that the limit touched.
  ///
  /// @param texts the texts
  /// @param touched how many were dropped or cut
  public record Loaded(List<TokenSequence> texts, int touched) implements TextSource {
    @Override
    public long size() {
      return texts.size();
    }

    @Override
    public TokenSequence text(long index) {
      return texts.get(Math.toIntExact(index));
    }
  }

  /// A source among several.
  ///
  /// @param name names it in metrics
  /// @param texts its texts
  /// @param share how much of what is learned from comes from it, in proportion to the others'; 0
  ///   for as much as it has
  public record Part(String name, Loaded texts, double share) {}

  /// Puts sources together: one after the other where they have no shares, to be shuffled as one;
  /// else mixed by their shares without end.
  ///
  /// @param parts one or more, all with a share or none
  /// @param seed decides the order where they are mixed
  public static TextSource of(List<Part> parts, long seed) {
    if (parts.getFirst().share() > 0) {
      return new Mixture(parts, seed);
    }
    return new Loaded(
        parts.stream().flatMap(p -> p.texts().texts().stream()).toList(),
        parts.stream().mapToInt(p -> p.texts().touched()).sum());
  }

  /// How texts become tokens.
  ///
  /// @param tokenizer the model's tokenizer
  /// @param endToken what is put at the end of a plain text
  /// @param template what turns conversations into text; null where the model has none
  /// @param said takes what is to be said about a data set
  /// @param leftOut counts what is not learned, while a data set is read
  public record Words(
      Tokenizer tokenizer,
      int endToken,
      @Nullable ChatTemplate template,
      Consumer<String> said,
      LeftOut leftOut) {
    /// Says on standard error what is to be said.
    public Words(Tokenizer tokenizer, int endToken, @Nullable ChatTemplate template) {
      this(tokenizer, endToken, template, note -> System.err.println("Note: " + note));
    }

    /// Says where it is told to what is to be said.
    public Words(
        Tokenizer tokenizer, int endToken, @Nullable ChatTemplate template, Consumer<String> said) {
      this(tokenizer, endToken, template, said, new LeftOut());
    }

    /// Returns the tokens of a text as they are learned: with the special tokens around them, none
    /// of them twice where the text spells them itself.
    int[] whole(String text) {
      int[] ids = prompt(text);
      return ends(ids) ? ids : append(ids, endToken);
    }

    /// Returns the tokens of a prompt, which begins once, also where the text spells the beginning.
    int[] prompt(String text) {
      int[] ids = tokenizer.encodeWithSpecials(text);
      Integer begin = tokenizer.idOf("bos_token");
      boolean twice = begin != null && ids.length > 1 && ids[0] == begin && ids[1] == begin;
      return twice ? Arrays.copyOfRange(ids, 1, ids.length) : ids;
    }

    private boolean ends(int[] ids) {
      return ids.length > 0 && ids[ids.length - 1] == endToken;
    }
  }

  /// Reads a data set: texts, all of which is scored; prompts and completions, of which the
  /// completions are; conversations, of which the assistant's turns are.
  ///
  /// @throws BadInput when a row does not fit, or is too long and the policy says so, or the data
  ///   set is of a shape that cannot be imitated
  public static Loaded read(Dataset data, Words words, Limit limit) {
    Loading loading = new Loading(limit);
    data.forEach((row, example) -> loading.add(row, sequence(row, example, words)), words.said());
    words.leftOut().say(data.paths().getFirst(), words.said());
    if (loading.texts.isEmpty()) {
      throw new BadInput(
          data.paths().getFirst()
              + ": has no text within the limit of "
              + limit.maxTokens()
              + " tokens");
    }
    return new Loaded(loading.texts, loading.touched);
  }

  static TokenSequence sequence(Row row, Example example, Words words) {
    return switch (example) {
      case Example.LanguageModeling(Text.Plain(String text)) ->
          TokenSequence.whole(words.whole(text));
      case Example.LanguageModeling(Text.Messages(List<ObjectNode> messages)) ->
          Conversations.turns(row, messages, words);
      case Example.PromptCompletion(Text prompt, Text completion) ->
          answer(row, prompt, completion, words);
      case Example.PromptOnly _ ->
          throw row.bad("has a prompt and no completion, so that there is nothing to imitate");
      case Example.Preference _,
          Example.UnpairedPreference _,
          Example.Ranking _,
          Example.Stepwise _ ->
          throw row.bad(
              "says which answers are good, and is not all to be imitated; fine-tuning takes"
                  + " 'prompt' and 'completion', or 'text'");
    };
  }

  /// Returns a prompt with what follows it, which is scored: of plain text with the end token, of
  /// messages as the chat template writes them.
  ///
  /// @throws BadInput when the prompt has no token, or the chat template cannot write it
  public static TokenSequence answer(Row row, Text prompt, Text completion, Words words) {
    Tokenizer tokenizer = words.tokenizer();
    if (prompt instanceof Text.Plain(String before)
        && completion instanceof Text.Plain(String after)) {
      int[] promptIds = words.prompt(before);
      if (promptIds.length == 0) {
        throw row.bad("the prompt must not be empty");
      }
      int[] rest = tokenizer.encodeContinuation(before, promptIds, after);
      return TokenSequence.of(promptIds, words.ends(rest) ? rest : append(rest, words.endToken()));
    }
    if (prompt instanceof Text.Messages(List<ObjectNode> before)
        && completion instanceof Text.Messages(List<ObjectNode> after)) {
      return Conversations.completion(row, before, after, words);
    }
    throw row.bad("prompt and completion must both be text, or both be lists of messages");
  }

  /// Texts on their way into memory.
  private static final class Loading {
    private final Limit limit;
    private final List<TokenSequence> texts = new ArrayList<>();
    private int touched;

    Loading(Limit limit) {
      this.limit = limit;
    }

    void add(Row row, TokenSequence text) {
      if (text.length() <= limit.maxTokens()) {
        texts.add(text);
        return;
      }
      switch (limit.policy()) {
        case ERROR ->
            throw row.bad(
                "the text has "
                    + text.length()
                    + " tokens, the limit is "
                    + limit.maxTokens()
                    + "; raise maxTokens, or set tooLong to drop or truncate");
        case DROP -> touched++;
        case TRUNCATE -> {
          touched++;
          TokenSequence cut = text.first(limit.maxTokens());
          if (cut.scored() > 0) {
            texts.add(cut);
          }
        }
      }
    }
  }

  private static int[] append(int[] ids, int endToken) {
    int[] out = Arrays.copyOf(ids, ids.length + 1);
    out[ids.length] = endToken;
    return out;
  }
}
