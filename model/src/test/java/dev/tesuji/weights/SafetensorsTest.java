package dev.tesuji.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class SafetensorsTest {
  @TempDir private Path folder = Path.of("");

  private Path write(String header, int dataBytes) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text);
    return Files.write(folder.resolve("x.safetensors"), bytes.array());
  }

  private void refused(String header, int dataBytes, String message) throws IOException {
    Path file = write(header, dataBytes);
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> Safetensors.open(file))
        .withMessage(
            file + ": not a whole safetensors file: " + message + "; download or copy it again");
  }

  private static String lacks(String entry) {
    return "tensor 'a' must have a dtype, a shape of at most 8 sizes and two data_offsets, got "
        + entry;
  }

  @Test
  void whatIsWrittenIsRead() {
    Path file = folder.resolve("t.safetensors");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("matrix", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
    tensors.put("turned", Tensor.of(new float[] {1, 2, 3, 4}, 2, 2).transpose(0, 1));
    tensors.put("half", Tensor.of(new float[] {1.5f, -2}).to(Dtype.BFLOAT16));
    tensors.put("ids", Tensor.of(new long[] {7, 8}));
    tensors.put("none", Tensor.zeros(Dtype.FLOAT32, 0, 4));
    Safetensors.write(file, tensors);
    try (Safetensors read = Safetensors.open(file)) {
      assertThat(read.names()).containsExactly("matrix", "turned", "half", "ids", "none");
      assertThat(read.metadata()).containsEntry("format", "pt");
      assertThat(read.read("matrix").toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(read.read("turned").toFloats()).containsExactly(1, 3, 2, 4);
      assertThat(read.read("half").dtype()).isEqualTo(Dtype.BFLOAT16);
      assertThat(read.read("half").toFloats()).containsExactly(1.5f, -2);
      assertThat(read.read("ids").toLongs()).containsExactly(7, 8);
      assertThat(read.read("none").elements()).isZero();
      Tensor wide = Tensor.zeros(Dtype.FLOAT32, 2);
      read.readInto("half", wide);
      assertThat(wide.toFloats()).containsExactly(1.5f, -2);
    }
  }

  @Test
  void unalignedDataIsRead() throws IOException {
    Path file = write("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]} }", 4);
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4, 2.5f);
    Files.write(file, bytes);
    try (Safetensors read = Safetensors.open(file)) {
      Tensor target = Tensor.zeros(Dtype.FLOAT64, 1);
      read.readInto("a", target);
      assertThat(target.item()).isEqualTo(2.5);
    }
  }

  @Test
  void aTruncatedFileIsNamed() throws IOException {
    Path file = folder.resolve("t.safetensors");
    Safetensors.write(file, Map.of("a", Tensor.zeros(Dtype.FLOAT32, 100)));
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 8));
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> Safetensors.open(file))
        .withMessageContaining("it is truncated: its header describes " + bytes.length + " bytes");
  }

  @Test
  void corruptHeadersAreNamed() throws IOException {
    refused("not json", 0, "its header is not valid JSON");
    refused("[1, 2, 3]", 0, "its header is not a JSON object");
    refused("{\"a\":{}}", 0, lacks("{}"));
    refused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
        4,
        "tensor 'a' of float32 [2] cannot lie at bytes 0 to 4");
    refused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
        4,
        lacks("{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}"));
    refused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":{\"x\":0,\"y\":4}}}",
        4,
        lacks("{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":{\"x\":0,\"y\":4}}"));
    refused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}}",
        4,
        "tensor 'a': long overflow");
    refused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[0],"
            + "\"data_offsets\":[9223372036854775807,9223372036854775807]}}",
        0,
        "tensor 'a' of float32 [0] cannot lie at bytes 9223372036854775807 to 9223372036854775807");
    refused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        8,
        "tensor 'a' begins at byte 66, not at 62");
    refused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        6,
        "it has 2 bytes after its last tensor");
  }

  @Test
  void aHeaderLongerThanTheFileIsNamed() throws IOException {
    Path file = folder.resolve("x.safetensors");
    Files.write(
        file, ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(1L << 60).array());
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> Safetensors.open(file))
        .withMessageContaining("says that its header has 1152921504606846976 bytes");
  }

  @Test
  void aWriteThatFailsLeavesNothingBehind() throws IOException {
    Path blocked = Files.writeString(folder.resolve("file"), "in the way");
    Path file = blocked.resolve("t.safetensors");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> Safetensors.write(file, Map.of("a", Tensor.zeros(Dtype.FLOAT32, 1))))
        .withMessageStartingWith(file + ": could not be written");
    assertThat(folder.toFile().list()).containsExactly("file");
  }
}
