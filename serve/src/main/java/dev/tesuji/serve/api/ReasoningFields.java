package dev.tesuji.serve.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fields of a request that say how long a model thinks and who sees it.
///
/// @param format how the thinking is served
/// @param effort a word of [#EFFORTS]; null where the request has none
/// @param budget the most tokens of thinking; null where the request has none
/// @param control whether the thinking may be ended from outside
/// @param detail how long a summary is, where one is asked for
public record ReasoningFields(
    Format format,
    @Nullable String effort,
    @Nullable Integer budget,
    boolean control,
    Detail detail) {
  /// The words for how hard to think, and the shares of an answer's tokens that thinking may take.
  private static final Map<String, Double> SHARES =
      Map.of("none", 0.0, "minimal", 0.1, "low", 0.2, "medium", 0.5, "high", 0.8);

  /// The words for how hard to think.
  public static final List<String> EFFORTS =
      List.of("none", "minimal", "low", "medium", "high", "xhigh", "max");

  /// How thinking is served.
  public enum Format {
    /// In a field of its own, `reasoning_content` and `reasoning`.
    DEEPSEEK,
    /// In the text, between its tags.
    NONE,
    /// Not at all: its number of tokens is all that leaves the server.
    HIDDEN,
    /// As a summary that a model writes of it.
    SUMMARY;

    /// Returns the word that requests use.
    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    /// Returns whether thinking, or a summary of it, is served in a field of its own.
    public boolean isTold() {
      return this == DEEPSEEK || this == SUMMARY;
    }

    /// Returns whether the thinking itself must not leave the server.
    public boolean isSecret() {
      return this == HIDDEN || this == SUMMARY;
    }
  }

  /// How long a summary of thinking is.
  public enum Detail {
    /// As long as the server finds right.
    AUTO("at most three sentences", 192),
    /// Short.
    CONCISE("one sentence", 96),
    /// Long.
    DETAILED("two paragraphs that name each step", 512);

    private final String length;
    private final int tokens;

    Detail(String length, int tokens) {
      this.length = length;
      this.tokens = tokens;
    }

    /// Returns the length in words, as a model is asked for it.
    public String length() {
      return length;
    }

    /// Returns the most tokens of a summary.
    public int tokens() {
      return tokens;
    }
  }

  /// Reads them.
  ///
  /// @param standard the format where the request names none
  /// @throws ApiError naming the field that is wrong
  public static ReasoningFields of(RequestBody body, Format standard) {
    List<String> words = List.of(Format.values()).stream().map(Format::word).toList();
    String word = body.word("reasoning_format", standard.word(), words);
    Format format = Format.values()[words.indexOf(word)];
    String effort = effort(body);
    return new ReasoningFields(
        format,
        effort,
        body.integer("thinking_budget_tokens", 0, Integer.MAX_VALUE),
        body.flag("reasoning_control", false),
        detail(body.object("reasoning")));
  }

  private static Detail detail(@Nullable RequestBody reasoning) {
    List<String> words =
        List.of(Detail.values()).stream()
            .map(d -> d.name().toLowerCase(java.util.Locale.ROOT))
            .toList();
    String word = reasoning == null ? "auto" : reasoning.word("summary", "auto", words);
    return Detail.values()[words.indexOf(word)];
  }

  private static @Nullable String effort(RequestBody body) {
    String effort = body.text("reasoning_effort");
    RequestBody nested = body.object("reasoning"); // as responses have it
    RequestBody from = effort == null && nested != null ? nested : body;
    String name = from == nested ? "effort" : "reasoning_effort";
    String word = from.word(name, "", EFFORTS);
    return word.isEmpty() ? null : word;
  }

  /// Returns the most tokens of thinking; null where there is no limit.
  ///
  /// @param room the tokens of the whole answer
  public @Nullable Integer most(int room) {
    if (budget != null) {
      return budget;
    }
    Double share = effort == null ? null : SHARES.get(effort);
    return share == null ? null : (int) Math.floor(share * room);
  }
}
