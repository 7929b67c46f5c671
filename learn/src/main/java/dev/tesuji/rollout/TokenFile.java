package dev.tesuji.rollout;

import dev.tesuji.env.Trajectory;
import dev.tesuji.text.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Writes the tokens of a step's rollouts, beside the lines that have their texts.
///
/// Numbers are little-endian. A file is
///
/// ```
/// "TSJTOK1\n"
/// per rollout, at the place that its line names: int32 T, int32 S, T int32 ids,
///   T bytes (1: sampled by the policy), S float32 log-probabilities of the sampler,
///   S float32 of the trainer before its first update, S float32 advantages
/// int64 places of the rollouts, in the order of the lines
/// int32 N, then N times: int32 id, int32 bytes, the text that the token writes (UTF-8)
/// int64 the place of the places, int32 their number, "TSJTOK1\n"
/// ```
///
/// T are all tokens, those that the policy read too; S those that it sampled. NaN is what is not
/// known: the trainer scores what it learns from.
final class TokenFile {
  static final byte[] MAGIC = "TSJTOK1\n".getBytes(StandardCharsets.US_ASCII);

  private final List<ByteBuffer> parts = new ArrayList<>();
  private final List<Long> places = new ArrayList<>();
  private final TreeSet<Integer> seen = new TreeSet<>();
  private long length;

  TokenFile() {
    add(ByteBuffer.wrap(MAGIC));
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void add(ByteBuffer part) {
    parts.add(part);
    length += part.remaining();
  }

  /// Adds a rollout.
  ///
  /// @param trainer log-probabilities of its sampled tokens; empty where it was not scored
  /// @param advantages of these; empty where nothing is learned from it
  /// @return where it begins, and how many bytes it has
  long[] add(Trajectory trajectory, float[] trainer, float[] advantages) {
    int[] ids = trajectory.ids();
    float[] sampler = trajectory.logProbs();
    ByteBuffer part = buffer(8 + 5 * ids.length + 12 * sampler.length);
    part.putInt(ids.length).putInt(sampler.length);
    for (int id : ids) {
      part.putInt(id);
      seen.add(id);
    }
    for (boolean sampled : trajectory.mask()) {
      part.put((byte) (sampled ? 1 : 0));
    }
    for (float[] values : List.of(sampler, trainer, advantages)) {
      float[] all = values;
      if (values.length != sampler.length) {
        all = new float[sampler.length];
        Arrays.fill(all, Float.NaN);
      }
      for (float value : all) {
        part.putFloat(value);
      }
    }
    long at = length;
    places.add(at);
    add(part.flip());
    return new long[] {at, length - at};
  }

  /// Returns the whole file.
  ///
  /// @param tokenizer knows what each token writes
  byte[] bytes(Tokenizer tokenizer) {
    List<byte @Nullable []> texts = tokenizer.tokenBytes();
    long index = length;
    ByteBuffer all = buffer(8 * places.size());
    places.forEach(all::putLong);
    add(all.flip());
    add(buffer(4).putInt(seen.size()).flip());
    for (int id : seen) {
      byte @Nullable [] known = id < texts.size() ? texts.get(id) : null;
      byte[] text =
          known == null ? tokenizer.decodeWithSpecials(id).getBytes(StandardCharsets.UTF_8) : known;
      add(buffer(8 + text.length).putInt(id).putInt(text.length).put(text).flip());
    }
    add(buffer(12 + MAGIC.length).putLong(index).putInt(places.size()).put(MAGIC).flip());
    ByteBuffer file = buffer(Math.toIntExact(length));
    parts.forEach(file::put);
    return file.array();
  }
}
