package dev.tesuji.constrain.automaton;

import dev.tesuji.check.BadInput;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/// A deterministic automaton over whole numbers, mostly bytes; state 0 is the start.
///
/// Each state has its edges sorted by symbol, and they do not overlap. After [#pruned] every state
/// can still reach an end, so that a path which has not died is the beginning of something that is
/// accepted.
public final class Dfa {
  /// An automaton whose states are found while it is explored.
  ///
  /// @param <S> a state, with equality by value
  public interface Machine<S> {
    /// Hands out the edges of a state, sorted by symbol and without overlap.
    void edges(S state, EdgeSink<S> sink);

    /// Returns whether the text may end in a state.
    boolean accepts(S state);
  }

  /// Takes edges.
  ///
  /// @param <S> a state
  public interface EdgeSink<S> {
    /// Takes the edge for all symbols from `low` to `high`.
    void edge(int low, int high, S target);
  }

  private final int[] first;
  private final int[] low;
  private final int[] high;
  private final int[] target;
  private final BitSet accepting;

  private Dfa(int[] first, int[][] edges, BitSet accepting) {
    this.first = first;
    this.low = edges[0];
    this.high = edges[1];
    this.target = edges[2];
    this.accepting = accepting;
  }

  /// Explores a machine from its start.
  ///
  /// @param limit the most states that it may have
  /// @param name what a refusal is about
  /// @throws BadInput when it has more
  public static <S> Dfa explore(Machine<S> machine, S start, int limit, String name) {
    Map<S, Integer> ids = new HashMap<>();
    List<S> states = new ArrayList<>();
    ids.put(start, 0);
    states.add(start);
    Growing edges = new Growing();
    int[] first = new int[16];
    BitSet accepting = new BitSet();
    for (int at = 0; at < states.size(); at++) {
      if (at + 1 >= first.length) {
        first = Arrays.copyOf(first, first.length * 2);
      }
      accepting.set(at, machine.accepts(states.get(at)));
      machine.edges(
          states.get(at),
          (low, high, to) -> {
            Integer id = ids.putIfAbsent(to, states.size());
            if (id == null) {
              id = states.size();
              states.add(to);
              if (id >= limit) {
                throw new BadInput(
                    name + " must need at most " + limit + " states of an automaton, got more");
              }
            }
            edges.add(low, high, id);
          });
      first[at + 1] = edges.size;
    }
    return new Dfa(Arrays.copyOf(first, states.size() + 1), edges.trimmed(), accepting);
  }

  /// Returns how many states there are.
  public int states() {
    return first.length - 1;
  }

  /// Returns how many edges there are.
  public int edges() {
    return low.length;
  }

  /// Returns whether the text may end in a state.
  public boolean accepts(int state) {
    return accepting.get(state);
  }

  /// Hands out the edges of a state, sorted by symbol.
  public void forEachEdge(int state, EdgeSink<Integer> sink) {
    for (int i = first[state]; i < first[state + 1]; i++) {
      sink.edge(low[i], high[i], target[i]);
    }
  }

