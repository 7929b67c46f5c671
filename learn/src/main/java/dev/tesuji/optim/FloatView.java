package dev.tesuji.optim;

import dev.tesuji.kernel.Lanes;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The memory of a tensor on the CPU, read and written as float32.
///
/// The tensor must live as long as this is used.
sealed interface FloatView {
  /// Copies `n` elements from `at` on into the front of `out`.
  ///
  /// @param scratch room for the bits of `n` elements
  void load(long at, int n, float[] out, Scratch scratch);

  /// Copies the front of `in` over `n` elements from `at` on.
  ///
  /// @param salt decides how narrow elements are rounded, where that is left to chance
  /// @param scratch room for the bits of `n` elements
  void store(long at, int n, float[] in, int salt, Scratch scratch);

  /// Room for the bits of some elements.
  record Scratch(short[] upper, short[] lower, byte[] codes) {
    static Scratch of(int elements) {
      return new Scratch(new short[elements], new short[elements], new byte[elements]);
    }
  }

  /// Returns the memory of a contiguous tensor, float32 or bfloat16. Bfloat16 elements are rounded
  /// up or down by chance, so that many small changes add up to what they are: a mean that decays
  /// by a thousandth would otherwise never move.
  static FloatView of(Tensor tensor) {
    return switch (tensor.dtype()) {
      case FLOAT32 -> new Wide(tensor.data());
      case BFLOAT16 -> new Narrow(tensor.data());
      default ->
          throw new IllegalArgumentException(
              "a weight must be float32 or bfloat16, got " + tensor.dtype());
    };
  }

  /// Returns float32 elements whose upper halves, rounded to nearest, are a bfloat16 tensor.
  ///
  /// @param low uint8, two for each element: the bits of the element minus those of its upper half
  static FloatView split(Tensor high, Tensor low) {
    if (high.dtype() != Dtype.BFLOAT16) {
      throw new IllegalArgumentException("a split weight must be bfloat16, got " + high.dtype());
    }
    return new Split(high.data(), low.data());
  }

  /// Float32 elements.
  record Wide(MemorySegment memory) implements FloatView {
    @Override
    public void load(long at, int n, float[] out, Scratch scratch) {
      MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT, at * Float.BYTES, out, 0, n);
    }

    @Override
    public void store(long at, int n, float[] in, int salt, Scratch scratch) {
      MemorySegment.copy(in, 0, memory, ValueLayout.JAVA_FLOAT, at * Float.BYTES, n);
    }
  }

  /// Bfloat16 elements.
  record Narrow(MemorySegment memory) implements FloatView {
    @Override
    public void load(long at, int n, float[] out, Scratch scratch) {
      short[] bits = scratch.upper();
      MemorySegment.copy(memory, ValueLayout.JAVA_SHORT, at * Short.BYTES, bits, 0, n);
      for (int i = Lanes.widen(bits, n, out); i < n; i++) {
        out[i] = Float.intBitsToFloat(bits[i] << 16);
      }
    }

    @Override
    public void store(long at, int n, float[] in, int salt, Scratch scratch) {
      short[] bits = scratch.upper();
      int from = (int) at + salt * 0x9E3779B9;
      for (int i = Lanes.narrow(in, n, from, bits); i < n; i++) {
        bits[i] = (short) ((Float.floatToRawIntBits(in[i]) + (Lanes.mix(from + i) >>> 16)) >> 16);
      }
      MemorySegment.copy(bits, 0, memory, ValueLayout.JAVA_SHORT, at * Short.BYTES, n);
    }
  }

  /// Float32 elements in two halves.
  record Split(MemorySegment high, MemorySegment low) implements FloatView {
    @Override
    public void load(long at, int n, float[] out, Scratch scratch) {
      short[] upper = scratch.upper();
      short[] lower = scratch.lower();
      MemorySegment.copy(high, ValueLayout.JAVA_SHORT, at * Short.BYTES, upper, 0, n);
      MemorySegment.copy(low, ValueLayout.JAVA_SHORT_UNALIGNED, at * Short.BYTES, lower, 0, n);
      for (int i = Lanes.join(upper, lower, n, out); i < n; i++) {
        out[i] = Float.intBitsToFloat((upper[i] << 16) + lower[i]);
      }
    }

    @Override
    public void store(long at, int n, float[] in, int salt, Scratch scratch) {
      short[] upper = scratch.upper();
      short[] lower = scratch.lower();
      for (int i = Lanes.split(in, n, upper, lower); i < n; i++) {
        int bits = Float.floatToRawIntBits(in[i]);
        upper[i] = (short) ((bits + 0x8000) >> 16); // to nearest, ties away from zero
        lower[i] = (short) bits; // which is what rounding took off, modulo 2^16
      }
      MemorySegment.copy(upper, 0, high, ValueLayout.JAVA_SHORT, at * Short.BYTES, n);
      MemorySegment.copy(lower, 0, low, ValueLayout.JAVA_SHORT_UNALIGNED, at * Short.BYTES, n);
    }
  }

  /// Elements of one byte, whose rows have a scale; whole rows are read and written.
  ///
  /// @param columns elements of a row
  record Coded(MemorySegment memory, MemorySegment scales, int columns, RowScaledFloat8 code)
      implements FloatView {
    @Override
    public void load(long at, int n, float[] out, Scratch scratch) {
      byte[] codes = scratch.codes();
      MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at, codes, 0, n);
      for (int i = 0; i < n; i += columns) {
        float scale = scales.getAtIndex(ValueLayout.JAVA_FLOAT, (at + i) / columns);
        code.read(new RowScaledFloat8.Row(out, codes, i, columns), scale);
      }
    }

    @Override
    public void store(long at, int n, float[] in, int salt, Scratch scratch) {
      byte[] codes = scratch.codes();
      int chance = (int) at + salt * 0x9E3779B9;
      for (int i = 0; i < n; i += columns) {
        RowScaledFloat8.Row row = new RowScaledFloat8.Row(in, codes, i, columns);
        float scale = row.scale();
        scales.setAtIndex(ValueLayout.JAVA_FLOAT, (at + i) / columns, scale);
        code.write(row, scale, chance);
      }
      MemorySegment.copy(codes, 0, memory, ValueLayout.JAVA_BYTE, at, n);
    }
  }
}
