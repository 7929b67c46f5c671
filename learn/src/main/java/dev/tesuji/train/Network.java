package dev.tesuji.train;

import dev.tesuji.nn.Parameter;
import java.nio.file.Path;
import java.util.List;

/// The weights that a [Learner] moves, and how a checkpoint keeps them. It need be no language
/// model: anything that makes a loss from parameters will do.
public interface Network {
  /// Returns the parameters that training moves, always the same ones in the same order.
  List<Parameter> trained();

  /// Writes the weights to a folder, which exists.
  void save(Path folder);

  /// Reads what [#save] wrote over the weights.
  ///
  /// @throws dev.tesuji.check.BadInput when it is corrupt or belongs to another network
  void restore(Path folder);

  /// Does what is to be done after each update besides moving weights.
  ///
  /// @param metrics takes what is measured on the way
  default void afterUpdate(Metrics metrics) {}
}
