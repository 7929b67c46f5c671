package dev.tesuji.train;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// Writes scalars as TensorBoard reads them: `Event` messages (event.proto, summary.proto) in
/// TFRecord frames.
final class TensorBoard implements AutoCloseable {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final OutputStream out;

  private TensorBoard(OutputStream out) {
    this.out = out;
  }

  /// Starts the only events file of a folder.
  static TensorBoard create(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> old = Files.list(folder)) {
      for (Path file : old.toList()) {
        Files.delete(file);
      }
    }
    String name =
        String.format(
            Locale.ROOT, "events.out.tfevents.%010d.tesuji", System.currentTimeMillis() / 1000);
    TensorBoard board = new TensorBoard(Files.newOutputStream(folder.resolve(name)));
    Message version = event(0);
    version.bytes(3, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
    board.frame(version.toByteArray());
    return board;
  }

  /// Writes the numbers of a step.
  void add(int step, Metrics metrics) throws IOException {
    Message summary = new Message();
    for (Map.Entry<String, Double> e : metrics.values().entrySet()) {
      Message value = new Message();
      value.bytes(1, e.getKey().getBytes(StandardCharsets.UTF_8));
      value.fixed32(2, Float.floatToIntBits(e.getValue().floatValue()));
      summary.bytes(1, value.toByteArray());
    }
    Message event = event(step);
    event.bytes(5, summary.toByteArray());
    frame(event.toByteArray());
    out.flush();
  }

  private static Message event(int step) {
    Message event = new Message();
    event.fixed64(1, Double.doubleToLongBits(System.currentTimeMillis() / 1000.0));
    event.varint(2, step);
    return event;
  }

  private void frame(byte[] data) throws IOException {
    byte[] length = little(8).putLong(data.length).array();
    out.write(length);
    out.write(little(4).putInt(maskedCrc(length)).array());
    out.write(data);
    out.write(little(4).putInt(maskedCrc(data)).array());
  }

  /// The checksum of a TFRecord: CRC-32C, rotated and offset so that a file of checksums is no
  /// fixed point.
  static int maskedCrc(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    int value = (int) crc.getValue();
    return Integer.rotateRight(value, 15) + 0xA282EAD8;
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /// A protocol-buffers message under construction.
  private static final class Message extends ByteArrayOutputStream {
    void varint(int field, long value) {
      tag(field, VARINT);
      raw(value);
    }

    void fixed64(int field, long bits) {
      tag(field, FIXED64);
      writeBytes(little(8).putLong(bits).array());
    }

    void fixed32(int field, int bits) {
      tag(field, FIXED32);
      writeBytes(little(4).putInt(bits).array());
    }

    void bytes(int field, byte[] data) {
      tag(field, BYTES);
      raw(data.length);
      writeBytes(data);
    }

    private void tag(int field, int type) {
      raw(((long) field << 3) | type);
    }

    private void raw(long value) {
      long rest = value;
      while ((rest & ~0x7FL) != 0) {
        write((int) ((rest & 0x7F) | 0x80));
        rest >>>= 7;
      }
      write((int) rest);
    }
  }
}
