package dev.tesuji.tensor;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.TensorVector;

/// Takes tensors apart in one operation, whose gradient puts the parts' gradients together in one.
public final class Split {
  private Split() {}

  /// Returns ranges of rows, one after the other, on the same memory.
  ///
  /// @param sizes how many rows each has; their sum is that of the tensor
  /// @throws TensorException when it is not
  public static List<Tensor> rows(Tensor whole, long... sizes) {
    List<Tensor> parts = new ArrayList<>();
    try (TensorVector all = Tensor.get(() -> whole.handle().split_with_sizes(sizes, 0))) {
      for (long i = 0; i < all.size(); i++) {
        long number = i;
        parts.add(Tensor.make(() -> new org.bytedeco.pytorch.Tensor(all.get(number))));
      }
    }
    return parts;
  }
}
