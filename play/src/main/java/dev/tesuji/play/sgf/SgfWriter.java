package dev.tesuji.play.sgf;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Writes game trees in FF[4].
public final class SgfWriter {
  private static final int MOVES_PER_LINE = 10;

  private SgfWriter() {}

  /// A place in the tree from which nodes are still to be written: a node, or the end of a
  /// variation.
  private record Step(SgfNode node, boolean opens, boolean closes) {}

  /// Returns a tree as text, variations in parentheses, a line's end after every ten nodes.
  public static String write(SgfNode root) {
    StringBuilder out = new StringBuilder();
    Deque<Step> open = new ArrayDeque<>();
    open.push(new Step(root, true, false));
    int onLine = 0;
    while (!open.isEmpty()) {
      Step step = open.pop();
      if (step.closes) {
        out.append(')');
        continue;
      }
      if (step.opens) {
        out.append(out.isEmpty() ? "(" : "\n(");
        onLine = 0;
        open.push(new Step(step.node, false, true));
      } else if (++onLine % MOVES_PER_LINE == 0) {
        out.append('\n');
      }
      node(step.node, out);
      List<SgfNode> children = step.node.children();
      for (int i = children.size() - 1; i >= 0; i--) {
        open.push(new Step(children.get(i), children.size() > 1, false));
      }
    }
    return out.append('\n').toString();
  }

  private static void node(SgfNode node, StringBuilder out) {
    out.append(';');
    for (String property : node.properties()) {
      out.append(property);
      for (String value : node.values(property)) {
        out.append('[').append(escape(value)).append(']');
      }
    }
  }

  private static String escape(String value) {
    return value.replace("\\", "\\\\").replace("]", "\\]");
  }
}
