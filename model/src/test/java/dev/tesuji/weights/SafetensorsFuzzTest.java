package dev.tesuji.weights;

import dev.tesuji.files.Mutations;
import dev.tesuji.json.Json;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Ordeal;
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
import tools.jackson.databind.node.ObjectNode;

/// Reads safetensors files that are broken in their length, their header or their data.
@ExtendWith(LeakCheck.class)
class SafetensorsFuzzTest {
  private static final int CASES = Integer.getInteger("tesuji.fuzz.cases", 4000);

  @TempDir private Path folder = Path.of("");

  @Test
  void aBrokenFileIsReadOrRefusedInASentence() throws Exception {
    Path file = folder.resolve("model.safetensors");
    byte[] whole = whole(file);
    try (Ordeal ordeal = new Ordeal(file)) {
      ordeal.run(
          CASES,
          mutations -> {
            Files.write(file, broken(whole, mutations));
            return new Ordeal.Trial(Files.size(file), () -> readAll(file));
          });
      ordeal.requireBoth();
    }
  }

  private static void readAll(Path file) {
    try (Safetensors open = Safetensors.open(file)) {
      for (String name : open.names()) {
        open.read(name);
      }
    }
  }

  private static byte[] whole(Path file) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("matrix", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
    tensors.put("half", Tensor.of(new float[] {1.5f, -2, 0, 7}, 2, 2).to(Dtype.BFLOAT16));
    tensors.put("ids", Tensor.of(new long[] {7, 8}));
    tensors.put("none", Tensor.zeros(Dtype.FLOAT32, 0, 4));
    tensors.put("flag", Tensor.of(new boolean[] {true, false}));
    Safetensors.write(file, tensors);
    return Files.readAllBytes(file);
  }

  private static byte[] broken(byte[] whole, Mutations mutations) {
    int length = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] header = Arrays.copyOfRange(whole, Long.BYTES, Long.BYTES + length);
    byte[] data = Arrays.copyOfRange(whole, Long.BYTES + length, whole.length);
    long claimed = 0;
    switch (mutations.below(6)) {
      case 0 -> {
        return mutations.bytes(whole);
      }
      case 1 ->
          claimed = new long[] {-1, 1, 1L << 62, Long.MIN_VALUE, 99_999_999}[mutations.below(5)];
      case 2 -> data = mutations.bytes(data);
      case 3 -> header = mutations.bytes(header);
      default -> {
        String text = new String(header, StandardCharsets.UTF_8);
        ObjectNode json = (ObjectNode) Json.MAPPER.readTree(text);
        header = mutations.json(json).getBytes(StandardCharsets.UTF_8);
      }
    }
    return ByteBuffer.allocate(Long.BYTES + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length + claimed)
        .put(header)
        .put(data)
        .array();
  }
}
