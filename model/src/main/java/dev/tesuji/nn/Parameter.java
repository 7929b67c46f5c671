package dev.tesuji.nn;

import dev.tesuji.tensor.Tensor;
import java.util.List;

/// Values that belong to a model, and what they are called in a checkpoint.
///
/// Projections that read the same input are one tensor here, for one matrix product instead of
/// three, and several in a checkpoint: each [Part] is a range of rows.
///
/// @param tensor the values, in the type that the model computes in
/// @param parts its ranges of rows, in order, under their checkpoint names
/// @param trained whether training moves it by its gradient
public record Parameter(Tensor tensor, List<Part> parts, boolean trained) {
  /// A range of rows under a checkpoint name.
  ///
  /// @param name for instance `model.layers.0.self_attn.q_proj.weight`
  /// @param start the first row
  /// @param rows how many
  public record Part(String name, long start, long rows) {
    /// Returns the name of the module that it belongs to: without `.weight` or `.bias`.
    public String module() {
      return name.replaceFirst("\\.(weight|bias)$", "");
    }

    /// Takes this part of a tensor with the parameter's shape (its values, gradient or moments), on
    /// the same memory.
    public Tensor of(Tensor whole) {
      return whole.narrow(0, start, rows);
    }
  }

  /// Copies the list.
  public Parameter {
    parts = List.copyOf(parts);
  }
}
