package dev.tesuji.math;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the final answer in a response: what stands in the last answer tags; else in the last box,
/// with the boxes that a comma or "and" joins to it; else after `####`; else after the last "answer
/// is"; else the last formula or number. Thinking does not count.
final class Extraction {
  private static final int LONGEST = 1 << 18; // characters, from the end

  private static final Pattern BOX = Pattern.compile("\\\\(?:boxed|fbox)\\s*\\{");
  private static final Pattern JOINT =
      Pattern.compile(
          "(?:[\\s,;$]|\\\\[,;:!\\s()\\[\\]]|\\\\q?quad|\\\\(?:text|mbox|textrm)\\s?\\{|\\}"
              + "|\\b(?:and|or)\\b)*+");
  private static final Pattern FINAL = Pattern.compile("(?i)\\bfinal answer\\b");
  private static final Pattern PHRASE =
      Pattern.compile(
          "(?i)\\banswer(?:\\s+(?:is|are|should be|must be|=)|\\s*\\**:\\**)(?:\\s+is\\b)?\\s*:?");
  private static final Pattern SENTENCE_END =
      Pattern.compile("[.!?](?=\\s|$|\\*|<)|\\n\\s*\\n|<\\||\\n(?=\\p{Lu})");
  private static final Pattern FORMULA =
      Pattern.compile(
          "\\$\\$(?<a>.+?)\\$\\$|(?<!\\\\)\\$(?<b>(?:[^$\\\\]|\\\\.)+?)\\$"
              + "|\\\\\\((?<c>.+?)\\\\\\)|\\\\\\[(?<d>.+?)\\\\\\]",
          Pattern.DOTALL);
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\w.^])[-−+]?(?:\\\\?[$£€]\\s?)?(?:\\d{1,3}(?:,\\d{3})++(?![,\\d])|\\d++(?:,\\d++)?)"
              + "(?:\\.\\d++)?(?:\\s?/\\s?\\d++)?(?:\\s?\\\\?%)?|(?<![\\w.^])[-−+]?\\.\\d++");
  private static final Pattern PROSE =
      Pattern.compile("(?<!\\\\)\\b[\\p{L}']{2,}(?:\\s+[\\p{L}']{2,}\\b|\\s*:\\s)");

  private Extraction() {}

  /// Returns the answer; empty text where the response gives none.
  static String answer(String response) {
    String all = afterThinking(response);
    String text = all.substring(Math.max(0, all.length() - LONGEST));
    int open = text.lastIndexOf("<answer>");
    if (open >= 0) {
      int close = text.indexOf("</answer>", open);
      String tagged = text.substring(open + "<answer>".length(), close < 0 ? text.length() : close);
      return close < 0 ? "" : boxed(tagged).orElse(tagged).strip();
    }
    Optional<String> boxed = boxed(text);
    if (boxed.isPresent()) {
      return boxed.get().strip();
    }
    int hashes = text.lastIndexOf("####");
    if (hashes >= 0) {
      return text.substring(hashes + 4).strip().lines().findFirst().orElse("").strip();
    }
    return phrased(text).orElseGet(() -> last(withoutTokens(text))).strip();
  }

  private static String withoutTokens(String text) {
    return text.replaceAll("<\\|[^|>]{0,40}\\|>", " ");
  }

  /// Returns what follows the thinking; nothing where it does not end.
  static String afterThinking(String response) {
    int end = response.lastIndexOf("</think>");
    String rest = end < 0 ? response : response.substring(end + "</think>".length());
    int again = rest.indexOf("<think>");
    return again < 0 ? rest : rest.substring(0, again);
  }

  /// Returns what stands in the last box, with the boxes joined to it, parted by commas; empty
  /// where there is no box that is closed.
  private static Optional<String> boxed(String text) {
    List<int[]> boxes = boxes(text);
    if (boxes.isEmpty()) {
      return Optional.empty();
    }
    int first = boxes.size() - 1;
    while (first > 0 && isJoint(text.substring(boxes.get(first - 1)[2] + 1, boxes.get(first)[0]))) {
      first--;
    }
    List<String> contents =
        boxes.subList(first, boxes.size()).stream()
            .map(b -> text.substring(b[1], b[2]).strip())
            .toList();
    return Optional.of(
        finalAnswer(text.substring(boxes.getLast()[2])).orElse(String.join(", ", contents)));
  }

  /// Returns what a "final answer is" after the last box says, where that has a number.
  private static Optional<String> finalAnswer(String afterBox) {
    Matcher phrase = FINAL.matcher(afterBox);
    return phrase.find()
        ? phrased(afterBox).filter(a -> a.chars().anyMatch(c -> Numerals.isDigit((char) c)))
        : Optional.empty();
  }

  /// Returns the outermost boxes that are closed: where each begins, its content begins and ends.
  private static List<int[]> boxes(String text) {
    List<int[]> boxes = new ArrayList<>();
    Matcher box = BOX.matcher(text);
    int[] closing = null;
    int from = 0;
    while (box.find(from)) {
      closing = closing == null ? closings(text) : closing;
      int end = closing[box.end() - 1];
      from = end < 0 ? box.end() : end + 1;
      if (end >= 0) {
        boxes.add(new int[] {box.start(), box.end(), end});
      }
    }
    return boxes;
  }

  private static boolean isJoint(String between) {
    boolean joined = between.isEmpty() || between.indexOf('\n') < 0 || between.contains(",");
    return joined && JOINT.matcher(between).matches();
  }

  /// Returns for every brace that opens where it is closed, -1 where it is not.
  private static int[] closings(String text) {
    int[] closing = new int[text.length()];
    int[] open = new int[text.length()];
    int level = 0;
    for (int i = 0; i < text.length(); i++) {
      closing[i] = -1;
      char c = text.charAt(i);
      if (c == '\\') {
        i++; // what it escapes is no brace
      } else if (c == '{') {
        open[level++] = i;
      } else if (c == '}' && level > 0) {
        closing[open[--level]] = i;
      }
    }
    return closing;
  }

  /// Returns where the brace that opens here is closed, -1 where it is not.
  static int closing(String text, int brace) {
    int level = 0;
    for (int i = brace; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else {
        level += c == '{' ? 1 : c == '}' ? -1 : 0;
        if (level == 0) {
          return i;
        }
      }
    }
    return -1;
  }

  /// Returns what follows the last "answer is", to the end of the sentence.
  private static Optional<String> phrased(String text) {
    Matcher phrase = PHRASE.matcher(text);
    int start = -1;
    while (phrase.find()) {
      start = phrase.end();
    }
    if (start < 0) {
      return Optional.empty();
    }
    String rest = text.substring(start).strip();
    Matcher end = SENTENCE_END.matcher(rest);
    String sentence = end.find() ? rest.substring(0, end.start()) : rest;
    if (sentence.isBlank()) {
      return Optional.empty();
    }
    String found = PROSE.matcher(sentence).find() ? last(sentence) : sentence;
    return found.isBlank() ? Optional.empty() : Optional.of(found);
  }

  /// Returns the last formula or number, whichever comes later; all of a text that is no prose.
  private static String last(String text) {
    String whole = text.strip();
    if (whole.indexOf('\n') < 0
        && !PROSE.matcher(whole).find()
        && whole.toLowerCase(Locale.ROOT).indexOf("answer") < 0) {
      return whole;
    }
    Matcher formula = FORMULA.matcher(text);
    int end = -1;
    String found = "";
    while (formula.find()) {
      end = formula.end();
      found = formula.group();
    }
    Matcher number = NUMBER.matcher(text).region(Math.max(end, 0), text.length());
    while (number.find()) {
      found = number.group();
    }
    return found;
  }
}
