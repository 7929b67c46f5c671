package dev.tesuji.yaml;

import dev.tesuji.check.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// A YAML document in which every value knows where it was written.
public sealed interface Yaml {
  /// Returns where it was written.
  Place place();

  /// Returns a copy that can be changed without this one.
  default Yaml copy() {
    return switch (this) {
      case Mapping m -> m.copy();
      case Items i -> new Items(i.items().stream().map(Yaml::copy).toList(), i.place());
      case Scalar s -> s;
    };
  }

  /// The place where a value was written.
  ///
  /// @param label a file and line, or the argument of the command line
  /// @param folder the folder that relative paths start from
  record Place(String label, Path folder) {
    /// Makes an error about the value.
    public BadInput bad(String problem) {
      return new BadInput(label + ": " + problem);
    }
  }

  /// Named values, in order.
  ///
  /// @param entries the values; changeable, so that the command line can set some
  record Mapping(LinkedHashMap<String, Yaml> entries, Place place) implements Yaml {
    @Override
    public Mapping copy() {
      Mapping copy = new Mapping(new LinkedHashMap<>(), place);
      entries.forEach((key, value) -> copy.entries().put(key, value.copy()));
      return copy;
    }
  }

  /// Values in order.
  record Items(List<Yaml> items, Place place) implements Yaml {}

  /// A text, number or truth value.
  ///
  /// @param text as written
  /// @param quoted whether quotes make it text whatever it looks like
  record Scalar(String text, boolean quoted, Place place) implements Yaml {
    /// Returns whether it means nothing: `null`, `~` or nothing at all.
    public boolean isNull() {
      return !quoted && (text.isEmpty() || text.equals("null") || text.equals("~"));
    }
  }

  /// Reads a file.
  ///
  /// @throws BadInput when it is missing or no YAML mapping, with the line
  static Mapping read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new BadInput(file + ": no such recipe", e);
    } catch (IOException e) {
      throw new BadInput(file + ": could not be read: " + e.getMessage(), e);
    }
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    Yaml yaml = parse(text, new Source(file.toString(), folder, true));
    if (yaml instanceof Mapping mapping) {
      return mapping;
    }
    throw BadInput.in(file, "must be a YAML mapping (name: value)");
  }

  /// Parses a value given on the command line, such as `16` or `[a, b]`.
  static Yaml argument(String argument, String value) {
    return parse(value, new Source(argument, Path.of("").toAbsolutePath(), false));
  }

  /// A text to parse: its name in errors, where its paths start, and whether it has lines.
  record Source(String name, Path folder, boolean lines) {
    Place at(int line) {
      return new Place(lines ? name + ":" + line : name, folder);
    }
  }

  private static Yaml parse(String text, Source source) {
    LoadSettings settings = LoadSettings.builder().setLabel(source.name()).build();
    try {
      Node node = new Compose(settings).composeString(text).orElse(null);
      return node == null ? new Scalar("", false, source.at(1)) : convert(node, source);
    } catch (MarkedYamlEngineException e) {
      Place place = source.at(e.getProblemMark().map(m -> m.getLine() + 1).orElse(1));
      throw new BadInput(place.label() + ": not valid YAML: " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new BadInput(source.name() + ": not valid YAML: " + e.getMessage(), e);
    }
  }

  private static Yaml convert(Node node, Source source) {
    Place place = source.at(node.getStartMark().map(m -> m.getLine() + 1).orElse(1));
    return switch (node) {
      case MappingNode mapping -> {
        Mapping converted = new Mapping(new LinkedHashMap<>(), place);
        for (NodeTuple tuple : mapping.getValue()) {
          if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            throw place.bad("keys must be plain words");
          }
          Yaml before =
              converted.entries().put(key.getValue(), convert(tuple.getValueNode(), source));
          if (before != null) {
            throw place.bad("key '" + key.getValue() + "' is given twice");
          }
        }
        yield converted;
      }
      case SequenceNode sequence -> {
        List<Yaml> items = new ArrayList<>();
        sequence.getValue().forEach(n -> items.add(convert(n, source)));
        yield new Items(items, place);
      }
      case ScalarNode scalar ->
          new Scalar(scalar.getValue(), scalar.getScalarStyle() != ScalarStyle.PLAIN, place);
      default -> throw place.bad("anchors and aliases are not supported");
    };
  }

  /// Writes a value as YAML text.
  static String write(Yaml yaml) {
    StringBuilder out = new StringBuilder();
    write(yaml, 0, out);
    return out.toString();
  }

  /// Writes a value on one line.
  static String inline(Yaml yaml) {
    return switch (yaml) {
      case Scalar s -> scalar(s);
      case Items i ->
          i.items().stream().map(Yaml::inline).collect(Collectors.joining(", ", "[", "]"));
      case Mapping m ->
          m.entries().entrySet().stream()
              .map(e -> e.getKey() + ": " + inline(e.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
    };
  }

  private static void write(Yaml yaml, int indent, StringBuilder out) {
    switch (yaml) {
      case Scalar s -> out.append(' ').append(scalar(s)).append('\n');
      case Mapping m -> {
        if (m.entries().isEmpty()) {
          out.append(" {}\n");
          return;
        }
        out.append(indent == 0 ? "" : "\n");
        for (Map.Entry<String, Yaml> e : m.entries().entrySet()) {
          out.append(" ".repeat(indent)).append(e.getKey()).append(':');
          write(e.getValue(), indent + 2, out);
        }
      }
      case Items i -> {
        if (i.items().isEmpty()) {
          out.append(" []\n");
          return;
        }
        out.append('\n');
        for (Yaml item : i.items()) {
          StringBuilder inner = new StringBuilder();
          write(item, indent + 2, inner);
          out.append(" ".repeat(indent)).append("- ").append(inner.toString().strip()).append('\n');
        }
      }
    }
  }

  private static String scalar(Scalar s) {
    if (!s.quoted()) {
      return s.text().isEmpty() ? "null" : s.text();
    }
    return '"'
        + s.text()
            .replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("\t", "\\t")
        + '"';
  }
}
