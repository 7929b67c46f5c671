package dev.tesuji.env;

/// The text around a problem: `{problem}` marks where it goes.
///
/// @param text the template
public record PromptTemplate(String text) {
  private static final String PLACE = "{problem}";

  /// The problem and nothing else.
  public static final PromptTemplate PLAIN = new PromptTemplate(PLACE);

  /// A base model's prompt in the manner of DeepSeek-R1-Zero: it asks for thinking and an answer in
  /// tags, and says nothing about how to think.
  public static final PromptTemplate R1_ZERO =
      new PromptTemplate(
          """
          A user asks a question and an assistant answers it. The assistant first thinks the \
          question through and then gives the user the answer. The thinking stands between <think> \
          and </think>, the answer between <answer> and </answer>.
          User: {problem}
          Assistant:\
          """);

  /// Checks that the problem has a place.
  public PromptTemplate {
    if (!text.contains(PLACE)) {
      throw new IllegalArgumentException("template must contain {problem}, got '" + text + "'");
    }
  }

  /// The name of the template that leaves the problem to the model's chat template.
  public static final String CHAT = "chat";

  /// Returns the template of that name (`plain`, `r1-zero`, `chat`), else the text itself as a
  /// template.
  public static PromptTemplate named(String nameOrText) {
    return switch (nameOrText) {
      case "plain", CHAT -> PLAIN;
      case "r1-zero" -> R1_ZERO;
      default -> new PromptTemplate(nameOrText);
    };
  }

  /// Returns whether the template opens the thinking itself, so that completions begin inside it.
  public boolean thinkingPrefilled() {
    return text.stripTrailing().endsWith("<think>");
  }

  /// Puts a problem in its place.
  public String fill(String problem) {
    return text.replace(PLACE, problem);
  }
}
