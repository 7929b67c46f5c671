package dev.tesuji.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Opens files that were written byte by byte.
class GgufFileTest {
  private static final int UINT32 = 4;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  @TempDir private Path folder = Path.of("");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @Test
  void aTensorLiesWhereItsOffsetSays() throws Exception {
    start(2, 0);
    tensor("a", 0, 0, 2);
    tensor("b", 0, 32, 3, 1);
    data(32 + 12);
    try (GgufFile file = open()) {
      assertThat(file.tensor("b").shape().sizes()).containsExactly(1, 3);
      assertThat(file.tensor("b").offset() - file.tensor("a").offset()).isEqualTo(32);
    }
  }

  @Test
  void aFileThatIsNoGgufIsRefused() {
    bytes.writeBytes("{\"a\": 1} and more of it after that".getBytes(StandardCharsets.UTF_8));
    refused("must begin with the letters GGUF; it is no GGUF file");
  }

  @Test
  void anOldVersionIsRefused() {
    int32(GgufHeader.MAGIC);
    int32(1);
    int64(0);
    int64(0);
    refused("field 'version' must be 2 or 3, got 1; convert the model again with a current tool");
  }

  @Test
  void aBigEndianFileIsRefused() {
    int32(GgufHeader.MAGIC);
    int32(Integer.reverseBytes(3));
    int64(0);
    int64(0);
    refused("field 'version': the file is big-endian, and Tesuji reads little-endian files only");
  }

  @Test
  void hugeCountsAreRefusedBeforeMemoryIsTaken() {
    start(1L << 60, 0);
    corrupt("field 'tensor_count' says 1152921504606846976, and only 8 bytes follow");
  }

  @Test
  void aTextBeyondTheEndIsRefused() {
    start(0, 1);
    int64(-1); // the length of the key
    int64(0);
    corrupt("field 'key 0 of the metadata' says 18446744073709551615, and only 8 bytes follow");
  }

  @Test
  void aListOfListsIsRefused() {
    start(0, 1);
    text("deep");
    int32(ARRAY);
    int32(ARRAY);
    int64(1);
    corrupt("field 'deep' is a list of lists");
  }

  @Test
  void aFieldThatIsThereTwiceIsRefused() {
    start(0, 2);
    for (int i = 0; i < 2; i++) {
      text("x");
      int32(STRING);
      text("y");
    }
    corrupt("field 'x' is there twice");
  }

  @Test
  void aWrongAlignmentIsRefused() {
    start(0, 1);
    text("general.alignment");
    int32(UINT32);
    int32(24);
    refused("field 'general.alignment' must be a power of two up to 1048576, got 24");
  }

  @Test
  void anUnknownTypeIsNamed() {
    start(1, 0);
    tensor("blk.0.attn_q.weight", 23, 0, 256);
    assertThatThrownBy(this::open)
        .hasMessageStartingWith(
            path() + ": tensor 'blk.0.attn_q.weight' is of type IQ4_XS, and Tesuji reads F32,");
  }

  @Test
  void tensorsThatOverlapAreRefused() {
    start(2, 0);
    tensor("a", 0, 0, 16);
    tensor("b", 0, 32, 16);
    data(128);
    corrupt("tensor 'b' begins at byte 32 of the data, not at 64, where the one before it ends");
  }

  @Test
  void aTensorBeyondTheEndIsRefused() {
    start(1, 0);
    tensor("a", 0, 0, 1000);
    data(64);
    long size = bytes.size();
    corrupt(
        "tensor 'a' of 4000 bytes goes beyond the end of the file, which has " + size + " bytes");
  }

  @Test
  void aRowOfHalfABlockIsRefused() {
    start(1, 0);
    tensor("a", 8, 0, 48);
    corrupt("tensor 'a' of type Q8_0 must have rows of whole blocks of 32, got rows of 48");
  }

  @Test
  void aShapeBeyondAllMemoryIsRefused() {
    start(1, 0);
    tensor("a", 0, 0, 1L << 40, 1L << 40);
    corrupt("tensor 'a' of shape [1099511627776, 1099511627776] has too many elements");
  }

  private void start(long tensors, long fields) {
    int32(GgufHeader.MAGIC);
    int32(3);
    int64(tensors);
    int64(fields);
  }

  private void tensor(String name, int type, long offset, long... innermostFirst) {
    text(name);
    int32(innermostFirst.length);
    for (long size : innermostFirst) {
      int64(size);
    }
    int32(type);
    int64(offset);
  }

  private void data(int count) {
    while (bytes.size() % 32 != 0) {
      bytes.write(0);
    }
    bytes.writeBytes(new byte[count]);
  }

  private void text(String text) {
    int64(text.length());
    bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  private void int32(int value) {
    bytes.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  private void int64(long value) {
    bytes.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }

  private Path path() {
    return folder.resolve("m.gguf");
  }

  private GgufFile open() throws Exception {
    Files.write(path(), bytes.toByteArray());
    return GgufFile.open(path());
  }

  private void corrupt(String what) {
    refused("not a whole GGUF file: " + what + "; download or copy it again");
  }

  private void refused(String message) {
    assertThatThrownBy(this::open).isInstanceOf(BadInput.class).hasMessage(path() + ": " + message);
  }
}
