package dev.tesuji.answer;

/// Finds the final answer in a response.
public final class Answers {
  private Answers() {}

  /// Returns what stands in the last `<answer>...</answer>` after the thinking; empty text where
  /// there is none.
  public static String tagged(String response) {
    String outside = afterThinking(response);
    int open = outside.lastIndexOf("<answer>");
    int close = outside.indexOf("</answer>", Math.max(open, 0));
    return open < 0 || close < 0
        ? ""
        : outside.substring(open + "<answer>".length(), close).strip();
  }

  /// Returns what follows the thinking, or everything where nothing was thought.
  static String afterThinking(String response) {
    int end = response.lastIndexOf("</think>");
    return end < 0 ? response : response.substring(end + "</think>".length());
  }

  /// Returns the content of the last `\boxed{...}`, whose braces may nest; empty text where there
  /// is none.
  static String boxed(String response) {
    String outside = afterThinking(response);
    int start = outside.lastIndexOf("\\boxed{");
    if (start < 0) {
      return "";
    }
    int from = start + "\\boxed{".length();
    int depth = 1;
    for (int i = from; i < outside.length(); i++) {
      char c = outside.charAt(i);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (depth == 0) {
        return outside.substring(from, i).strip();
      }
    }
    return "";
  }

  /// Returns the answer of a free text: the tagged one, else the boxed one, else GSM8K's `#### 42`,
  /// else the last number after the thinking.
  static String free(String response) {
    String tagged = tagged(response);
    if (!tagged.isEmpty()) {
      return tagged;
    }
    String boxed = boxed(response);
    if (!boxed.isEmpty()) {
      return boxed;
    }
    String outside = afterThinking(response);
    int hashes = outside.lastIndexOf("####");
    return Numbers.last(hashes < 0 ? outside : outside.substring(hashes));
  }
}
