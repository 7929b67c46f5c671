package dev.tesuji.studio.runfolder;

import dev.tesuji.json.Json;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;

/// Differences of two texts line by line, by their longest common subsequence.
public final class LineDiff {
  private static final int MOST = 4_000;

  private LineDiff() {}

  /// Returns the lines in order, each with `kind` `same`, `first` or `second`, and `text`.
  public static ArrayNode of(String first, String second) {
    List<String> a = first.lines().limit(MOST).toList();
    List<String> b = second.lines().limit(MOST).toList();
    int[][] common = new int[a.size() + 1][b.size() + 1];
    for (int i = a.size() - 1; i >= 0; i--) {
      for (int j = b.size() - 1; j >= 0; j--) {
        common[i][j] =
            a.get(i).equals(b.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    ArrayNode lines = Json.MAPPER.createArrayNode();
    int i = 0;
    int j = 0;
    while (i < a.size() || j < b.size()) {
      boolean same = i < a.size() && j < b.size() && a.get(i).equals(b.get(j));
      boolean onlyFirst =
          !same && i < a.size() && (j == b.size() || common[i + 1][j] >= common[i][j + 1]);
      String kind = same ? "same" : onlyFirst ? "first" : "second";
      lines.addObject().put("kind", kind).put("text", onlyFirst || same ? a.get(i) : b.get(j));
      i += same || onlyFirst ? 1 : 0;
      j += onlyFirst ? 0 : 1;
    }
    return lines;
  }
}
