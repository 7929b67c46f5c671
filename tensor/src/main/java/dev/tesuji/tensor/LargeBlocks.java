package dev.tesuji.tensor;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Large blocks of memory, cut from one reserved range of addresses.
///
/// Every pass of training takes and frees blocks of the same few sizes. In malloc's heap an aligned
/// block of a size does not fit into the hole that one of the same size left (glibc's memalign asks
/// for more than it keeps, and others take the rest), so that the holes grow; and what is above 32
/// MiB goes back to the system each time. Here a block takes the end of the smallest hole that is
/// large enough, which is mostly one that a block of its size left, and the first address that
/// nothing ever took only where there is no such hole; holes side by side are one. Holes keep their
/// pages until [#giveBack]: what one phase frees, the next takes.
final class LargeBlocks {
  private static final long STEP = 64; // of addresses: a cache line
  private static final long PAGE = 4096;

  private final TreeMap<Long, Long> holes = new TreeMap<>(); // sizes by address
  private final Map<Long, Long> taken = new HashMap<>(); // sizes by address
  private long used;

  /// Manages a range of addresses that has no pages yet.
  LargeBlocks(long start, long size) {
    holes.put(start, size);
  }

  /// Returns the address of a block, aligned to a cache line; 0 where no hole is large enough.
  synchronized long take(long bytes) {
    long size = (bytes + STEP - 1) / STEP * STEP;
    Long hole = smallestHole(size);
    if (hole == null) {
      return 0;
    }
    boolean fresh = hole.equals(holes.lastKey()); // at its start others have been
    long left = requireNonNull(holes.remove(hole)) - size;
    long address = fresh ? hole : hole + left;
    if (left > 0) {
      holes.put(fresh ? hole + size : hole, left);
    }
    taken.put(address, size);
    used += size;
    return address;
  }

  /// Returns where the smallest hole for a block is, the last one of all only where no other will
  /// do; null where none is large enough.
  private @Nullable Long smallestHole(long size) {
    Long smallest = null;
    long least = Long.MAX_VALUE;
    for (Map.Entry<Long, Long> hole : holes.entrySet()) {
      boolean last = hole.getKey().equals(holes.lastKey());
      if (hole.getValue() >= size && (last ? smallest == null : hole.getValue() < least)) {
        smallest = hole.getKey();
        least = hole.getValue();
      }
    }
    return smallest;
  }

  /// Takes a block back.
  ///
  /// @throws IllegalArgumentException when it is not one that was handed out
  synchronized void free(long address) {
    Long size = taken.remove(address);
    if (size == null) {
      throw new IllegalArgumentException("no block begins at address " + address);
    }
    used -= size;
    long start = address;
    Map.Entry<Long, Long> before = holes.lowerEntry(address);
    if (before != null && before.getKey() + before.getValue() == address) {
      start = before.getKey();
    }
    Long after = holes.remove(address + size);
    holes.put(start, address + size - start + (after == null ? 0 : after));
  }

  /// Returns the bytes that are handed out.
  synchronized long used() {
    return used;
  }

  /// A way to tell the system that nobody needs some pages.
  @FunctionalInterface
  interface Pages {
    /// Gives whole pages back.
    void giveBack(long address, long bytes);
  }

  /// Gives the pages of all holes back.
  synchronized void giveBack(Pages pages) {
    holes.forEach((address, size) -> {
      long from = (address + PAGE - 1) / PAGE * PAGE;
      long to = (address + size) / PAGE * PAGE;
      if (to > from) {
        pages.giveBack(from, to - from);
      }
    });
  }
}
