package dev.tesuji.weights;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.nn.WeightBlocks;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Shape;
import dev.tesuji.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Reads matrices that are stored as 8-bit floats with a scale for each block:
///
/// ```
/// W[i, j] = stored[i, j] · scale[i / rows, j / columns]
/// ```
///
/// The product is float32, rounded once to the type that the model computes in.
///
/// @param blocks their size
/// @param scaled the file that holds the matrices
/// @param scales the file that holds the scales of a matrix; often another shard
record EightBitWeights(WeightBlocks blocks, Safetensors scaled, Safetensors scales) {
  /// The end of the name of a matrix's scales.
  private static final String SUFFIX = "_scale_inv";

  /// Returns the name of a matrix's scales.
  static String scaleOf(String weight) {
    return weight + SUFFIX;
  }

  /// Returns the name of the matrix whose scales have a name; null where they are no scales.
  static @Nullable String weightOf(String scale) {
    return scale.endsWith(SUFFIX) ? scale.substring(0, scale.length() - SUFFIX.length()) : null;
  }

  /// Reads the size of blocks from a model directory's `config.json`.
  ///
  /// @throws BadInput when it does not speak of such weights
  static WeightBlocks blocks(Path directory, String name) {
    Path file = directory.resolve("config.json");
    WeightBlocks blocks = Files.exists(file) ? WeightBlocks.of(file, Json.readObject(file)) : null;
    if (blocks == null) {
      throw BadInput.in(
          directory,
          "tensor '"
              + BadInput.brief(name)
              + "' is of type F8_E4M3, and no quantization_config in config.json says how its"
              + " weights are scaled; take the model's unquantised weights");
    }
    return blocks;
  }

  /// Checks that a matrix has a shape, and its scales the one that follows.
  ///
  /// @throws BadInput when it is another
  void require(String name, Shape shape) {
    scaled.requireShape(name, shape);
    if (shape.rank() != 2) {
      throw BadInput.in(
          scaled.file(),
          "tensor '" + BadInput.brief(name) + "' of 8-bit floats must be a matrix, got " + shape);
    }
    scales.requireWeight(scaleOf(name), scaleShape(shape));
  }

  private Shape scaleShape(Shape matrix) {
    return new Shape(
        Math.ceilDiv(matrix.size(0), blocks.rows()),
        Math.ceilDiv(matrix.size(1), blocks.columns()));
  }

  /// Copies a matrix over one of its shape, as many rows at a time as share their scales.
  ///
  /// @throws BadInput when its shape or that of its scales is another
  void readInto(String name, Tensor target) {
    require(name, target.shape());
    long columns = target.size(1);
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Tensor scale = scales.read(scaleOf(name)).to(Dtype.FLOAT32);
      for (long band = 0, at = 0; at < target.size(0); band++, at += blocks.rows()) {
        long rows = Math.min(blocks.rows(), target.size(0) - at);
        try (Scope _ = Scope.open()) {
          Tensor stored = scaled.readRows(name, at, rows).to(Dtype.FLOAT32);
          Tensor ofRow = scale.select(0, band).unsqueeze(1);
          Tensor wide = ofRow.expand(ofRow.size(0), blocks.columns()).reshape(-1);
          target.narrow(0, at, rows).copy_(stored.mulBy_(wide.narrow(0, 0, columns)));
        }
      }
    }
  }
}
