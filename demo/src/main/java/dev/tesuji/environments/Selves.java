package dev.tesuji.environments;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.Require;
import dev.tesuji.weights.LoadedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The policy's own earlier selves as a pool of players, which grows while it learns: first the
/// model that its stage begins with, then the policy as it is after every so many steps.
final class Selves {
  /// No pool.
  static final Selves NONE = new Selves(0, null);

  private final int every;
  private final @Nullable Path start;
  private volatile List<Snapshot> later = List.of();

  /// Makes a pool.
  ///
  /// @param every after how many steps the policy joins it; 0 for no pool
  /// @param start the directory of the model that the stage begins with; null for a player that
  ///   plays by chance
  Selves(int every, @Nullable Path start) {
    Require.atLeast(0, "selves", every);
    this.every = every;
    this.start = start;
  }

  boolean grow() {
    return every > 0;
  }

  /// Returns how many players there are.
  int size() {
    return grow() ? 1 + later.size() : 0;
  }

  /// Returns a player; null for one that plays by chance.
  ///
  /// @param player its number, the oldest first
  @Nullable Snapshot player(int player) {
    if (player > 0) {
      return later.get(player - 1);
    }
    return start == null ? null : Snapshot.of(start);
  }

  void learned(int steps, LoadedModel policy) {
    if (grow() && steps % every == 0) {
      List<Snapshot> more = new ArrayList<>(later);
      more.add(Snapshot.of(policy));
      later = List.copyOf(more);
    }
  }

  void save(Path file) {
    byte[] all = new byte[later.size() * Snapshot.BYTES];
    int at = 0;
    for (Snapshot player : later) {
      System.arraycopy(player.bytes(), 0, all, at, Snapshot.BYTES);
      at += Snapshot.BYTES;
    }
    try {
      Files.write(file, all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void restore(Path file) {
    try {
      byte[] all = Files.readAllBytes(file);
      if (all.length % Snapshot.BYTES != 0) {
        throw BadInput.in(file, "must have players of " + Snapshot.BYTES + " bytes each");
      }
      List<Snapshot> read = new ArrayList<>();
      for (int at = 0; at < all.length; at += Snapshot.BYTES) {
        read.add(new Snapshot(Arrays.copyOfRange(all, at, at + Snapshot.BYTES)));
      }
      later = List.copyOf(read);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
