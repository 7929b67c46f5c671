package dev.tesuji.sft;

import dev.tesuji.input.BadInput;
import dev.tesuji.input.JsonLines;
import dev.tesuji.policy.TokenSequence;
import dev.tesuji.task.ChainSums;
import dev.tesuji.task.ChainSumsCorpus;
import dev.tesuji.task.Problem;
import dev.tesuji.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The sources of texts.
public final class Texts {
  private Texts() {}

  /// What happens to a text that is longer than the limit.
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

  /// The columns of a file of demonstrations.
  ///
  /// @param prompt the column with the prompt
  /// @param completion the column with the completion, which is scored
  public record Columns(String prompt, String completion) {}

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

  /// Returns worked chain sums without end: prompt, response and end token, all of it scored.
  public static TextSource chainSums(
      ChainSums task, ChainSumsCorpus corpus, Tokenizer tokenizer, int endToken) {
    return new TextSource() {
      @Override
      public long size() {
        return Long.MAX_VALUE;
      }

      @Override
      public TokenSequence text(long index) {
        Problem problem = task.problem(index);
        int[] ids = tokenizer.encode(task.prompt(problem) + corpus.response(problem));
        return TokenSequence.whole(append(ids, endToken));
      }
    };
  }

  /// Reads texts of one column, all of them scored.
  ///
  /// @throws BadInput when a line lacks the column, or is too long and the policy says so
  public static Loaded plain(
      Path file, String column, Tokenizer tokenizer, int endToken, Limit limit) {
    return load(
        file,
        limit,
        row ->
            TokenSequence.whole(
                append(tokenizer.encodeWithSpecials(row.requireText(column)), endToken)));
  }

  /// Reads prompts and completions of two columns, of which the completions are scored.
  ///
  /// @throws BadInput when a line lacks a column, or is too long and the policy says so
  public static Loaded completions(
      Path file, Columns columns, Tokenizer tokenizer, int endToken, Limit limit) {
    return load(
        file,
        limit,
        row -> {
          String prompt = row.requireText(columns.prompt());
          String completion = row.requireText(columns.completion());
          int[] promptIds = tokenizer.encodeWithSpecials(prompt);
          if (promptIds.length == 0) {
            throw row.bad("field '" + columns.prompt() + "' must not be empty");
          }
          int[] rest = tokenizer.encodeContinuation(prompt, promptIds, completion);
          return TokenSequence.of(promptIds, append(rest, endToken));
        });
  }

  private interface Reader {
    TokenSequence read(JsonLines.Row row);
  }

  private static Loaded load(Path file, Limit limit, Reader reader) {
    List<TokenSequence> texts = new ArrayList<>();
    int touched = 0;
    for (JsonLines.Row row : JsonLines.readAll(file)) {
      TokenSequence text = reader.read(row);
      if (text.length() <= limit.maxTokens()) {
        texts.add(text);
        continue;
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
          if (text.scoredFrom() < limit.maxTokens()) {
            texts.add(
                new TokenSequence(Arrays.copyOf(text.ids(), limit.maxTokens()), text.scoredFrom()));
          }
        }
      }
    }
    if (texts.isEmpty()) {
      throw BadInput.in(file, "has no text within the limit of " + limit.maxTokens() + " tokens");
    }
    return new Loaded(texts, touched);
  }

  private static int[] append(int[] ids, int endToken) {
    int[] out = Arrays.copyOf(ids, ids.length + 1);
    out[ids.length] = endToken;
    return out;
  }
}
