package dev.tesuji.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// The table of ratios, in Markdown: a column for each shape, as README has it.
final class PeerTable {
  private static final String HEAD =
      "Tesuji / peer (ratio, above 1 is better for Tesuji; memory: below 1)";

  private final Set<String> shapes = new LinkedHashSet<>();
  private final Map<String, Map<String, String>> rows = new LinkedHashMap<>(); // by title, shape

  private PeerTable() {}

  /// Writes the table of some matches, and a line for each thing that went wrong.
  static String of(List<PeerMatch> matches) {
    PeerTable table = new PeerTable();
    List<PeerMatch> ordered = new ArrayList<>(matches);
    ordered.sort((a, b) -> a.what().compareTo(b.what()));
    matches.forEach(m -> table.shapes.add(m.shape()));
    for (PeerMatch m : ordered) {
      boolean step = m.what() == Bench.What.GRPO;
      String title = m.word() + (step ? ", s" : ", tokens/s");
      table.put(title, m, PeerMatch::fastest);
      table.put(title + ", all float32", m, each -> each.in("float32"));
      if (step) {
        table.put("GRPO peak memory, GB", m, PeerMatch::memory);
      }
    }
    StringBuilder out = new StringBuilder();
    out.append("| ").append(HEAD).append(" | ").append(String.join(" | ", table.shapes));
    out.append(" |\n").append("|---".repeat(1 + table.shapes.size())).append("|\n");
    table.rows.forEach((title, cells) -> {
      out.append("| ").append(title);
      table.shapes.forEach(s -> out.append(" | ").append(cells.getOrDefault(s, "")));
      out.append(" |\n");
    });
    matches.forEach(m -> m.troubles().forEach(t -> out.append('\n').append(t).append('\n')));
    return out.toString();
  }

  private void put(String title, PeerMatch match, Function<PeerMatch, String> cell) {
    rows.computeIfAbsent(title, _ -> new LinkedHashMap<>()).put(match.shape(), cell.apply(match));
  }
}
