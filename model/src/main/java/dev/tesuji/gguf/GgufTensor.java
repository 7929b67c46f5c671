package dev.tesuji.gguf;

import dev.tesuji.tensor.Shape;

/// A tensor of a file and its place.
///
/// @param name its name in the file, for instance `blk.0.attn_q.weight`
/// @param type the type of its elements
/// @param shape its sizes, outermost first (the file has them innermost first)
/// @param offset its first byte, from the beginning of the file
/// @param bytes its length
public record GgufTensor(String name, GgufType type, Shape shape, long offset, long bytes) {
  /// Returns the length of a row, the innermost size.
  public long width() {
    return shape.size(-1);
  }
}
