package dev.tesuji.optim;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// The gradient of a parameter over the passes of an update.
///
/// A bfloat16 weight has a bfloat16 gradient, and many small ones added in bfloat16 are lost: at
/// 256 times a term's size a sum no longer moves. So the gradients of several passes are added in
/// float32, which takes four bytes per weight until the update; that of a single pass stays where
/// it is.
final class GradientSum {
  private final Tensor weight;
  private @Nullable Scope owner; // of the sum
  private @Nullable Tensor sum; // float32, of the passes but the last

  GradientSum(Tensor weight) {
    this.weight = weight;
  }

  /// Tests whether anything was collected.
  boolean isPresent() {
    return sum != null || weight.hasGrad();
  }

  /// Ends a pass: makes room for the gradient of the next one.
  void endPass() {
    if (!weight.hasGrad() || (weight.dtype() == Dtype.FLOAT32 && sum == null)) {
      return; // libtorch and the kernels add to a float32 gradient as it is
    }
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Tensor wide = weight.grad().to(Dtype.FLOAT32);
      if (sum == null || owner == null) {
        owner = Scope.owner();
        sum = owner.adopt(wide);
      } else {
        sum.add_(wide, 1);
      }
    }
    weight.clearGrad();
  }

  /// Returns the sum over all passes, float32 where there were several; there must be one.
  Tensor value() {
    if (sum == null) {
      return weight.grad();
    }
    endPass();
    return sum;
  }

  /// Takes the sum away, float32.
  ///
  /// @param to owns it from now on
  /// @return null where nothing was collected
  @Nullable Tensor take(Scope to) {
    if (!isPresent()) {
      return null;
    }
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Tensor whole = to.adopt(value().to(Dtype.FLOAT32));
      drop();
      return whole;
    }
  }

  /// Sets the sum, in place of what was collected.
  ///
  /// @param whole float32, which is taken from the scope that it is in
  void set(Tensor whole) {
    drop();
    owner = Scope.owner();
    sum = owner.adopt(whole);
  }

  /// Drops everything.
  void drop() {
    weight.clearGrad();
    if (owner != null) {
      owner.close();
    }
    owner = null;
    sum = null;
  }
}
