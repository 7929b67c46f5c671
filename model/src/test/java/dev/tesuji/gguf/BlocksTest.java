package dev.tesuji.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.Json;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Decodes blocks that the reference implementation decoded too (`blocks.py`), and encodes.
class BlocksTest {
  static Stream<Arguments> cases() throws Exception {
    try (InputStream in = BlocksTest.class.getResourceAsStream("/gguf/blocks.json")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Json.MAPPER.readTree(text).properties().stream()
          .map(e -> Arguments.of(e.getKey(), e.getValue()));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void blocksAreDecodedToTheLastBitAsTheReferenceDoes(String name, JsonNode reference) {
    byte[] bytes = HexFormat.of().parseHex(reference.path("bytes").asString());
    float[] decoded = new float[reference.path("bits").size()];
    Blocks.decode(GgufType.valueOf(name), bytes, 0, decoded, decoded.length);
    for (int i = 0; i < decoded.length; i++) {
      assertThat(Float.floatToRawIntBits(decoded[i]))
          .as("element %d, %s", i, decoded[i])
          .isEqualTo(reference.path("bits").path(i).intValue());
    }
  }

  @Test
  void aScaleOfQ8IsTheLargestWeightBy127() {
    float[] weights = new float[32];
    weights[0] = -127; // the scale is 1
    weights[1] = 2.5f; // halves go away from zero
    weights[2] = -2.5f;
    weights[31] = 126.4f;
    assertThat(around(GgufType.Q8_0, weights)).startsWith(-127, 3, -3).endsWith(126);
  }

  @Test
  void theFurthestWeightOfQ5IsExact() {
    float[] weights = new float[32];
    weights[20] = -17; // becomes q = 0: the scale is 17/16, and the highest q stands for 15 17/16
    weights[3] = 16;
    weights[4] = 16.5f;
    float[] decoded = around(GgufType.Q5_0, weights);
    assertThat(decoded[20]).isEqualTo(-17);
    assertThat(decoded[3]).isEqualTo(15.9375f);
    assertThat(decoded[4]).isEqualTo(15.9375f);
  }

  /// Bounds on the relative error of weights from a bell curve: the step of 4, 5, 6 and 8 bits.
  @ParameterizedTest
  @EnumSource(
      value = GgufType.class,
      names = {"F32", "F16", "BF16", "Q8_0", "Q5_0", "Q4_K", "Q6_K"})
  void whatIsEncodedIsDecodedNearIt(GgufType type) {
    double most =
        switch (type) {
          case F32 -> 0;
          case F16 -> 0.0003;
          case BF16 -> 0.002;
          case Q8_0 -> 0.007;
          case Q6_K -> 0.02;
          case Q5_0 -> 0.05;
          default -> 0.08;
        };
    Random random = new Random(5);
    float[] weights = new float[4096];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian() * 0.02f;
    }
    float[] decoded = around(type, weights);
    double error = 0;
    double size = 0;
    for (int i = 0; i < weights.length; i++) {
      error += Math.pow(decoded[i] - weights[i], 2);
      size += Math.pow(weights[i], 2);
    }
    assertThat(Math.sqrt(error / size)).isLessThanOrEqualTo(most);
  }

  @ParameterizedTest
  @EnumSource(
      value = GgufType.class,
      names = {"F16", "BF16", "Q8_0", "Q5_0", "Q4_K", "Q6_K"})
  void zerosStayZeros(GgufType type) {
    assertThat(around(type, new float[256])).containsOnly(0);
  }

  @ParameterizedTest
  @EnumSource(
      value = GgufType.class,
      names = {"Q8_0", "Q5_0", "Q4_K", "Q6_K"})
  void weightsOfOneSignOrOneSizeAreNear(GgufType type) {
    float[] weights = new float[256];
    for (int i = 0; i < 256; i++) {
      weights[i] = i < 128 ? 0.5f : 0.25f + i / 1024f;
    }
    float[] decoded = around(type, weights);
    for (int i = 0; i < 256; i++) {
      assertThat(decoded[i]).isCloseTo(weights[i], Offset.offset(0.02f));
    }
  }

  private static float[] around(GgufType type, float[] weights) {
    byte[] bytes = new byte[(int) type.bytes(weights.length)];
    Quantiser.encode(type, weights, weights.length, bytes);
    float[] decoded = new float[weights.length];
    Blocks.decode(type, bytes, 0, decoded, decoded.length);
    return decoded;
  }
}
