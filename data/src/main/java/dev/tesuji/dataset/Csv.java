package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.InputFiles;
import dev.tesuji.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Reads comma-separated values as [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180) has them: a
/// header with the names of the columns, cells in double quotes where they hold commas, quotes
/// (doubled) or line breaks.
///
/// Every cell is text, so that `007` stays `007`; an empty cell is no value, `""` is empty text.
/// Blank lines are skipped.
final class Csv {
  private static final int END = -1;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final Path file;
  private final Reader in;
  private int next;
  private long line = 1;

  private Csv(Path file, Reader in) throws IOException {
    this.file = file;
    this.in = in;
    next = in.read();
    if (next == BYTE_ORDER_MARK) {
      next = in.read();
    }
  }

  static void forEach(Path file, Consumer<Row> action) {
    try (InputStream in = InputFiles.open(file);
        Reader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()))) {
      new Csv(file, reader).read(action);
    } catch (IOException e) {
      throw InputFiles.failed(file, e);
    }
  }

  private void read(Consumer<Row> action) throws IOException {
    List<String> header = new ArrayList<>();
    while (next != END) {
      Place place = Place.line(file, line);
      List<@Nullable String> cells = cells();
      if (cells.size() == 1 && cells.getFirst() == null) {
        continue; // a blank line
      }
      if (header.isEmpty()) {
        header.addAll(header(place, cells));
      } else {
        action.accept(row(place, header, cells));
      }
    }
  }

  private static List<String> header(Place place, List<@Nullable String> cells) {
    List<String> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String cell : cells) {
      String name = cell == null ? "" : cell.strip();
      if (name.isEmpty()) {
        throw place.bad("column " + (names.size() + 1) + " of the header must have a name");
      }
      if (!seen.add(name)) {
        throw place.bad("the header names column '" + name + "' twice");
      }
      names.add(name);
    }
    return names;
  }

  private static Row row(Place place, List<String> header, List<@Nullable String> cells) {
    if (cells.size() != header.size()) {
      throw place.bad(
          "must have "
              + header.size()
              + " cells as the header has, got "
              + cells.size()
              + "; a cell with a comma or a line break in it must stand in double quotes");
    }
    ObjectNode fields = Json.MAPPER.createObjectNode();
    for (int i = 0; i < cells.size(); i++) {
      fields.put(header.get(i), cells.get(i));
    }
    return new Row(place, fields);
  }

  /// Reads the cells of one record and the line break after it.
  private List<@Nullable String> cells() throws IOException {
    List<@Nullable String> cells = new ArrayList<>();
    cells.add(cell());
    while (next == ',') {
      take();
      cells.add(cell());
    }
    if (next == '\r') {
      take();
    }
    if (next == '\n') {
      take();
    }
    return cells;
  }

  /// Reads one cell, up to the comma or line break after it.
  private @Nullable String cell() throws IOException {
    if (next == '"') {
      return quoted();
    }
    StringBuilder text = new StringBuilder();
    while (!endsCell()) {
      text.append((char) take());
    }
    return text.isEmpty() ? null : text.toString();
  }

  private String quoted() throws IOException {
    long opened = line;
    StringBuilder text = new StringBuilder();
    take();
    while (true) {
      if (next == END) {
        throw BadInput.at(file, opened, "a double quote that opens here is never closed");
      }
      int c = take();
      if (c != '"') {
        text.append((char) c);
      } else if (next == '"') {
        text.append((char) take());
      } else if (endsCell()) {
        return text.toString();
      } else {
        throw BadInput.at(
            file,
            line,
            "after a closing double quote must come a comma or the end of the line, got '"
                + (char) next
                + "'; a quote inside a cell is written twice");
      }
    }
  }

  private boolean endsCell() {
    return next == ',' || next == '\n' || next == '\r' || next == END;
  }

  private int take() throws IOException {
    int taken = next;
    next = in.read();
    if (taken == '\n' || (taken == '\r' && next != '\n')) {
      line++;
    }
    return taken;
  }
}
