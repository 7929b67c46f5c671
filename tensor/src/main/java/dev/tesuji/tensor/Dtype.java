package dev.tesuji.tensor;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/// The element types that Tesuji computes with or stores.
///
/// Safetensors names are those of the [format's
/// documentation](https://github.com/huggingface/safetensors#format).
public enum Dtype {
  FLOAT32(4, "F32", "float32"),
  FLOAT64(8, "F64", "float64"),
  FLOAT16(2, "F16", "float16"),
  BFLOAT16(2, "BF16", "bfloat16"),
  INT64(8, "I64", "int64"),
  INT32(4, "I32", "int32"),
  UINT8(1, "U8", "uint8"),
  BOOL(1, "BOOL", "bool"),
  /// 8-bit floats with 3 bits of mantissa, up to 448: stored, never computed with.
  FLOAT8(1, "F8_E4M3", "float8_e4m3fn");

  // By libtorch's numbers: its own search copies all of them, thousands of times a second.
  private static final @Nullable Dtype[] KNOWN = new Dtype[128];

  private final int bytes;
  private final String safetensors;
  private final String word;

  Dtype(int bytes, String safetensors, String word) {
    this.bytes = bytes;
    this.safetensors = safetensors;
    this.word = word;
  }

  /// Returns the size of one element in bytes.
  public int bytes() {
    return bytes;
  }

  /// Returns the name that a safetensors header uses.
  public String safetensors() {
    return safetensors;
  }

  /// Returns whether the type is one of numbers with a fractional part that are computed with.
  public boolean isFloating() {
    return switch (this) {
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16 -> true;
      case INT64, INT32, UINT8, BOOL, FLOAT8 -> false;
    };
  }

  /// Finds the type that a safetensors header, a `config.json` (`float32`, `torch.bfloat16`) or a
  /// recipe (`bfloat16`, `bf16`) names.
  ///
  /// @throws IllegalArgumentException when there is no such type
  public static Dtype named(String name) {
    String plain = name.startsWith("torch.") ? name.substring("torch.".length()) : name;
    for (Dtype d : values()) {
      if (d.safetensors.equalsIgnoreCase(plain) || d.word.equals(plain)) {
        return d;
      }
    }
    return switch (plain) {
      case "bf16" -> BFLOAT16;
      case "fp16", "half" -> FLOAT16;
      case "fp32", "float" -> FLOAT32;
      default ->
          throw new IllegalArgumentException(
              "dtype must be one of float32, float16, bfloat16, float64, int64, int32, uint8, bool, got '"
                  + name
                  + "'");
    };
  }

  /// Returns the name that `config.json` uses.
  @Override
  public String toString() {
    return word;
  }

  ScalarType scalarType() {
    return switch (this) {
      case FLOAT32 -> ScalarType.Float;
      case FLOAT64 -> ScalarType.Double;
      case FLOAT16 -> ScalarType.Half;
      case BFLOAT16 -> ScalarType.BFloat16;
      case INT64 -> ScalarType.Long;
      case INT32 -> ScalarType.Int;
      case UINT8 -> ScalarType.Byte;
      case BOOL -> ScalarType.Bool;
      case FLOAT8 -> ScalarType.Float8_e4m3fn;
    };
  }

  /// Returns the shared options object of this type; it lives as long as the process.
  TensorOptions options() {
    return requireNonNull(Options.OF.get(this));
  }

  ScalarTypeOptional optional() {
    return requireNonNull(Options.OPTIONAL.get(this));
  }

  /// Makes the shared option objects, so that the count of native objects is steady afterwards.
  static void loadOptions() {
    FLOAT32.options();
  }

  static Dtype of(ScalarType type) {
    Dtype known = KNOWN[type.value];
    if (known == null) {
      known = find(type.intern());
      KNOWN[type.value] = known;
    }
    return known;
  }

  private static Dtype find(ScalarType type) {
    return switch (type) {
      case Float -> FLOAT32;
      case Double -> FLOAT64;
      case Half -> FLOAT16;
      case BFloat16 -> BFLOAT16;
      case Long -> INT64;
      case Int -> INT32;
      case Byte -> UINT8;
      case Bool -> BOOL;
      case Float8_e4m3fn -> FLOAT8;
      default -> throw new IllegalArgumentException("Tesuji has no dtype for libtorch's " + type);
    };
  }

  /// Holds native option objects, made when the first tensor is.
  private static final class Options {
    static final Map<Dtype, TensorOptions> OF = new EnumMap<>(Dtype.class);
    static final Map<Dtype, ScalarTypeOptional> OPTIONAL = new EnumMap<>(Dtype.class);

    static {
      for (Dtype d : values()) {
        OF.put(d, new TensorOptions(d.scalarType()));
        OPTIONAL.put(d, new ScalarTypeOptional(d.scalarType()));
      }
    }
  }
}
