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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Games that a network plays against itself with search, all of them side by side; one that ends
/// makes room for another.
///
/// A game ends when a player has no hope left. Played to their ends, most games are decided for
/// longer than they are open, and in a decided one a search finds all moves alike: what it would
/// teach is the policy itself. One game of four is played on ([Replay.Kept#playsOn]).
final class SelfPlay {
  /// The value at which a player gives up.
  private static final double HOPELESS = -0.9;

  /// How many times all places are filled before anybody gives up: a network that has learned from
  /// few games is as sure as it is wrong.
  private static final int TRUSTED = 8;

  /// c_scale. The paper's 1 trusts every value: with σ = 54 q an error of 0.05, small for a value
  /// that one evaluation gave, outweighs all that the policy knows, and targets are a single action
  /// that was drawn by chance (measured: 0.1 nats, where the policy had 3.3).
  private static final double VALUE_SCALE = 0.2;

  private static final int OPENING_PLIES = 2; // of every other eight games
  private static final int GROUPS = 8; // of the first games
  private static final int KOMI = 0; // streams of randomness
  private static final int FULL = 1;
  private static final int OPENING = 2;

  private final Game game;
  private final AlphaZeroConfig config;
  private final long seed;
  private final List<Replay.Kept> running = new ArrayList<>();
  private final Map<Long, TreeSearch> last = new HashMap<>(); // by game, of one network
  private long begun;

  private GameCounts counts = new GameCounts(); // since [#takeMetrics]
  private int resigned;
  private int foreseen; // games played on of which the search has said who loses
  private int mistaken; // those of them that ended otherwise

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
    Game played = Komi.of(game, number % 2 == 0 ? own : komi);
    int plies = number / GROUPS % 2 == 0 ? 0 : OPENING_PLIES;
    GameState start = new Openings(plies, Rng.derive(seed, OPENING)).play(played, number);
    return new Replay.Kept(number, Komi.of(played), start, new ArrayList<>(), 0);
  }

  /// Plays moves until there are enough new positions.
  ///
  /// @param ended takes games that have come to their end
  /// @return how many positions were played
  int play(Evaluator evaluator, Consumer<Replay.Kept> ended) {
    int positions = 0;
    last.clear();
    while (positions < config.positions()) {
      positions += running.size();
      move(evaluator, ended);
    }
    return positions;
  }

  private void move(Evaluator evaluator, Consumer<Replay.Kept> ended) {
    List<TreeSearch> searches = running.stream().map(this::search).toList();
    BatchSearch.run(searches, evaluator);
    for (int i = 0; i < searches.size(); i++) {
      last.put(running.get(i).number(), searches.get(i));
    }
    List<Replay.Kept> moved =
        IntStream.range(0, running.size())
            .mapToObj(i -> moved(running.get(i), searches.get(i).found()))
            .toList();
    running.clear();
    for (Replay.Kept kept : moved) {
      if (kept.resigned() || kept.state().over() || kept.state().moves() >= limit(kept)) {
        count(kept);
        last.remove(kept.number());
        ended.accept(kept);
      } else {
        running.add(kept);
      }
    }
    fill();
  }

  private void count(Replay.Kept kept) {
    boolean over = kept.state().over();
    End end = kept.resigned() ? End.RESIGNED : over ? End.RULES : End.ENDLESS;
    counts.add(new PlayedGame(kept.number(), kept.state(), 0, end));
    resigned += kept.resigned() ? 1 : 0;
    if (kept.loser() != 0 && !kept.resigned()) {
      foreseen++;
      mistaken += kept.outcome().value() == -kept.loser() ? 0 : 1;
    }
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
            VALUE_SCALE,
            config.scoreWeight(),
            /* noise= */ true);
    long noise = Rng.derive(seed, kept.number());
    Gumbel gumbel = new Gumbel(settings, simulations, noise);
    TreeSearch before = last.get(kept.number());
    return before == null
        ? new TreeSearch(kept.state(), gumbel, simulations)
        : before.anew(kept.state().lastAction(), gumbel, simulations);
  }

  /// Plays what a search found, or gives up.
  private Replay.Kept moved(Replay.Kept kept, Found found) {
    GameState state = kept.state();
    boolean trusted = kept.number() >= (long) TRUSTED * config.games();
    boolean hopeless = trusted && found.value() < HOPELESS && state.moves() >= game.cells() / 4;
    int loser = kept.loser() == 0 && hopeless ? state.toMove() : kept.loser();
    Replay.Kept next = new Replay.Kept(kept.number(), kept.komi(), state, kept.targets(), loser);
    if (next.resigned()) {
      return next;
    }
    kept.targets().add(full(kept) ? found.policy() : new float[0]);
    return new Replay.Kept(
        kept.number(), kept.komi(), state.play(found.action()), kept.targets(), loser);
  }

  /// Puts what was counted since the last time.
  void takeMetrics(Metrics metrics) {
    counts.putInto(metrics);
    metrics.put("games/resigned", resigned);
    if (foreseen > 0) {
      metrics.put("games/resigned_wrongly", mistaken / (double) foreseen);
    }
    counts = new GameCounts();
    resigned = 0;
    foreseen = 0;
    mistaken = 0;
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
