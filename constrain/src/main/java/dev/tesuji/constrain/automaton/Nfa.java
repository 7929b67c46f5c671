package dev.tesuji.constrain.automaton;

import dev.tesuji.check.BadInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A nondeterministic automaton over whole numbers that is built edge by edge and then made
/// deterministic.
///
/// Besides edges that read and edges that read nothing there are two kinds for the anchors of
/// regular expressions: those passed only where the text starts, and those passed only where it
/// ends.
public final class Nfa {
  /// The most states that one expression may have before it is made deterministic.
  private static final int STATES = 200_000;

  /// The most members of sets of states, summed: what bounds the time.
  private static final long WORK = 25_000_000;

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
  private int[] stamps = new int[0];
  private int[] open = new int[0];
  private int stamp;
  private boolean anchored; // has edges that are passed only where the text ends
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
    return new BadInput(name + " must be smaller: its automaton would be too large");
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
    anchored = true;
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

  /// Finds all that can be reached without reading, the states to start with included.
  ///
  /// @return the states in no order, in the first places of [#open]
  private int reach(int[] from, boolean atStart, boolean atEnd) {
    if (stamps.length < edges.size()) {
      stamps = new int[edges.size()];
      open = new int[edges.size()];
    }
    stamp++;
    int size = 0;
    for (int s : from) {
      size = visit(s, size);
    }
    for (int i = 0; i < size; i++) {
      for (Jump j : jumps.get(open[i])) {
        boolean passes =
            switch (j.kind) {
              case FREE -> true;
              case AT_START -> atStart;
              case AT_END -> atEnd;
            };
        size = passes ? visit(j.target, size) : size;
      }
    }
    work += size;
    if (work > WORK) {
      throw tooLarge();
    }
    return size;
  }

  private int visit(int state, int size) {
    if (stamps[state] == stamp) {
      return size;
    }
    stamps[state] = stamp;
    open[size] = state;
    return size + 1;
  }

  /// Returns a set of states with all that they reach, without those that only lead on.
  private Members closed(int[] from, boolean start) {
    int size = reach(from, start, false);
    int[] kept = new int[size];
    int count = 0;
    for (int i = 0; i < size; i++) {
      int s = open[i];
      if (!edges.get(s).isEmpty() || jumps.get(s).isEmpty() || endsHere(s)) {
        kept[count++] = s;
      }
    }
    int[] ids = Arrays.copyOf(kept, count);
    Arrays.sort(ids);
    return new Members(ids);
  }

  private boolean endsHere(int state) {
    for (Jump j : jumps.get(state)) {
      if (j.kind == Kind.AT_END) {
        return true;
      }
    }
    return false;
  }

  private final class Sets implements Dfa.Machine<Members> {
    private final int end;

    Sets(int end) {
      this.end = end;
    }

    @Override
    public boolean accepts(Members state) {
      // An empty text starts where it ends: `^` after `$` is passed at its start alone, which the
      // closure of the start has done.
      if (Arrays.binarySearch(state.ids, end) >= 0 || !anchored) {
        return Arrays.binarySearch(state.ids, end) >= 0;
      }
      reach(state.ids, false, true);
      return stamps[end] == stamp;
    }

    @Override
    public void edges(Members state, Dfa.EdgeSink<Members> sink) {
      int[] points = points(state);
      Targets[] targets = new Targets[points.length];
      for (int s : state.ids) {
        for (Edge e : edges.get(s)) {
          for (int i = Arrays.binarySearch(points, e.low); points[i] <= e.high; i++) {
            if (targets[i] == null) {
              targets[i] = new Targets();
            }
            targets[i].add(e.target);
            work++;
          }
        }
      }
      int i = 0;
      while (i + 1 < points.length) {
        int last = i;
        // Only bytes are joined: a symbol above them stands for itself.
        while (last + 2 < points.length
            && points[last + 1] < 256
            && Targets.same(targets[last + 1], targets[i])) {
          last++;
        }
        if (targets[i] != null) {
          sink.edge(points[i], points[last + 1] - 1, closed(targets[i].all(), false));
        }
        i = last + 1;
      }
    }

    /// Returns where edges begin, and behind where they end, sorted.
    private int[] points(Members state) {
      BitSet bytes = new BitSet(257);
      TreeSet<Integer> others = new TreeSet<>();
      for (int s : state.ids) {
        for (Edge e : edges.get(s)) {
          for (int point : new int[] {e.low, e.high + 1}) {
            if (point <= 256) {
              bytes.set(point);
            } else {
              others.add(point);
            }
          }
        }
      }
      return IntStream.concat(bytes.stream(), others.stream().mapToInt(Integer::intValue))
          .toArray();
    }
  }

  /// States that a range of symbols leads to, in the order of the states that lead there.
  private static final class Targets {
    private int[] ids = new int[4];
    private int size;

    void add(int id) {
      if (size == ids.length) {
        ids = Arrays.copyOf(ids, size * 2);
      }
      ids[size++] = id;
    }

    int[] all() {
      return Arrays.copyOf(ids, size);
    }

    static boolean same(@Nullable Targets a, @Nullable Targets b) {
      if (a == null || b == null) {
        return false;
      }
      return Arrays.equals(a.ids, 0, a.size, b.ids, 0, b.size);
    }
  }
}
