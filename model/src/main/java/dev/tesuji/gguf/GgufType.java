package dev.tesuji.gguf;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The types of tensors that Tesuji reads: three plain ones, and those that keep a block of weights
/// as small whole numbers with one or two scales.
public enum GgufType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q5_0(6, 32, 22),
  Q5_1(7, 32, 24),
  Q8_0(8, 32, 34),
  Q4_K(12, 256, 144),
  Q5_K(13, 256, 176),
  Q6_K(14, 256, 210),
  BF16(30, 1, 2);

  /// The types of the format that are refused, by number, for sentences that name them.
  private static final Map<Integer, String> REFUSED =
      Map.ofEntries(
          Map.entry(9, "Q8_1"),
          Map.entry(10, "Q2_K"),
          Map.entry(11, "Q3_K"),
          Map.entry(15, "Q8_K"),
          Map.entry(16, "IQ2_XXS"),
          Map.entry(17, "IQ2_XS"),
          Map.entry(18, "IQ3_XXS"),
          Map.entry(19, "IQ1_S"),
          Map.entry(20, "IQ4_NL"),
          Map.entry(21, "IQ3_S"),
          Map.entry(22, "IQ2_S"),
          Map.entry(23, "IQ4_XS"),
          Map.entry(24, "I8"),
          Map.entry(25, "I16"),
          Map.entry(26, "I32"),
          Map.entry(27, "I64"),
          Map.entry(28, "F64"),
          Map.entry(29, "IQ1_M"),
          Map.entry(34, "TQ1_0"),
          Map.entry(35, "TQ2_0"),
          Map.entry(39, "MXFP4"));

  private final int number;
  private final int blockElements;
  private final int blockBytes;

  GgufType(int number, int blockElements, int blockBytes) {
    this.number = number;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /// Returns the number that stands for it in a file.
  public int number() {
    return number;
  }

  /// Returns how many elements share their scales; 1 for plain types.
  public int blockElements() {
    return blockElements;
  }

  /// Returns the bytes of a block.
  public int blockBytes() {
    return blockBytes;
  }

  /// Returns the bytes of so many elements, which must be whole blocks.
  public long bytes(long elements) {
    return Math.multiplyExact(elements / blockElements, blockBytes);
  }

  /// Returns whether its elements are small whole numbers of a scale.
  public boolean isQuantised() {
    return blockElements > 1;
  }

  /// Finds the type of a number; null where it is none that is read.
  static @Nullable GgufType of(int number) {
    for (GgufType type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    return null;
  }

  /// Returns the name of any number, also of types that are refused.
  static String nameOf(int number) {
    GgufType known = of(number);
    return known == null ? REFUSED.getOrDefault(number, "number " + number) : known.name();
  }
}
