package dev.tesuji.compute.cpu;

import dev.tesuji.kernel.CachedAttention.Stretch;
import dev.tesuji.kernel.Heads;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;

/// The keys and values of some tokens of a prompt that follow one another, in all layers. Freed
/// when the last that holds it lets it go.
final class Page {
  private final Tensor memory;
  private final long address; // asking libtorch for it, row by row, took a third of the time
  private final Heads heads;
  private final int capacity;
  private final long bytes;
  private int holders = 1;

  /// @param owner frees it at the latest
  /// @param capacity the tokens that there is room for, a multiple of sixteen
  Page(Scope owner, Heads heads, int layers, int capacity) {
    this.heads = heads;
    this.capacity = capacity;
    long elements = layers * Stretch.elements(heads, capacity);
    bytes = Dtype.FLOAT32.bytes() * elements;
    try (Scope _ = Scope.open()) {
      memory = owner.adopt(Tensor.empty(Dtype.FLOAT32, elements));
    }
    address = Kernels.address(memory);
  }

  /// Returns the part of a layer.
  ///
  /// @param length tokens that there are
  Stretch stretch(int layer, int length) {
    long at = address + 4L * layer * Stretch.elements(heads, capacity);
    return Stretch.at(at, heads, capacity, length);
  }

  /// Copies the first tokens of another page.
  void copy(Page from, int layers, int count) {
    for (int l = 0; l < layers; l++) {
      stretch(l, count).copy(heads, from.stretch(l, count), count);
    }
  }

  long bytes() {
    return bytes;
  }

  Page hold() {
    holders++;
    return this;
  }

  void release() {
    holders--;
    if (holders == 0) {
      memory.close();
    }
  }
}
