package dev.tesuji.weights;

import dev.tesuji.check.BadInput;
import dev.tesuji.kernel.BlockForm;
import dev.tesuji.tensor.Shape;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.Safetensors.Entry;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An open file of weights, under the names of Hugging Face's checkpoints.
sealed interface WeightFile extends AutoCloseable permits Safetensors, GgufWeights {
  /// Returns the path.
  Path file();

  /// Returns the names of the tensors, in the order of the header.
  Set<String> names();

  /// Returns the form of a tensor, and its place where it has one.
  ///
  /// @throws BadInput when the file has no such tensor
  Entry entry(String name);

  /// Returns the word for the type that a tensor is stored in.
  ///
  /// @throws BadInput when the file has no such tensor
  String storedType(String name);

  /// Checks that a tensor has a shape and is a weight: numbers with a fractional part.
  ///
  /// @throws BadInput when the file has no such tensor, or another
  void requireWeight(String name, Shape shape);

  /// Copies a tensor's elements over an existing tensor of its shape, converting their type.
  ///
  /// @throws BadInput when the file has no such tensor or it has another shape
  void readInto(String name, Tensor target);

  /// Returns the form in which kernels multiply a matrix as it is stored; null where they cannot.
  ///
  /// @throws BadInput when the file has no such tensor
  @Nullable BlockForm blockForm(String name);

  /// Copies a matrix in blocks to memory, in strips of sixteen rows.
  ///
  /// @param target takes the strips of its [#blockForm]
  /// @throws BadInput when the file has no such matrix in blocks, or a scale is no finite number
  void readStrips(String name, MemorySegment target);

  /// Returns whether a tensor has the type, shape and bytes of another one, where that can be told.
  boolean isSame(String name, WeightFile other, String otherName);

  @Override
  void close();
}
