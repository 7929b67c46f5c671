package dev.tesuji.alphago.search;

import dev.tesuji.play.GameState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A search of one state that hands out the states that it needs evaluated, so that many searches
/// can share a batch of the network ([BatchSearch]).
public final class TreeSearch {
  /// Ends of games that a descent meets at most: the caller wants to be asked now and then.
  private static final int MOST_ENDS = 64;

  private final Selection selection;
  private final int simulations;
  private final Node root;
  private final @Nullable Node
      known; // the root in an earlier tree, whose evaluations are used again
  private int started; // simulations that have begun
  private final List<Leaf> waiting = new ArrayList<>();

  /// A way down the tree to a state that is to be evaluated.
  private record Leaf(List<Node> nodes, int[] choices, Node last) {}

  /// Prepares a search.
  ///
  /// @param state is not over
  /// @param simulations how often to look; 0 for the network's opinion alone
  public TreeSearch(GameState state, Selection selection, int simulations) {
    this(new Node(state), null, selection, simulations);
  }

  private TreeSearch(Node root, @Nullable Node known, Selection selection, int simulations) {
    this.root = root;
    this.known = known;
    adopt(root, known);
    this.selection = selection;
    this.simulations = simulations;
  }

  /// Returns the search of a state some actions further on, with what was found of it already; null
  /// where nothing was.
  ///
  /// @param simulations how many visits the root shall come to, those that it has among them
  public @Nullable TreeSearch after(List<Integer> actions, Selection other, int simulations) {
    Node node = root;
    for (int action : actions) {
      int i = node.indexOf(action);
      Node child = i < 0 ? null : node.children[i];
      if (child == null || !child.evaluated || child.state.over()) {
        return null;
      }
      node = child;
    }
    TreeSearch search = new TreeSearch(node, null, other, simulations);
    search.started = node.total;
    return search;
  }

  /// Returns a search from the beginning of the state after an action, which asks for no evaluation
  /// that this one has: it finds what a search without it finds.
  public TreeSearch anew(int action, Selection other, int simulations) {
    int i = root.indexOf(action);
    Node next = new Node(root.child(i).state);
    return new TreeSearch(next, root.children[i], other, simulations);
  }

  private static void adopt(Node node, @Nullable Node known) {
    if (!node.evaluated && known != null && known.evaluated) {
      node.evaluateAs(known);
    }
  }

  /// Returns whether all simulations were made.
  public boolean done() {
    return root.evaluated && root.total >= simulations;
  }

  /// Goes down the tree until states need to be evaluated, or nothing is left to do. Games that end
  /// on the way need nobody's opinion.
  ///
  /// @return the states to evaluate; [#backUp] must follow
  public List<GameState> descend() {
    if (!root.evaluated) {
      waiting.add(new Leaf(List.of(), new int[0], root));
      return List.of(root.state);
    }
    List<GameState> states = new ArrayList<>();
    int ended = 0;
    while (started < simulations && waiting.size() < selection.parallel() && ended < MOST_ENDS) {
      Leaf leaf = walk();
      if (leaf.last().evaluated) { // the game is over there, or it was evaluated before
        ended++;
        started++;
        add(leaf);
      } else if (isWaiting(leaf.last())) {
        forget(leaf);
        break;
      } else {
        started++;
        waiting.add(leaf);
        states.add(leaf.last().state);
      }
    }
    return states;
  }

  private boolean isWaiting(Node node) {
    return waiting.stream().anyMatch(leaf -> leaf.last() == node);
  }

  private Leaf walk() {
    List<Node> nodes = new ArrayList<>();
    List<Integer> choices = new ArrayList<>();
    Node node = root;
    Node same = known;
    do {
      int choice = node == root ? selection.atRoot(root, started) : selection.below(node);
      node.pending[choice]++;
      nodes.add(node);
      choices.add(choice);
      node = node.child(choice);
      same = same == null ? null : same.children[choice];
    } while (node.evaluated && !node.state.over());
    adopt(node, same);
    return new Leaf(nodes, choices.stream().mapToInt(i -> i).toArray(), node);
  }

  private static void forget(Leaf leaf) {
    for (int i = 0; i < leaf.choices().length; i++) {
      leaf.nodes().get(i).pending[leaf.choices()[i]]--;
    }
  }

  /// Takes the evaluations of the states that [#descend] handed out.
  public void backUp(List<Evaluation> evaluations) {
    for (int i = 0; i < evaluations.size(); i++) {
      Leaf leaf = waiting.get(i);
      leaf.last().evaluate(evaluations.get(i));
      add(leaf);
    }
    waiting.clear();
  }

  private static void add(Leaf leaf) {
    Node last = leaf.last();
    for (int i = 0; i < leaf.choices().length; i++) {
      Node node = leaf.nodes().get(i);
      int choice = leaf.choices()[i];
      int sign = node.state.toMove() * last.state.toMove();
      node.pending[choice]--;
      node.visits[choice]++;
      node.total++;
      node.valueSums[choice] += sign * last.value;
      node.scoreSums[choice] += sign * last.score;
    }
  }

  /// Returns what was found so far; the root must have been evaluated.
  public Found found() {
    return selection.found(root);
  }

  Node root() {
    return root;
  }
}
