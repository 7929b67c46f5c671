package dev.tesuji.random;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The named streams of randomness of a run, or of one of its stages.
///
/// A stream is a seed for [Rng] that follows from the run's seed, the stage's name and a purpose:
///
/// {@snippet :
/// Streams run = Streams.of(seed);
/// run.seed(Purpose.EVALUATION);               // of the run as a whole
/// run.stage("rl").seed(Purpose.COMPLETIONS);  // of the stage named rl
/// }
///
/// Nothing depends on the order of stages or of purposes: a stage that is put before others leaves
/// theirs as they were, and two stages never share a stream.
public final class Streams {
  private final long key;

  private Streams(long key) {
    this.key = key;
  }

  /// Returns the streams of a run.
  ///
  /// @param seed the run's seed
  public static Streams of(long seed) {
    return new Streams(seed);
  }

  /// Returns the streams of a part of this, such as a stage.
  ///
  /// @param name tells it from its siblings
  public Streams stage(String name) {
    return new Streams(Rng.derive(key, number("stage " + name)));
  }

  /// Returns the seed of a stream.
  public long seed(Purpose purpose) {
    return Rng.derive(key, number("purpose " + purpose.name()));
  }

  /// Returns the seed of a stream of a stage: `of(seed).stage(stage).seed(purpose)`.
  public static long of(long seed, String stage, Purpose purpose) {
    return of(seed).stage(stage).seed(purpose);
  }

  /// Returns 64 bits of a name's SHA-256: names of any length, and no two alike in practice.
  private static long number(String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      long number = 0;
      for (int i = 0; i < Long.BYTES; i++) {
        number = (number << Byte.SIZE) | (hash[i] & 0xFF);
      }
      return number;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
