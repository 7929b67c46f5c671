package dev.tesuji.optim;

import dev.tesuji.optim.OptimizerConfig.Moments;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A running mean of one parameter on the CPU, of its gradient or of the gradient's square.
///
/// @param values one for each weight
/// @param scales float32, what the values of a row are multiplied with; null where they are what
///   they are. Vectors are kept in float32: one scale for each element would save nothing.
/// @param code how values of one byte are read
record Moment(Tensor values, @Nullable Tensor scales, RowScaledFloat8 code) {
  /// Makes one of zeros.
  static Moment zeros(long[] shape, Moments kind, RowScaledFloat8 code, Scope owner) {
    boolean coded = kind == Moments.FLOAT8 && shape.length > 1;
    Dtype dtype =
        switch (kind) {
          case FLOAT32 -> Dtype.FLOAT32;
          case BFLOAT16 -> Dtype.BFLOAT16;
          case FLOAT8 -> coded ? Dtype.UINT8 : Dtype.FLOAT32;
        };
    Tensor values = owner.adopt(Tensor.zeros(dtype, shape));
    if (!coded) {
      return new Moment(values, null, code);
    }
    long[] rows = Arrays.copyOf(shape, shape.length - 1);
    return new Moment(values, owner.adopt(Tensor.zeros(Dtype.FLOAT32, rows)), code);
  }

  /// Returns its memory, which is to be written by whole rows where they have scales.
  FloatView floats() {
    return scales == null
        ? FloatView.of(values)
        : new FloatView.Coded(values.data(), scales.data(), columns(), code);
  }

  /// Returns how many elements share what they are written with: those of a row, or one.
  int columns() {
    long[] shape = values.shape().sizes();
    return scales == null ? 1 : Math.toIntExact(shape[shape.length - 1]);
  }

  /// Adds what a checkpoint keeps of it.
  void addTo(Map<String, Tensor> state, String name) {
    state.put(name, values);
    if (scales != null) {
      state.put(name + "_scale", scales);
    }
  }
}
