package dev.tesuji.alphago.learn;

import dev.tesuji.alphago.learn.PlayedGame.End;
import dev.tesuji.alphago.search.BatchSearch;
import dev.tesuji.alphago.search.Evaluator;
import dev.tesuji.alphago.search.Found;
import dev.tesuji.alphago.search.Gumbel;
import dev.tesuji.alphago.search.TreeSearch;
import dev.tesuji.play.Game;
import dev.tesuji.play.GameState;
import dev.tesuji.random.Rng;
import dev.tesuji.train.Metrics;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Games that a network plays against itself with search, all of them side by side; one that ends
/// makes room for another.
final class SelfPlay {
  private static final int GROUPS = 8; // of the first games
  private static final int KOMI = 0; // streams of randomness
  private static final int FULL = 1;

  private final Game game;
  private final AlphaZeroConfig config;
  private final long seed;
  private final List<Replay.Kept> running = new ArrayList<>();
  private long begun;

  private GameCounts counts = new GameCounts(); // since [#takeMetrics]

  SelfPlay(Game game, AlphaZeroConfig config, long seed) {
    this.game = game;
    this.config = config;
    this.seed = seed;
    fill();
  }

  private void fill() {
    while (running.size() < config.games()) {
      running.add(begin(begun++));
    }
  }

  private Replay.Kept begin(long number) {
    double own = Komi.of(game);
    float[] normal = new float[2];
    Rng.fillNormal(normal, config.komiSpread(), Rng.derive(seed, KOMI), number);
    double komi = Math.round(2 * (own + normal[0])) / 2.0;
    GameState start = Komi.of(game, number % 2 == 0 ? own : komi).start();
    return new Replay.Kept(number, Komi.of(start.game()), start, new ArrayList<>());
  }

  /// Plays moves until there are enough new positions.
  ///
  /// @param ended takes games that have come to their end
  /// @return how many positions were played
  int play(Evaluator evaluator, Consumer<Replay.Kept> ended) {
    int positions = 0;
    while (positions < config.positions()) {
      positions += running.size();
      move(evaluator, ended);
    }
    return positions;
  }

  private void move(Evaluator evaluator, Consumer<Replay.Kept> ended) {
    List<TreeSearch> searches = running.stream().map(this::search).toList();
    BatchSearch.run(searches, evaluator);
    List<Replay.Kept> moved =
        IntStream.range(0, running.size())
            .mapToObj(i -> moved(running.get(i), searches.get(i).found()))
            .toList();
    running.clear();
    for (Replay.Kept kept : moved) {
      boolean endless = kept.state().moves() >= limit(kept);
      if (kept.state().over() || endless) {
        counts.add(
            new PlayedGame(kept.number(), kept.state(), 0, endless ? End.ENDLESS : End.RULES));
        ended.accept(kept);
      } else {
        running.add(kept);
      }
    }
    fill();
  }

  /// Returns the moves after which a game is broken off. The first games, which begin all at once,
  /// are broken off one after the other, so that there is something to learn from early on.
  private double limit(Replay.Kept kept) {
    double limit = config.boards() * game.cells();
    boolean first = kept.number() < config.games();
    return first ? Math.max(2, limit * (1 + kept.number() % GROUPS) / GROUPS) : limit;
  }

  private boolean full(Replay.Kept kept) {
    int move = kept.state().moves();
    return Rng.uniform(seed, kept.number(), move, FULL) < config.fullShare();
  }

  private TreeSearch search(Replay.Kept kept) {
    boolean full = full(kept);
    int simulations = full ? config.simulations() : config.fastSimulations();
    Gumbel.Settings settings =
        new Gumbel.Settings(
            Math.min(config.considered(), simulations),
            Gumbel.Settings.DEFAULT.visitOffset(),
            Gumbel.Settings.DEFAULT.valueScale(),
            config.scoreWeight(),
            /* noise= */ true);
    long noise = Rng.derive(seed, kept.number());
    return new TreeSearch(kept.state(), new Gumbel(settings, simulations, noise), simulations);
  }

  private Replay.Kept moved(Replay.Kept kept, Found found) {
    kept.targets().add(full(kept) ? found.policy() : new float[0]);
    return new Replay.Kept(
        kept.number(), kept.komi(), kept.state().play(found.action()), kept.targets());
  }

  /// Puts what was counted since the last time.
  void takeMetrics(Metrics metrics) {
    counts.putInto(metrics);
    counts = new GameCounts();
  }

  void write(DataOutputStream out) throws IOException {
    out.writeLong(begun);
    out.writeInt(running.size());
    for (Replay.Kept kept : running) {
      kept.write(out);
    }
  }

  void read(DataInputStream in) throws IOException {
    begun = in.readLong();
    running.clear();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      running.add(Replay.Kept.read(in, game));
    }
  }
}
