package dev.tesuji.math;

import dev.tesuji.answer.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the final answer in a response. Thinking does not count.
///
/// Strictly read, an answer is what stands in the last answer tags or in the last box, with the
/// boxes that a comma or "and" joins to it; the words around it are looked at only to see whether
/// they deny it ([Doubt]). Leniently read, it may also be the first number after `####`, what
/// follows the last "answer is", or the last formula or number ([Prose]); and what stands in tags
/// may be a sentence.
final class Extraction {
  private static final int LONGEST = 1 << 18; // characters, from the end

  private static final Pattern BOX = Pattern.compile("\\\\(?:boxed|fbox)\\s*\\{");
  private static final Pattern JOINT =
      Pattern.compile(
          "(?:[\\s,;$]|\\\\[,;:!\\s()\\[\\]]|\\\\q?quad|\\\\(?:text|mbox|textrm)\\s?\\{|\\}"
              + "|\\b(?:and|or)\\b)*+");
  private static final Pattern MARKED_NUMBER =
      Pattern.compile(
          "^[\\s*$=:]*(?:(?:the|final|answer|is|total)\\b[\\s*:=]*)*+([-+−]?\\\\?[$£€]?[-+−]?"
              + "\\d[\\d,]*(?:\\.\\d+)?(?:/\\d+)?)(?![\\w^])");

  private static final Pattern WORD = Pattern.compile("(?<![\\\\\\w])[A-Za-z]{2,}");

  private Extraction() {}

  /// Returns the answer, leniently read; empty text where the response gives none.
  static String answer(String response) {
    return answer(response, false);
  }

  /// Returns the answer; empty text where the response gives none.
  ///
  /// @param strict whether tags or a box must mark it
  static String answer(String response, boolean strict) {
    String all = Tags.afterThinking(response);
    String text = all.substring(Math.max(0, all.length() - LONGEST));
    if (Tags.answers(text)) {
      return tagged(Tags.answer(text), strict);
    }
    Optional<String> boxed = boxed(text, strict);
    if (boxed.isPresent() || strict) {
      return boxed.orElse("").strip();
    }
    int hashes = text.lastIndexOf("####");
    return hashes >= 0
        ? marked(text.substring(hashes + 4).strip().lines().findFirst().orElse("").strip())
        : Prose.answer(withoutTokens(text)).strip();
  }

  private static String tagged(String content, boolean strict) {
    String answer = boxed(content, strict).orElse(content).strip();
    boolean sentence = !strict && Prose.isSentence(answer) && !isReadable(answer);
    String said = sentence ? Prose.answer(answer).strip() : answer;
    return said.isEmpty() ? answer : said;
  }

  /// Returns whether a text is read as an answer whose words are not taken for variables.
  private static boolean isReadable(String answer) {
    try {
      Answer read = AnswerReader.read(answer).settled();
      return !(read instanceof Answer.Words)
          && (!WORD.matcher(answer).find() || !read.unnamed().has(e -> !e.isConstant()));
    } catch (Unreadable e) {
      return false;
    }
  }

  /// Returns the line after `####`, or the number that it begins with.
  private static String marked(String line) {
    Matcher number = MARKED_NUMBER.matcher(line);
    if (isReadable(line) || !number.find()) {
      return line;
    }
    return Doubt.after(line, number.end()) ? line : number.group(1);
  }

  private static String withoutTokens(String text) {
    return text.indexOf("<|") < 0 ? text : text.replaceAll("<\\|[^|>]{0,40}\\|>", " ");
  }

  /// Returns what stands in the last box, with the boxes joined to it, parted by commas; empty
  /// where there is no box that is closed, empty text where it is denied.
  private static Optional<String> boxed(String text, boolean strict) {
    List<int[]> boxes = boxes(text);
    if (boxes.isEmpty()) {
      return Optional.empty();
    }
    int first = boxes.size() - 1;
    while (first > 0 && isJoint(text.substring(boxes.get(first - 1)[2] + 1, boxes.get(first)[0]))) {
      first--;
    }
    int end = boxes.getLast()[2] + 1;
    if (!strict) {
      Optional<String> said = Prose.finalAnswer(text.substring(end));
      if (said.isPresent()) {
        return said;
      }
    }
    if (Doubt.ofBox(text, boxes.get(first)[0], end)) {
      return Optional.of("");
    }
    return Optional.of(
        String.join(
            ", ",
            boxes.subList(first, boxes.size()).stream()
                .map(b -> text.substring(b[1], b[2]).strip())
                .toList()));
  }

  /// Returns the outermost boxes that are closed: where each begins, its content begins and ends.
  private static List<int[]> boxes(String text) {
    List<int[]> boxes = new ArrayList<>();
    Matcher box = BOX.matcher(text);
    int[] closing = null;
    int from = 0;
    while (box.find(from)) {
      closing = closing == null ? Braces.closings(text) : closing;
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
}
