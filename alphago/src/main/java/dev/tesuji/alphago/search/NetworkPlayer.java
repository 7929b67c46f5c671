package dev.tesuji.alphago.search;

import dev.tesuji.alphago.net.FoldedNet;
import dev.tesuji.alphago.net.PolicyValueNet;
import dev.tesuji.play.Game;
import dev.tesuji.play.GameState;
import dev.tesuji.play.Limits;
import dev.tesuji.play.Player;
import dev.tesuji.play.Thought;
import dev.tesuji.play.Thought.Candidate;
import dev.tesuji.play.Watcher;
import dev.tesuji.tensor.Dtype;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Plays by a network with PUCT search, and keeps its tree from move to move. Owns the network.
///
/// It leaves nothing to chance: as far as no clock binds, the same moves get the same answers.
public final class NetworkPlayer implements Player {
  private static final int MOST_VISITS = 200_000; // what memory bears
  private static final int MOST_MOVES_BETWEEN = 4; // after which a tree is not looked for

  private final FoldedNet net;
  private final NetEvaluator evaluator;
  private final String name;
  private final Puct puct = new Puct(Puct.Settings.DEFAULT);
  private @Nullable TreeSearch search;
  private @Nullable GameState searched; // the state of the search, as its caller has it

  private NetworkPlayer(FoldedNet net, String name) {
    this.net = net;
    this.name = name;
    evaluator = new NetEvaluator(net, /* ownership= */ true);
  }

  /// Loads a player.
  ///
  /// @param seed changes nothing: it plays what it finds best
  /// @throws dev.tesuji.check.BadInput when the directory holds no network that plays
  public static NetworkPlayer load(Path directory, long seed) {
    try (PolicyValueNet net = PolicyValueNet.load(directory, Dtype.FLOAT32)) {
      Path folder = directory.toAbsolutePath().normalize().getFileName();
      return new NetworkPlayer(net.fold(), folder + " on " + net.config().game());
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String refusal(Game game) {
    return net.config().refusal(game);
  }

  @Override
  public void newGame() {
    search = null;
    searched = null;
  }

  @Override
  public Thought think(GameState state, Limits limits, Watcher watcher) {
    int visits = limits.visits() == 0 ? MOST_VISITS : Math.min(limits.visits(), MOST_VISITS);
    long start = System.nanoTime();
    TreeSearch own = begin(state, visits);
    search = own;
    searched = state;
    boolean goesOn = true;
    while (!own.done() && goesOn) {
      List<GameState> states = own.descend();
      own.backUp(states.isEmpty() ? List.of() : evaluator.evaluate(states));
      double seconds = (System.nanoTime() - start) / 1e9;
      boolean inTime = limits.seconds() == 0 || seconds < limits.seconds();
      goesOn = inTime && watcher.goOn(() -> thought(own));
    }
    return thought(own);
  }

  /// Begins where the last search left off, if the game has gone on from there.
  private TreeSearch begin(GameState state, int visits) {
    List<Integer> actions = new ArrayList<>();
    GameState at = state;
    while (at != null && !at.equals(searched) && actions.size() < MOST_MOVES_BETWEEN) {
      actions.addFirst(at.lastAction());
      at = at.previous();
    }
    TreeSearch before = search;
    if (before != null && at != null && at.equals(searched)) {
      TreeSearch kept = before.after(actions, puct, visits);
      if (kept != null) {
        return kept;
      }
    }
    return new TreeSearch(state, puct, visits);
  }

  private Thought thought(TreeSearch own) {
    Node root = own.root();
    Found found = own.found();
    double score = root.score;
    for (double sum : root.scoreSums) {
      score += sum;
    }
    List<Candidate> candidates =
        IntStream.range(0, root.actions.length)
            .filter(i -> root.visits[i] > 0 || root.actions[i] == found.action())
            .boxed()
            .sorted(
                Comparator.<Integer>comparingInt(i -> -root.visits[i])
                    .thenComparingDouble(i -> -root.priors[i]))
            .map(i -> candidate(root, i))
            .toList();
    return new Thought(
        found.action(),
        found.visits(),
        (1 + found.value()) / 2,
        score / (1 + root.total),
        root.ownership,
        candidates);
  }

  private static Candidate candidate(Node root, int i) {
    int n = root.visits[i];
    double value = n == 0 ? root.value : root.mean(i);
    double score = n == 0 ? root.score : root.scoreSums[i] / n;
    return new Candidate(
        root.actions[i], n, (1 + value) / 2, score, root.priors[i], variation(root, i));
  }

  /// Returns the most visited actions from here on.
  private static List<Integer> variation(Node root, int first) {
    List<Integer> actions = new ArrayList<>(List.of(root.actions[first]));
    Node node = root.children[first];
    while (node != null && node.total > 0) {
      int best = 0;
      for (int i = 1; i < node.actions.length; i++) {
        best = node.visits[i] > node.visits[best] ? i : best;
      }
      actions.add(node.actions[best]);
      node = node.children[best];
    }
    return actions;
  }

  @Override
  public void close() {
    net.close();
  }
}
