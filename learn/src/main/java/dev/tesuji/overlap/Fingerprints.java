package dev.tesuji.overlap;

import dev.tesuji.random.Rng;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/// A set of texts that keeps 64 bits of each and nothing else: 16 to 32 bytes in memory.
///
/// Two different texts have the same fingerprint with probability 2^-64; among a million texts that
/// happens once in some 40 million sets.
public final class Fingerprints {
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;
  private static final long FREE = 0; // stands for an empty slot

  private long[] slots = new long[64];
  private int size;

  /// Returns the fingerprint of a text.
  public static long of(String text) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return join(hash, text.length());
  }

  /// Returns the fingerprint of what has one fingerprint and then another.
  public static long join(long first, long second) {
    long mixed = Rng.derive(first, second);
    return mixed == FREE ? 1 : mixed;
  }

  /// Returns a text without what does not tell it from another: in lower case, in compatible
  /// characters (Unicode's NFKC), each run of white space one space, none around it.
  public static String normalized(String text) {
    return SPACE.matcher(compatible(text)).replaceAll(" ").strip();
  }

  /// Returns a text in lower case and in compatible characters.
  static String compatible(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
  }

  /// Adds a fingerprint and says whether it was not there.
  public boolean add(long fingerprint) {
    if (2 * (size + 1) > slots.length) {
      grow();
    }
    int slot = slot(slots, fingerprint);
    if (slots[slot] != FREE) {
      return false;
    }
    slots[slot] = fingerprint;
    size++;
    return true;
  }

  /// Returns whether a fingerprint is there.
  public boolean contains(long fingerprint) {
    return slots[slot(slots, fingerprint)] != FREE;
  }

  /// Returns how many there are.
  public int size() {
    return size;
  }

  /// Returns the bytes that they take.
  public long bytes() {
    return (long) Long.BYTES * slots.length;
  }

  /// Takes all out.
  public void clear() {
    Arrays.fill(slots, FREE);
    size = 0;
  }

  /// Finds the slot that has a fingerprint, or could take it.
  private static int slot(long[] slots, long fingerprint) {
    int slot = (int) (fingerprint >>> 32) & (slots.length - 1);
    while (slots[slot] != FREE && slots[slot] != fingerprint) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  private void grow() {
    long[] larger = new long[2 * slots.length];
    for (long fingerprint : slots) {
      if (fingerprint != FREE) {
        larger[slot(larger, fingerprint)] = fingerprint;
      }
    }
    slots = larger;
  }
}
