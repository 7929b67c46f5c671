package dev.tesuji.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/// The sizes of a tensor's dimensions, outermost first; prints as `[2, 3]`.
///
/// @param sizes one size per dimension; empty for a scalar
@SuppressWarnings(
    "ArrayRecordComponent") // equality is defined below; the array is never handed out
public record Shape(long... sizes) {
  /// Copies the sizes, so that nobody can change a shape.
  public Shape {
    sizes = sizes.clone();
  }

  @Override
  public long[] sizes() {
    return sizes.clone();
  }

  /// Returns the number of dimensions.
  public int rank() {
    return sizes.length;
  }

  /// Returns the size of one dimension; negative numbers count from the last (-1).
  public long size(int dim) {
    return sizes[dim < 0 ? sizes.length + dim : dim];
  }

  /// Returns the number of elements.
  ///
  /// @throws ArithmeticException when it exceeds 2^63
  public long elements() {
    long n = 1;
    for (long s : sizes) {
      n = times(n, s);
    }
    return n;
  }

  /// Multiplies. Unlike [Math#multiplyExact], whose exceptions lose their messages once the
  /// compiler has seen enough of them, it always says what is wrong.
  ///
  /// @throws ArithmeticException when the product exceeds 2^63
  public static long times(long a, long b) {
    long product = a * b;
    if (Math.multiplyHigh(a, b) != product >> 63) {
      throw new ArithmeticException("long overflow");
    }
    return product;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape s && Arrays.equals(sizes, s.sizes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }

  @Override
  public String toString() {
    return Arrays.stream(sizes)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
