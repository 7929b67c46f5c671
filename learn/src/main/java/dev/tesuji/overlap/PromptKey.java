package dev.tesuji.overlap;

import dev.tesuji.dataset.Text;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Tells one prompt from another, whatever its dress: in compatible characters (Unicode's NFKC) and
/// lower case, without invisible characters, each run of white space one space. Signs stay: `9+8`
/// and `9-8` are two prompts.
///
/// What has the same key stands on one side of a split, trained on or held out.
public final class PromptKey {
  private static final Pattern INVISIBLE = Pattern.compile("\\p{Cf}");

  /// A dialogue of the form of Anthropic's HH-RLHF, up to where the last answer begins. Where both
  /// answers hold the prompt, they may begin alike, and what they share is no part of it.
  private static final Pattern DIALOGUE =
      Pattern.compile("(?s)(.*\\n\\nAssistant:)(?!.*\\n\\nHuman:).*");

  private PromptKey() {}

  /// Returns the key of a prompt.
  public static String of(String prompt) {
    return Fingerprints.normalized(INVISIBLE.matcher(prompt).replaceAll(""));
  }

  /// Returns the key of a prompt from a data set.
  public static String of(Text prompt) {
    String words = words(prompt);
    Matcher dialogue = DIALOGUE.matcher(words);
    return of(dialogue.matches() ? dialogue.group(1) : words);
  }

  /// Returns the words of a text from a data set: of a conversation, its turns one after another.
  public static String words(Text text) {
    return switch (text) {
      case Text.Plain(String plain) -> plain;
      case Text.Messages(List<ObjectNode> messages) -> words(messages);
    };
  }

  /// Returns the key of a conversation. System messages are left out: the same question under two
  /// of them is one question.
  public static String of(List<ObjectNode> messages) {
    return of(words(messages));
  }

  private static String words(List<ObjectNode> messages) {
    return messages.stream()
        .filter(m -> !m.path("role").asString("").equals("system"))
        .map(m -> content(m.path("content")))
        .collect(Collectors.joining("\n"));
  }

  private static String content(JsonNode content) {
    return content.isArray()
        ? content.valueStream().map(PromptKey::content).collect(Collectors.joining(" "))
        : content.isObject() ? content.path("text").asString("") : content.asString("");
  }
}
