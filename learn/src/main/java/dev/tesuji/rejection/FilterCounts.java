package dev.tesuji.rejection;

import dev.tesuji.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Counts what became of samples: kept, or refused for one reason each, so that drawn = kept + the
/// sum of refused.
public final class FilterCounts {
  private final Map<String, Long> refused = new LinkedHashMap<>();
  private long prompts;
  private long answered; // prompts of which a sample was kept
  private long kept;
  private long tokens; // of all samples
  private long promptTokens; // of their prompts, each counted once per sample
  private long keptTokens;
  private long retokenized; // kept samples whose text reads back as other tokens

  /// Begins at zero.
  ///
  /// @param reasons why samples can be refused, in the order in which they are shown
  FilterCounts(List<String> reasons) {
    reasons.forEach(r -> refused.put(r, 0L));
  }

  /// Counts a prompt.
  ///
  /// @param kept how many of its samples were kept
  /// @param read the tokens of the prompt, once per sample
  void addPrompt(int kept, long read) {
    prompts++;
    answered += kept > 0 ? 1 : 0;
    promptTokens += read;
  }

  void addKept(int length, boolean readsBack) {
    kept++;
    tokens += length;
    keptTokens += length;
    retokenized += readsBack ? 0 : 1;
  }

  void addRefused(int length, String reason) {
    tokens += length;
    refused.merge(reason, 1L, Long::sum);
  }

  /// Returns how many samples were kept.
  public long kept() {
    return kept;
  }

  /// Returns how many samples were drawn.
  public long drawn() {
    return kept + refused.values().stream().mapToLong(n -> n).sum();
  }

  /// Returns how many samples were refused, by reason.
  public Map<String, Long> refused() {
    return new LinkedHashMap<>(refused);
  }

  /// Returns how many tokens were drawn.
  long tokens() {
    return tokens;
  }

  /// Returns how many tokens prompts and samples had, a prompt counted once per sample.
  long allTokens() {
    return promptTokens + tokens;
  }

  /// Returns the share of samples that were kept, the acceptance rate; 0 where none was drawn.
  double rate() {
    return drawn() == 0 ? 0 : (double) kept / drawn();
  }

  /// Returns all counts.
  public ObjectNode json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("prompts", prompts).put("prompts_kept", answered);
    json.put("drawn", drawn()).put("kept", kept);
    json.put("tokens", tokens).put("kept_tokens", keptTokens).put("retokenized", retokenized);
    json.put("prompt_tokens", promptTokens);
    ObjectNode reasons = json.putObject("refused");
    refused.forEach(reasons::put);
    return json;
  }

  /// Goes back to what [#json] held.
  void restore(JsonNode json) {
    prompts = json.path("prompts").asLong();
    answered = json.path("prompts_kept").asLong();
    kept = json.path("kept").asLong();
    tokens = json.path("tokens").asLong();
    promptTokens = json.path("prompt_tokens").asLong();
    keptTokens = json.path("kept_tokens").asLong();
    retokenized = json.path("retokenized").asLong();
    json.path("refused").properties().forEach(e -> refused.put(e.getKey(), e.getValue().asLong()));
  }

  /// Lists the reasons that refused something in one line: `accuracy 310, unfinished 12`.
  public String reasons() {
    return refused.entrySet().stream()
        .filter(e -> e.getValue() > 0)
        .map(e -> String.format(Locale.ROOT, "%s %,d", e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }

  /// Writes the counts by reason, with their shares of what was drawn, as a table.
  public String table() {
    StringBuilder table =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "kept %,d of %,d samples (%.1f %%), of %,d of %,d prompts%n",
                kept,
                drawn(),
                100 * rate(),
                answered,
                prompts));
    refused.forEach((reason, n) ->
        table.append(
            String.format(
                Locale.ROOT,
                "  %-24s %,10d  %5.1f %%%n",
                reason,
                n,
                100.0 * n / Math.max(1, drawn()))));
    return table.toString().stripTrailing();
  }
}
