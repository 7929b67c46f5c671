package dev.tesuji.nn;

import dev.tesuji.check.Require;
import dev.tesuji.nn.Lora.Size;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Low-rank adapters, by PEFT's meaning of the settings ([Hu et al.,
/// 2021](https://arxiv.org/abs/2106.09685)).
///
/// @param rank r, the width between A and B
/// @param alpha α; the adapter is scaled by α / r
/// @param dropout the share of an adapter's inputs that is dropped in training
/// @param targetModules the projections that get one, by the ends of their names, such as `q_proj`;
///   `all-linear` alone for all of them
/// @param rankStabilised whether the scale is α / √r ([Kalajdzievski,
///   2023](https://arxiv.org/abs/2312.03732))
/// @param modulesToSave modules whose own weights are trained and saved beside the adapters, by the
///   ends of their names, such as `embed_tokens`, `lm_head` or `norm`
public record LoraConfig(
    int rank,
    double alpha,
    double dropout,
    List<String> targetModules,
    boolean rankStabilised,
    List<String> modulesToSave) {
  /// No projection of any model has more inputs or outputs that are worth as many.
  static final int LARGEST = 1 << 14;

  /// Rank 16 and α 32 on all projections.
  public static final LoraConfig DEFAULT = new LoraConfig(16, 32, 0, List.of("all-linear"), false);

  /// Adapters alone: no module is trained whole.
  public LoraConfig(
      int rank, double alpha, double dropout, List<String> targetModules, boolean rankStabilised) {
    this(rank, alpha, dropout, targetModules, rankStabilised, List.of());
  }

  /// Checks the ranges.
  public LoraConfig {
    targetModules = List.copyOf(targetModules);
    modulesToSave = List.copyOf(modulesToSave);
    Require.that(rank >= 1 && rank <= LARGEST, "rank", "from 1 to " + LARGEST, rank);
    Require.that(alpha > 0, "alpha", "above 0", alpha);
    Require.that(dropout >= 0 && dropout < 1, "dropout", "at least 0 and below 1", dropout);
    Require.that(!targetModules.isEmpty(), "targetModules", "at least one name", targetModules);
  }

  /// Returns what multiplies B A x.
  public double scale() {
    return alpha / (rankStabilised ? Math.sqrt(rank) : rank);
  }

  /// Returns the same for a model whose output projection is its embedding: where that is trained,
  /// so is the projection, which has no weights of its own to be named.
  public LoraConfig tied() {
    List<String> modules = new ArrayList<>(modulesToSave);
    if (saves("model.embed_tokens")) {
      modules.remove("lm_head");
    }
    return new LoraConfig(rank, alpha, dropout, targetModules, rankStabilised, modules);
  }

  /// Returns the size of a projection's adapter; null where it gets none.
  @Nullable Size size(String name) {
    return targets(name) ? new Size(rank, scale()) : null;
  }

  /// Returns whether a module is trained whole.
  ///
  /// @param name its checkpoint name without `.weight`
  public boolean saves(String name) {
    return modulesToSave.stream().anyMatch(m -> name.equals(m) || name.endsWith("." + m));
  }

  /// Returns whether a projection gets an adapter.
  ///
  /// @param name its checkpoint name without `.weight`
  public boolean targets(String name) {
    return targetModules.equals(List.of("all-linear"))
        || targetModules.stream().anyMatch(t -> name.equals(t) || name.endsWith("." + t));
  }
}