  /// Returns the state after a symbol, or -1 where there is none.
  public int next(int state, int symbol) {
    int from = first[state];
    int to = first[state + 1] - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      if (symbol < low[middle]) {
        to = middle - 1;
      } else if (symbol > high[middle]) {
        from = middle + 1;
      } else {
        return target[middle];
      }
    }
    return -1;
  }

  /// Returns whether the automaton accepts a text.
  public boolean matches(byte[] text) {
    int state = 0;
    for (byte b : text) {
      state = next(state, b & 0xff);
      if (state < 0) {
        return false;
      }
    }
    return accepts(state);
  }

  /// Returns whether nothing is accepted.
  ///
  /// @param usable tells which symbols can be read at all
  public boolean isEmpty(IntPredicate usable) {
    return !live(usable).get(0);
  }

  /// Makes the automaton with other symbols, in the same order.
  public Dfa renamed(IntUnaryOperator symbol) {
    int[] lows = Arrays.stream(low).map(symbol).toArray();
    int[] highs = Arrays.stream(high).map(symbol).toArray();
    return new Dfa(first, new int[][] {lows, highs, target}, accepting);
  }

  /// Makes the automaton that accepts what both do.
  ///
  /// @throws BadInput when it has more states than the limit
  public Dfa and(Dfa other, int limit, String name) {
    return explore(new Both(this, other), new Pair(0, 0), limit, name).pruned(_ -> true);
  }

  /// Makes the automaton that accepts what this one does and the other does not.
  ///
  /// @throws BadInput when it has more states than the limit
  public Dfa minus(Dfa other, int limit, String name) {
    return explore(new Without(this, other), new Pair(0, 0), limit, name).pruned(_ -> true);
  }

  /// Makes the automaton without the states that lead to no end.
  ///
  /// @param usable tells which symbols can be read at all
  public Dfa pruned(IntPredicate usable) {
    BitSet live = live(usable);
    live.set(0);
    int[] renamed = new int[states()];
    Growing edges = new Growing();
    int[] starts = new int[live.cardinality() + 1];
    BitSet accepted = new BitSet();
    int count = 0;
    for (int s = live.nextSetBit(0); s >= 0; s = live.nextSetBit(s + 1)) {
      renamed[s] = count++;
    }
    for (int s = live.nextSetBit(0); s >= 0; s = live.nextSetBit(s + 1)) {
      for (int i = first[s]; i < first[s + 1]; i++) {
        if (live.get(target[i]) && usable.test(low[i])) {
          edges.add(low[i], high[i], renamed[target[i]]);
        }
      }
      accepted.set(renamed[s], accepting.get(s));
      starts[renamed[s] + 1] = edges.size;
    }
    return new Dfa(starts, edges.trimmed(), accepted);
  }

  /// Finds the states that can reach an end.
  private BitSet live(IntPredicate usable) {
    int[] into = new int[states() + 1];
    for (int t : target) {
      into[t + 1]++;
    }
    for (int s = 0; s < states(); s++) {
      into[s + 1] += into[s];
    }
    int[] place = into.clone();
    int[] sources = new int[target.length];
    for (int s = 0; s < states(); s++) {
      for (int i = first[s]; i < first[s + 1]; i++) {
        sources[place[target[i]]++] = usable.test(low[i]) ? s : -1;
      }
    }
    BitSet live = (BitSet) accepting.clone();
    Deque<Integer> open = new ArrayDeque<>();
    accepting.stream().forEach(open::add);
    while (!open.isEmpty()) {
      int s = open.pop();
      for (int i = into[s]; i < into[s + 1]; i++) {
        if (sources[i] >= 0 && !live.get(sources[i])) {
          live.set(sources[i]);
          open.push(sources[i]);
        }
      }
    }
    return live;
  }

  private record Pair(int left, int right) {}

  /// Two automata that read the same text.
  private record Both(Dfa left, Dfa right) implements Machine<Pair> {
    @Override
    public void edges(Pair state, EdgeSink<Pair> sink) {
      int i = left.first[state.left];
      int j = right.first[state.right];
      while (i < left.first[state.left + 1] && j < right.first[state.right + 1]) {
        int from = Math.max(left.low[i], right.low[j]);
        int to = Math.min(left.high[i], right.high[j]);
        if (from <= to) {
          sink.edge(from, to, new Pair(left.target[i], right.target[j]));
        }
        if (left.high[i] < right.high[j]) {
          i++;
        } else {
          j++;
        }
      }
    }

    @Override
    public boolean accepts(Pair state) {
      return left.accepts(state.left) && right.accepts(state.right);
    }
  }

  /// One automaton and what another must not accept; -1 where the other has died.
  private record Without(Dfa left, Dfa right) implements Machine<Pair> {
    @Override
    public void edges(Pair state, EdgeSink<Pair> sink) {
      for (int i = left.first[state.left]; i < left.first[state.left + 1]; i++) {
        int from = left.low[i];
        while (from <= left.high[i]) {
          int to =
              state.right < 0 ? left.high[i] : right.sameUntil(state.right, from, left.high[i]);
          int next = state.right < 0 ? -1 : right.next(state.right, from);
          sink.edge(from, to, new Pair(left.target[i], next));
          from = to + 1;
        }
      }
    }

    @Override
    public boolean accepts(Pair state) {
      return left.accepts(state.left) && (state.right < 0 || !right.accepts(state.right));
    }
  }

  /// Returns up to which symbol a state does the same as with `from`, at most `to`.
  private int sameUntil(int state, int from, int to) {
    for (int i = first[state]; i < first[state + 1]; i++) {
      if (high[i] >= from) {
        return Math.min(to, low[i] > from ? low[i] - 1 : high[i]);
      }
    }
    return to;
  }

  /// Edges as they come.
  private static final class Growing {
    private int[] low = new int[16];
    private int[] high = new int[16];
    private int[] target = new int[16];
    private int size;

    void add(int from, int to, int state) {
      if (size == low.length) {
        low = Arrays.copyOf(low, size * 2);
        high = Arrays.copyOf(high, size * 2);
        target = Arrays.copyOf(target, size * 2);
      }
      low[size] = from;
      high[size] = to;
      target[size++] = state;
    }

    int[][] trimmed() {
      return new int[][] {
        Arrays.copyOf(low, size), Arrays.copyOf(high, size), Arrays.copyOf(target, size)
      };
    }
  }
}
