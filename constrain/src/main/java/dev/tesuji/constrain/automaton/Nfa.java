package dev.tesuji.constrain.automaton;

import dev.tesuji.check.BadInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;

/// A nondeterministic automaton over whole numbers that is built edge by edge and then made
/// deterministic.
///
/// Besides edges that read and edges that read nothing there are two kinds for the anchors of
/// regular expressions: those passed only where the text starts, and those passed only where it
/// ends.
public final class Nfa {
  /// The most states that one expression may have before it is made deterministic.
  private static final int STATES = 400_000;

  /// The most members of sets of states, summed: what bounds the time.
  private static final long WORK = 20_000_000;

  private enum Kind {
    FREE,
    AT_START,
    AT_END
  }

  private record Edge(int low, int high, int target) {}

  private record Jump(Kind kind, int target) {}

  private final List<List<Edge>> edges = new ArrayList<>();
  private final List<List<Jump>> jumps = new ArrayList<>();
  private final String name;
  private long work;

  /// Makes an automaton without states.
  ///
  /// @param name what a refusal is about
  public Nfa(String name) {
    this.name = name;
  }

  /// Adds a state.
  ///
  /// @throws BadInput when there are too many
  public int state() {
    if (edges.size() >= STATES) {
      throw tooLarge();
    }
    edges.add(List.of());
    jumps.add(List.of());
    return edges.size() - 1;
  }

  private BadInput tooLarge() {
    return new BadInput(
        name + " must be smaller: its automaton would have more than " + STATES + " states");
  }

  /// Adds an edge that reads one symbol from `low` to `high`.
  public void edge(int from, int low, int high, int to) {
    edges.set(from, with(edges.get(from), new Edge(low, high, to)));
  }

  /// Adds an edge that reads nothing.
  public void jump(int from, int to) {
    jumps.set(from, with(jumps.get(from), new Jump(Kind.FREE, to)));
  }

  /// Adds an edge that is passed only where the text starts.
  public void jumpAtStart(int from, int to) {
    jumps.set(from, with(jumps.get(from), new Jump(Kind.AT_START, to)));
  }

  /// Adds an edge that is passed only where the text ends.
  public void jumpAtEnd(int from, int to) {
    jumps.set(from, with(jumps.get(from), new Jump(Kind.AT_END, to)));
  }

  private static <T> List<T> with(List<T> list, T more) {
    if (list.isEmpty()) {
      return List.of(more); // most states have one edge
    }
    List<T> grown = list instanceof ArrayList<T> a ? a : new ArrayList<>(list);
    grown.add(more);
    return grown;
  }

  /// Adds edges that read a sequence of bytes, and returns where they end.
  public int bytes(int from, byte[] text) {
    int at = from;
    for (byte b : text) {
      int next = state();
      edge(at, b & 0xff, b & 0xff, next);
      at = next;
    }
    return at;
  }

  /// Adds a copy of an automaton between two states.
  public void copy(int from, Dfa dfa, int to) {
    int[] renamed = new int[dfa.states()];
    for (int s = 0; s < renamed.length; s++) {
      renamed[s] = state();
    }
    jump(from, renamed[0]);
    for (int s = 0; s < renamed.length; s++) {
      int source = renamed[s];
      dfa.forEachEdge(s, (low, high, t) -> edge(source, low, high, renamed[t]));
      if (dfa.accepts(s)) {
        jump(source, to);
      }
    }
  }

  /// Makes the deterministic automaton that reads from one state to another, without the states
  /// that lead nowhere.
  ///
  /// @throws BadInput when it has more states than the limit
  public Dfa determinized(int start, int end, int limit) {
    Sets machine = new Sets(end);
    return Dfa.explore(machine, closed(new int[] {start}, true), limit, name).pruned(_ -> true);
  }

  /// A set of states, sorted.
  private record Members(int[] ids) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Members m && Arrays.equals(ids, m.ids);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(ids);
    }
  }

  private Members closed(int[] from, boolean start) {
    BitSet seen = new BitSet();
    int[] open = Arrays.copyOf(from, Math.max(16, from.length));
    int size = from.length;
    for (int s : from) {
      seen.set(s);
    }
    while (size > 0) {
      for (Jump j : jumps.get(open[--size])) {
        boolean passes = j.kind == Kind.FREE || (start && j.kind == Kind.AT_START);
        if (passes && !seen.get(j.target)) {
          seen.set(j.target);
          if (size == open.length) {
            open = Arrays.copyOf(open, size * 2);
          }
          open[size++] = j.target;
        }
      }
    }
    work += seen.cardinality();
    if (work > WORK) {
      throw tooLarge();
    }
    // A state that only jumps tells nothing that its targets do not, but where the text may end.
    return new Members(
        seen.stream()
            .filter(s -> !edges.get(s).isEmpty() || jumps.get(s).isEmpty() || endsHere(s))
            .toArray());
  }

  private boolean endsHere(int state) {
    return jumps.get(state).stream().anyMatch(j -> j.kind == Kind.AT_END);
  }

  private final class Sets implements Dfa.Machine<Members> {
    private final int end;

    Sets(int end) {
      this.end = end;
    }

    @Override
    public boolean accepts(Members state) {
      BitSet seen = new BitSet();
      List<Integer> open = new ArrayList<>();
      for (int s : state.ids) {
        seen.set(s);
        open.add(s);
      }
      while (!open.isEmpty()) {
        int s = open.removeLast();
        if (s == end) {
          return true;
        }
        for (Jump j : jumps.get(s)) {
          // An empty text starts where it ends: `^` after `$` is passed at its start alone, which
          // the closure of the start has done.
          if (j.kind != Kind.AT_START && !seen.get(j.target)) {
            seen.set(j.target);
            open.add(j.target);
          }
        }
      }
      return false;
    }

    @Override
    public void edges(Members state, Dfa.EdgeSink<Members> sink) {
      TreeMap<Integer, Boolean> cuts = new TreeMap<>();
      for (int s : state.ids) {
        for (Edge e : edges.get(s)) {
          cuts.put(e.low, true);
          cuts.put(e.high + 1, true);
        }
      }
      if (cuts.isEmpty()) {
        return;
      }
      int[] points = cuts.keySet().stream().mapToInt(Integer::intValue).toArray();
      List<BitSet> targets = new ArrayList<>();
      for (int i = 0; i < points.length; i++) {
        targets.add(new BitSet());
      }
      for (int s : state.ids) {
        for (Edge e : edges.get(s)) {
          for (int i = Arrays.binarySearch(points, e.low); points[i] <= e.high; i++) {
            targets.get(i).set(e.target);
            work++;
          }
        }
      }
      emit(points, targets, sink);
    }

    /// Hands out the edges, neighbours with the same targets as one. Only bytes are joined: a
    /// symbol above them stands for itself.
    private void emit(int[] points, List<BitSet> targets, Dfa.EdgeSink<Members> sink) {
      int i = 0;
      while (i + 1 < points.length) {
        BitSet to = targets.get(i);
        int last = i;
        while (last + 2 < points.length
            && points[last + 1] < 256
            && targets.get(last + 1).equals(to)) {
          last++;
        }
        if (!to.isEmpty()) {
          sink.edge(points[i], points[last + 1] - 1, closed(to.stream().toArray(), false));
        }
        i = last + 1;
      }
    }
  }
}
