package dev.tesuji.stage;

import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Columns;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.dataset.Shape;
import dev.tesuji.tokenized.TokenizedDataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Data that a stage names, and what it must look like.
///
/// @param path the file, folder or pattern
/// @param columns which column holds what
/// @param shapes the shapes that the stage can learn from
/// @param limit the limit on texts that are imitated; null for other data
public record Input(
    Path path, Columns columns, Set<Shape> shapes, TokenizedDataset.@Nullable Limit limit) {
  /// The shapes that can be imitated.
  static final Set<Shape> IMITATED = EnumSet.of(Shape.PROMPT_COMPLETION, Shape.LANGUAGE_MODELING);

  /// Returns the input of a path; nothing where there is none.
  static List<Input> of(
      @Nullable Path path,
      Columns columns,
      Set<Shape> shapes,
      TokenizedDataset.@Nullable Limit limit) {
    return path == null ? List.of() : List.of(new Input(path, columns, shapes, limit));
  }

  /// Returns all of the data.
  Dataset dataset() {
    return new Dataset(List.of(path), columns, null);
  }

  /// Returns the last part of the path.
  String fileName() {
    return String.valueOf(path.getFileName());
  }

  /// Reads the first rows of every file.
  ///
  /// @param rows how many
  /// @param words how texts become tokens, to measure them; null where that is not known
  /// @throws dev.tesuji.check.BadInput when a file is missing, or a row is not what the stage needs
  void check(long rows, TokenizedDataset.@Nullable Words words) {
    Dataset first = dataset().first(rows);
    List<BadInput> others = new ArrayList<>(); // of a shape that says nothing against the row
    first.forEach((row, _) -> {
      Shape shape = Shape.of(row, columns);
      if (!shapes.contains(shape) && others.isEmpty()) {
        others.add(
            row.bad(
                "is of shape "
                    + shape.word()
                    + ", and the stage learns from "
                    + shapes.stream().map(Shape::word).collect(Collectors.joining(" or "))));
      }
    });
    if (!others.isEmpty()) {
      throw others.getFirst();
    }
    if (words != null && limit != null) {
      TokenizedDataset.read(first, words, limit);
    }
  }
}
