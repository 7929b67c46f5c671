package dev.tesuji.nn;

import dev.tesuji.kernel.BlockPanels;
import dev.tesuji.nn.Parameter.Part;
import dev.tesuji.tensor.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keeps matrices of a model that is not trained in blocks of small whole numbers, as the files of
/// quantised models do, instead of in tensors.
@FunctionalInterface
public interface BlockStorage {
  /// Reads a matrix; null to have a tensor made for it, to be read like any other.
  ///
  /// @param parts its ranges of rows under their checkpoint names
  /// @param rows how many outputs it has
  /// @param columns how many inputs
  /// @param owner owns the memory
  @Nullable BlockPanels read(List<Part> parts, long rows, long columns, Scope owner);
}
