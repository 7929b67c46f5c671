package dev.tesuji.recipe;

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
record DataSource(
    Path path, Columns columns, Set<Shape> shapes, TokenizedDataset.@Nullable Limit limit) {
  private static final Set<Shape> IMITATED =
      EnumSet.of(Shape.PROMPT_COMPLETION, Shape.LANGUAGE_MODELING);

  /// Returns what a stage reads besides the task's problems; nothing for stages that make their
  /// own, or that lack what they need.
  static List<DataSource> of(Stage stage, Recipe recipe) {
    return switch (stage) {
      case Stage.Pretrain s ->
          s.corpus() instanceof Corpus.Jsonl c
              ? List.of(
                  new DataSource(
                      c.data(),
                      Columns.DEFAULT.withText(c.column()),
                      EnumSet.of(Shape.LANGUAGE_MODELING),
                      new TokenizedDataset.Limit(c.maxTokens(), c.tooLong())))
              : List.of();
      case Stage.Sft s -> demonstrations(s, recipe);
      case Stage.Gkd s ->
          named(
              s.data(),
              s.columns(),
              IMITATED,
              new TokenizedDataset.Limit(s.maxTokens(), s.tooLong()));
      case Stage.Dpo s -> preferences(s.preferences(), EnumSet.of(Shape.PREFERENCE), recipe);
      case Stage.Kto s ->
          preferences(
              s.preferences(), EnumSet.of(Shape.UNPAIRED_PREFERENCE, Shape.PREFERENCE), recipe);
      case Stage.RewardModel s ->
          s.comparisons() instanceof Stage.Comparisons.Files f
              ? named(
                  either(f.data(), recipe),
                  f.columns(),
                  EnumSet.of(Shape.PREFERENCE, Shape.RANKING, Shape.UNPAIRED_PREFERENCE),
                  null)
              : List.of();
      case Stage.Rl _, Stage.Rejection _ -> List.of();
    };
  }

  /// Returns the files of fine-tuning; what earlier stages write is not there yet.
  private static List<DataSource> demonstrations(Stage.Sft s, Recipe recipe) {
    TokenizedDataset.Limit limit = new TokenizedDataset.Limit(s.maxTokens(), s.tooLong());
    if (s.data().isEmpty()) {
      return named(recipe.data(), s.columns(), IMITATED, limit);
    }
    List<DataSource> sources = new ArrayList<>();
    s.data().forEach(d -> sources.addAll(named(d.path(), s.columns(), IMITATED, limit)));
    return sources;
  }

  private static @Nullable Path either(@Nullable Path own, Recipe recipe) {
    return own == null ? recipe.data() : own;
  }

  private static List<DataSource> named(
      @Nullable Path path,
      Columns columns,
      Set<Shape> shapes,
      TokenizedDataset.@Nullable Limit limit) {
    return path == null ? List.of() : List.of(new DataSource(path, columns, shapes, limit));
  }

  private static List<DataSource> preferences(
      PreferenceData data, Set<Shape> shapes, Recipe recipe) {
    List<DataSource> sources = new ArrayList<>();
    sources.addAll(named(either(data.data(), recipe), data.columns(), shapes, null));
    sources.addAll(named(data.heldOut(), data.columns(), shapes, null));
    return sources;
  }

  /// Reads the first rows of every file.
  ///
  /// @param rows how many
  /// @param words how texts become tokens, to measure them; null where that is not known
  /// @throws BadInput when a file is missing, or a row is not what the stage needs
  void check(long rows, TokenizedDataset.@Nullable Words words) {
    Dataset first = new Dataset(List.of(path), columns, null).first(rows);
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
