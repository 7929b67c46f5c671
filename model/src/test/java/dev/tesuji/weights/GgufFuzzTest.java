package dev.tesuji.weights;

import dev.tesuji.files.Mutations;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.gguf.Quantization;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Ordeal;
import dev.tesuji.text.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Reads GGUF files that are broken in their counts, their metadata or their tensors.
@ExtendWith(LeakCheck.class)
class GgufFuzzTest {
  private static final int CASES = Integer.getInteger("tesuji.fuzz.cases", 3000);

  @TempDir private Path folder = Path.of("");

  @Test
  void aBrokenFileIsReadOrRefusedInASentence() throws Exception {
    NewModel small = new NewModel(1, 32, 32, 2, 2, 64);
    small.create(folder.resolve("model"), 1);
    Path file = folder.resolve("model.gguf");
    GgufConverter.convert(folder.resolve("model"), file, Quantization.Q8_0);
    endure(file, CASES);
  }

  @Test
  void aBrokenTokenizerIsReadOrRefusedInASentence() throws Exception {
    Path file = folder.resolve("model.gguf");
    GgufConverter.convert(Fixtures.require("models/stories260k"), file, Quantization.Q8_0);
    endure(file, CASES / 10);
  }

  private static void endure(Path file, int cases) throws Exception {
    byte[] whole = Files.readAllBytes(file);
    int header = Math.min(whole.length, header(whole));
    try (Ordeal ordeal = new Ordeal(file)) {
      ordeal.run(
          cases,
          mutations -> {
            Files.write(file, broken(whole, header, mutations));
            return new Ordeal.Trial(Files.size(file), () -> readAll(file));
          });
      ordeal.requireBoth();
    }
  }

  private static void readAll(Path file) {
    try (CausalLm _ = ModelDirectory.load(file, Dtype.FLOAT32, Device.CPU);
        Tokenizer tokenizer = Tokenizer.load(file)) {
      tokenizer.encodeWithSpecials("a 1<eos>");
    }
  }

  /// Returns where the last tensor's name ends, roughly where the data begins.
  private static int header(byte[] whole) {
    byte[] name = "output_norm.weight".getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < whole.length; at++) {
      if (Arrays.equals(
          whole, at, Math.min(whole.length, at + name.length), name, 0, name.length)) {
        return at + name.length + 64;
      }
    }
    throw new IllegalStateException("no such tensor");
  }

  private static byte[] broken(byte[] whole, int header, Mutations mutations) {
    byte[] head = Arrays.copyOf(whole, header);
    byte[] data = Arrays.copyOfRange(whole, header, whole.length);
    switch (mutations.below(5)) {
      case 0 -> {
        return mutations.bytes(whole);
      }
      case 1 -> data = mutations.bytes(data);
      case 2 -> { // a number of 64 bits anywhere, such as a length, count, size or offset
        int at = mutations.below(header - 8);
        long value =
            new long[] {-1, 0, 1, 1L << 62, Long.MIN_VALUE, 1 << 20, 99_999_999}
                [mutations.below(7)];
        ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
      }
      case 3 -> { // a kind or type
        int at = mutations.below(header - 4);
        ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).putInt(at, mutations.below(40));
      }
      default -> head = mutations.bytes(head);
    }
    byte[] both = Arrays.copyOf(head, head.length + data.length);
    System.arraycopy(data, 0, both, head.length, data.length);
    return both;
  }
}
