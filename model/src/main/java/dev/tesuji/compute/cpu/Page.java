package dev.tesuji.compute.cpu;

import dev.tesuji.kernel.CacheLayout;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.kernel.Stretch;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;

/// The keys and values of some tokens of a prompt that follow one another, in all layers. Freed
/// when the last that holds it lets it go.
final class Page {
  private final Tensor memory;
  private final long address; // asking libtorch for it, row by row, took a third of the time
  private final CacheLayout layout;
  private final int capacity;
  private final long bytes;
  private int holders = 1;

  /// @param owner frees it at the latest
  /// @param capacity the tokens that there is room for, a multiple of sixteen
  Page(Scope owner, CacheLayout layout, int layers, int capacity) {
    this.layout = layout;
    this.capacity = capacity;
    bytes = layers * layout.bytes(capacity);
    try (Scope _ = Scope.open()) {
      memory = owner.adopt(Tensor.empty(Dtype.UINT8, bytes));
    }
    address = Kernels.address(memory);
  }

  /// Returns the part of a layer.
  ///
  /// @param length tokens that there are
  Stretch stretch(int layer, int length) {
    return Stretch.at(address + layer * layout.bytes(capacity), layout, capacity, length);
  }

  /// Copies the first tokens of another page.
  void copy(Page from, int layers, int count) {
    for (int l = 0; l < layers; l++) {
      stretch(l, count).copy(from.stretch(l, count), count);
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
