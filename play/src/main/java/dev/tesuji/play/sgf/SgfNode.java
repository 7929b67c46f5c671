package dev.tesuji.play.sgf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A node of a game tree: its properties, and the nodes that may follow, the main line first.
public final class SgfNode {
  private final int line;
  private final Map<String, List<String>> properties = new LinkedHashMap<>();
  private final List<SgfNode> children = new ArrayList<>();

  /// Makes a node without properties.
  public SgfNode() {
    this(0);
  }

  /// Makes a node that was read.
  ///
  /// @param line where its file has it, counted from 1
  SgfNode(int line) {
    this.line = line;
  }

  /// Returns the line of the file, counted from 1; 0 for a node that was not read.
  public int line() {
    return line;
  }

  /// Adds a value to a property.
  ///
  /// @param value as it is meant, without escapes
  public SgfNode add(String property, String value) {
    properties.computeIfAbsent(property, _ -> new ArrayList<>()).add(value);
    return this;
  }

  /// Adds a node that may follow.
  public SgfNode add(SgfNode child) {
    children.add(child);
    return this;
  }

  /// Returns the first value of a property, or null for a property that it does not have.
  public @Nullable String value(String property) {
    List<String> values = properties.get(property);
    return values == null ? null : values.getFirst();
  }

  /// Returns the values of a property; none for a property that it does not have.
  public List<String> values(String property) {
    return List.copyOf(properties.getOrDefault(property, List.of()));
  }

  /// Returns the names of the properties, in their order.
  public List<String> properties() {
    return List.copyOf(properties.keySet());
  }

  /// Returns the nodes that may follow.
  public List<SgfNode> children() {
    return List.copyOf(children);
  }

  /// Returns this node and those that follow in the main line.
  public List<SgfNode> mainLine() {
    List<SgfNode> nodes = new ArrayList<>();
    SgfNode at = this;
    while (at != null) {
      nodes.add(at);
      at = at.children.isEmpty() ? null : at.children.getFirst();
    }
    return nodes;
  }
}
