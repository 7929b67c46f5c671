package dev.tesuji.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A download that is not finished: the bytes, `ETAG.XXXXXXXX.incomplete`, and beside them a
/// journal of the blocks that are whole, which a later process goes on from.
///
/// A block is journalled after it was written. One request asks for a segment, a few blocks: of
/// each connection that a kill ends, no more than that was under way and is read again.
///
/// At every moment the bytes have a journal beside them: it is made before them, and removed after
/// them. So whatever a kill leaves is found by its journal, and nothing stays for ever.
final class Partial implements AutoCloseable {
  /// The bytes of an entry in the journal.
  static final int BLOCK = 32 << 10;

  /// The most bytes that one request asks for. Four connections have less than 1 MiB under way.
  static final int SEGMENT = 7 * BLOCK;

  /// A part that is missing.
  ///
  /// @param start its first byte, at the start of a block
  /// @param end the byte after its last
  record Segment(long start, long end) {}

  static final String DATA = ".incomplete";
  static final String JOURNAL = ".incomplete.parts";

  private static final int MAGIC = 0x54534a31;
  private static final int HEADER = 16;

  private final Path data;
  private final Path journal;
  private final long size;
  private final FileChannel bytes;
  private final FileChannel parts;
  private final BitSet done;

  private Partial(Path data, long size, BitSet done) throws IOException {
    this.data = data;
    this.journal = journalOf(data);
    this.size = size;
    this.done = done;
    this.parts = FileChannel.open(journal, Cache.readWrite());
    this.bytes = open(data, parts);
    if (done.isEmpty()) {
      restart();
    } else {
      parts.position(parts.size());
    }
  }

  /// Opens a download: the one that was broken off, where there is one and nobody else can be at
  /// work on it; a new one otherwise.
  ///
  /// @param size the bytes of the whole; -1 where they are not known
  /// @param alone whether this process has the lock of the blob
  static Partial open(Cache cache, String etag, long size, boolean alone) throws IOException {
    Path best = null;
    BitSet most = new BitSet();
    if (alone) {
      for (Path journal : cache.journals(etag)) {
        Path data = dataOf(journal);
        BitSet found = read(journal, data, size);
        if (found != null && found.cardinality() > most.cardinality()) {
          discard(best);
          best = data;
          most = found;
        } else {
          discard(data);
        }
      }
    }
    return best != null
        ? new Partial(best, size, most)
        : at(cache.blobs().resolve(etag + "." + Cache.unique() + DATA), size);
  }

  /// Opens a new download at a path.
  static Partial at(Path data, long size) throws IOException {
    return new Partial(data, size, new BitSet());
  }

  /// Opens the bytes, whose journal is there already.
  private static FileChannel open(Path data, FileChannel journal) throws IOException {
    try {
      return FileChannel.open(data, Cache.readWrite());
    } catch (IOException e) {
      journal.close();
      throw e;
    }
  }

  /// Removes what a process left that was killed once the blob was in its place.
  ///
  /// @param lock of the blob; where it is not held, others may be at work, and nothing is removed
  static void clear(Cache cache, String etag, Flock lock) throws IOException {
    if (lock.isHeld()) {
      for (Path journal : cache.journals(etag)) {
        discard(dataOf(journal));
      }
    }
  }

  /// Returns how many bytes an earlier process has left of a download.
  static long bytesOf(Cache cache, String etag, long size) throws IOException {
    long most = 0;
    for (Path journal : cache.journals(etag)) {
      BitSet done = read(journal, dataOf(journal), size);
      most = Math.max(most, done == null ? 0 : bytes(done, size));
    }
    return most;
  }

  private static long bytes(BitSet done, long size) {
    return done.stream().mapToLong(i -> end(i, size) - start(i)).sum();
  }

  private static Path journalOf(Path data) {
    String name = data.getFileName().toString();
    return data.resolveSibling(name.substring(0, name.length() - DATA.length()) + JOURNAL);
  }

  private static Path dataOf(Path journal) {
    String name = journal.getFileName().toString();
    return journal.resolveSibling(name.substring(0, name.length() - JOURNAL.length()) + DATA);
  }

  private static void discard(@Nullable Path data) throws IOException {
    if (data != null) {
      Files.deleteIfExists(data);
      Files.deleteIfExists(journalOf(data));
    }
  }

  /// Reads which segments are whole; null where the journal is of another download.
  private static @Nullable BitSet read(Path journal, Path data, long size) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(journal));
    if (all.remaining() < HEADER
        || all.getInt() != MAGIC
        || all.getInt() != BLOCK
        || all.getLong() != size
        || size < 0
        || !Files.exists(data)) {
      return null;
    }
    BitSet done = new BitSet();
    long there = Files.size(data);
    while (all.remaining() >= Integer.BYTES) {
      int block = all.getInt();
      if (block < 0 || block >= count(size)) {
        return null;
      }
      done.set(block, there >= end(block, size));
    }
    return done;
  }

  private static int count(long size) {
    return Math.toIntExact((size + BLOCK - 1) / BLOCK);
  }

  private static long start(int block) {
    return (long) block * BLOCK;
  }

  private static long end(int block, long size) {
    return Math.min(size, start(block + 1));
  }

  Path path() {
    return data;
  }

  /// Returns what is missing, in order, cut into segments.
  List<Segment> missing() {
    List<Segment> missing = new ArrayList<>();
    int blocks = count(size);
    int most = SEGMENT / BLOCK;
    for (int from = done.nextClearBit(0); from < blocks; ) {
      int next = done.nextSetBit(from);
      int to = Math.min(next < 0 ? blocks : Math.min(next, blocks), from + most);
      missing.add(new Segment(start(from), end(to - 1, size)));
      from = done.nextClearBit(to);
    }
    return missing;
  }

  /// Returns how many bytes are whole.
  synchronized long bytesDone() {
    return bytes(done, size);
  }

  /// Writes bytes to their place.
  void write(long at, ByteBuffer piece) throws IOException {
    long to = at;
    while (piece.hasRemaining()) {
      to += bytes.write(piece, to);
    }
  }

  /// Keeps that a segment was written up to a byte.
  synchronized void reached(long start, long at) throws IOException {
    for (int block = (int) (start / BLOCK); start(block) < at && end(block, size) <= at; block++) {
      if (!done.get(block)) {
        done.set(block);
        parts.write(ByteBuffer.allocate(Integer.BYTES).putInt(block).flip());
      }
    }
  }

  /// Forgets all.
  synchronized void restart() throws IOException {
    done.clear();
    bytes.truncate(0);
    parts.truncate(0);
    parts.position(0);
    parts.write(ByteBuffer.allocate(HEADER).putInt(MAGIC).putInt(BLOCK).putLong(size).flip());
  }

  /// Brings the bytes to the disk.
  void force() throws IOException {
    bytes.force(true);
  }

  /// Removes it.
  void discard() throws IOException {
    close();
    discard(data);
  }

  /// Removes the journal, once the bytes have gone to their place.
  void forget() throws IOException {
    close();
    Files.deleteIfExists(journal);
  }

  @Override
  public void close() throws IOException {
    bytes.close();
    parts.close();
  }
}
