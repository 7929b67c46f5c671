package dev.tesuji.labels;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Items made of files: of a prompt with several answers on a line, or of lines with an answer
/// each, as rollouts and evaluations have them, put together by prompt.
///
/// An answer that comes twice is there once, and a prompt with fewer than two different answers is
/// left out where answers are compared.
public final class ItemFiles {
  private final int most;
  private final int fewest;
  private final Map<JsonNode, Set<String>> answers = new LinkedHashMap<>();
  private final Map<List<String>, String> sources = new LinkedHashMap<>();

  private ItemFiles(int most, int fewest) {
    this.most = most;
    this.fewest = fewest;
  }

  /// Reads files.
  ///
  /// @param most the most answers of an item, at most nine; more of them are left out
  /// @param fewest how few answers an item may have
  /// @throws BadInput when a line has neither answers nor an answer
  public static List<Item> read(List<Path> files, int most, int fewest) {
    ItemFiles all = new ItemFiles(most, fewest);
    for (Path file : files) {
      JsonLines.forEach(file, all::add);
    }
    return all.items();
  }

  private void add(JsonLines.Row row) {
    JsonNode prompt = row.require("prompt");
    for (String name : List.of("answers", "responses", "completions")) {
      JsonNode list = row.get(name);
      if (list != null) {
        list.forEach(node -> add(row, prompt, node.isObject() ? node.path("text") : node));
        return;
      }
    }
    for (String name : List.of("chosen", "rejected", "completion", "response")) {
      JsonNode node = row.get(name);
      if (node != null) {
        add(row, prompt, node);
      }
    }
    if (!answers.containsKey(prompt)) {
      throw row.bad(
          "must have a field 'answers', 'responses', 'completions', 'completion', or 'chosen' and"
              + " 'rejected', got "
              + BadInput.brief(row.fields().propertyNames()));
    }
  }

  private void add(JsonLines.Row row, JsonNode prompt, JsonNode node) {
    boolean isMessage = node.isArray() && node.size() == 1;
    JsonNode text = isMessage ? node.get(0).path("content") : node;
    if (!text.isString()) {
      throw row.bad("must have answers that are texts, got " + BadInput.brief(node));
    }
    Set<String> known = answers.computeIfAbsent(prompt, _ -> new LinkedHashSet<>());
    if (known.size() < most && known.add(text.stringValue())) {
      String source = row.file().getFileName() + ":" + row.line();
      sources.put(List.of(Json.line(prompt), text.stringValue()), source);
    }
  }

  private List<Item> items() {
    List<Item> items = new ArrayList<>();
    answers.forEach((prompt, texts) -> {
      if (texts.size() >= fewest) {
        String key = Json.line(prompt);
        List<Item.Answer> list =
            texts.stream()
                .map(t -> new Item.Answer(t, sources.getOrDefault(List.of(key, t), "")))
                .toList();
        items.add(new Item("item-" + (items.size() + 1), prompt, list, List.of(), 0));
      }
    });
    return items;
  }
}
