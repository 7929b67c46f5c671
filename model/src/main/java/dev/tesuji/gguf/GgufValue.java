package dev.tesuji.gguf;

import java.util.List;

/// A value of the metadata that is written.
public sealed interface GgufValue {
  /// A text.
  record Text(String value) implements GgufValue {}

  /// A whole number of 32 bits from 0.
  record Whole(int value) implements GgufValue {}

  /// A float32.
  record Decimal(float value) implements GgufValue {}

  /// A yes or no.
  record Flag(boolean value) implements GgufValue {}

  /// A list of texts.
  record Texts(List<String> values) implements GgufValue {
    /// Copies the list.
    public Texts {
      values = List.copyOf(values);
    }
  }

  /// A list of whole numbers of 32 bits.
  record Wholes(List<Integer> values) implements GgufValue {
    /// Copies the list.
    public Wholes {
      values = List.copyOf(values);
    }
  }

  /// A list of float32.
  record Numbers(List<Float> values) implements GgufValue {
    /// Copies the list.
    public Numbers {
      values = List.copyOf(values);
    }
  }
}
