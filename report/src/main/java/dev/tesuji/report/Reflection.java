package dev.tesuji.report;

import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// Counts the words by which a model doubts itself, such as "wait", as the paper of DeepSeek-R1
/// does over the training of R1-Zero.
///
/// @param words the words, which count wherever they stand by themselves, in capitals or not
public record Reflection(List<String> words) {
  /// The name of the count per response among the measures of an evaluation.
  static final String MEASURE = "reflective_words";

  /// Copies the list.
  public Reflection {
    words = List.copyOf(words);
  }

  /// Counts each word in a text; those that it does not have are left out.
  public Map<String, Integer> count(String text) {
    Map<String, Integer> counts = new TreeMap<>();
    if (!words.isEmpty()) {
      pattern()
          .matcher(text)
          .results()
          .forEach(m -> counts.merge(m.group().toLowerCase(Locale.ROOT), 1, Integer::sum));
    }
    return counts;
  }

  private Pattern pattern() {
    String any = words.stream().map(Pattern::quote).collect(Collectors.joining("|"));
    return Pattern.compile(
        "(?<!\\p{L})(?:" + any + ")(?!\\p{L})", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  /// Returns how often each word stands in a response, in the mean over those of a file; every word
  /// has its number, which may be 0.
  ///
  /// @param responses JSON lines with `completion`
  public ObjectNode perResponse(Path responses) {
    Map<String, Integer> sums = new TreeMap<>();
    int[] n = {0};
    JsonLines.forEach(
        responses,
        row -> {
          n[0]++;
          count(row.fields().path("completion").asString(""))
              .forEach((word, times) -> sums.merge(word, times, Integer::sum));
        });
    ObjectNode json = Json.MAPPER.createObjectNode();
    for (String word : words) {
      int times = sums.getOrDefault(word.toLowerCase(Locale.ROOT), 0);
      json.put(word, n[0] == 0 ? 0 : times / (double) n[0]);
    }
    return json;
  }
}
