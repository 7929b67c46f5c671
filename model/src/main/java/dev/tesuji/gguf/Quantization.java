package dev.tesuji.gguf;

import dev.tesuji.check.BadInput;
import dev.tesuji.tensor.Shape;
import java.util.Locale;

/// The types that the weights of a file are written in.
///
/// Norms, biases and routers stay float32. A row that is no multiple of the type's block takes the
/// next type of a smaller block, as llama.cpp does: Q4_K becomes Q5_0, Q6_K becomes Q8_0, and where
/// 32 does not divide a row either, F16.
public enum Quantization {
  F32(0, GgufType.F32),
  F16(1, GgufType.F16),
  BF16(32, GgufType.BF16),
  Q8_0(7, GgufType.Q8_0),
  /// A mixture: Q4_K, and Q6_K for the output projection (the embedding where they are one) and, in
  /// the layers where errors cost most, for the values of attention and the projection down from
  /// the feed-forward block. These layers are the first and the last eighth, and every third
  /// between.
  Q4_K_M(15, GgufType.Q4_K);

  private final int fileType;
  private final GgufType usual;

  Quantization(int fileType, GgufType usual) {
    this.fileType = fileType;
    this.usual = usual;
  }

  /// Finds one by the word for it on the command line.
  ///
  /// @throws BadInput when there is none
  public static Quantization named(String word) {
    for (Quantization each : values()) {
      if (each.word().equals(word.toLowerCase(Locale.ROOT))) {
        return each;
      }
    }
    throw new BadInput("--quantization must be f16, bf16, f32, q8_0 or q4_k_m, got '" + word + "'");
  }

  /// Returns the word for it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Returns the number in `general.file_type`.
  public int fileType() {
    return fileType;
  }

  /// Returns whether weights become small whole numbers of a scale.
  public boolean isQuantised() {
    return usual.isQuantised();
  }

  /// Returns the type of a tensor.
  ///
  /// @param name its name in the file
  /// @param layers how many layers the model has
  /// @param tied whether the embedding is the output projection too
  public GgufType type(String name, Shape shape, int layers, boolean tied) {
    if (shape.rank() < 2 || name.contains("norm") || name.contains("ffn_gate_inp")) {
      return GgufType.F32;
    }
    return fitting(this == Q4_K_M ? mixed(name, layers, tied) : usual, shape.size(-1));
  }

  private static GgufType mixed(String name, int layers, boolean tied) {
    TensorNames.Part part = TensorNames.part(name);
    if (part == null) {
      boolean output =
          name.equals(TensorNames.HEAD) || (tied && name.equals(TensorNames.EMBEDDING));
      return output ? GgufType.Q6_K : GgufType.Q4_K;
    }
    boolean costly = part.part().equals("attn_v") || part.part().startsWith("ffn_down");
    return costly && isCostly(part.layer(), layers) ? GgufType.Q6_K : GgufType.Q4_K;
  }

  private static boolean isCostly(int layer, int layers) {
    int eighth = layers / 8;
    return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
  }

  private static GgufType fitting(GgufType type, long width) {
    if (width % type.blockElements() == 0) {
      return type;
    }
    GgufType smaller =
        switch (type) {
          case Q4_K -> GgufType.Q5_0;
          case Q6_K -> GgufType.Q8_0;
          default -> GgufType.F16;
        };
    return width % smaller.blockElements() == 0 ? smaller : GgufType.F16;
  }
}
