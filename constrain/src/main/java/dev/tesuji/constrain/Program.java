package dev.tesuji.constrain;

import dev.tesuji.constrain.automaton.Dfa;
import java.util.List;

/// The compiled rules: automata whose edges read a byte or call a rule, in flat arrays with one
/// numbering of states.
///
/// Every state can reach the end of its rule, and every rule that is called can be read: a set of
/// configurations that is not empty always has a continuation.
final class Program {
  private final int[] firstEdge;
  private final int[] low;
  private final int[] high;
  private final int[] target;
  private final int[] firstCall;
  private final int[] callee;
  private final int[] returns;
  private final boolean[] accepting;
  private final int[] start;
  private final int[] rank;
  private final Text[] texts;
  private final int firstText;

  /// A rule that reads a text of JSON.
  ///
  /// @param min its least length
  /// @param max its largest length
  record Text(int min, int max) {}

  /// Flattens automata.
  ///
  /// @param rules by rule: symbols below 256 are bytes, those above calls; the texts' rules follow
  /// @param texts the rules that read texts
  /// @param rank by rule: lower than that of the rules which its start calls
  Program(List<Dfa> rules, List<Text> texts, int[] rank) {
    int states = rules.stream().mapToInt(Dfa::states).sum() + texts.size();
    int edges = rules.stream().mapToInt(Dfa::edges).sum();
    firstEdge = new int[states + 1];
    firstCall = new int[states + 1];
    accepting = new boolean[states];
    low = new int[edges];
    high = new int[edges];
    target = new int[edges];
    callee = new int[edges];
    returns = new int[edges];
    start = new int[rules.size() + texts.size()];
    this.rank = rank;
    this.texts = texts.toArray(new Text[0]);
    int base = 0;
    int[] sizes = new int[2];
    for (int r = 0; r < rules.size(); r++) {
      start[r] = base;
      flatten(rules.get(r), base, sizes);
      base += rules.get(r).states();
    }
    firstText = base;
    for (int t = 0; t < texts.size(); t++) {
      start[rules.size() + t] = base;
      firstEdge[++base] = sizes[0];
      firstCall[base] = sizes[1];
    }
  }

  private void flatten(Dfa rule, int base, int[] sizes) {
    for (int s = 0; s < rule.states(); s++) {
      accepting[base + s] = rule.accepts(s);
      rule.forEachEdge(
          s,
          (from, to, t) -> {
            if (from >= 256) {
              callee[sizes[1]] = from - 256;
              returns[sizes[1]++] = base + t;
            } else {
              low[sizes[0]] = from;
              high[sizes[0]] = to;
              target[sizes[0]++] = base + t;
            }
          });
      firstEdge[base + s + 1] = sizes[0];
      firstCall[base + s + 1] = sizes[1];
    }
  }

  /// Returns the state after a byte, or -1 where there is none.
  int next(int state, int symbol) {
    for (int i = firstEdge[state]; i < firstEdge[state + 1]; i++) {
      if (symbol <= high[i]) {
        return symbol >= low[i] ? target[i] : -1;
      }
    }
    return -1;
  }

  /// Returns whether a state reads bytes.
  boolean reads(int state) {
    return firstEdge[state] < firstEdge[state + 1] || isText(state);
  }

  /// Returns whether the rule may end in a state.
  boolean accepts(int state) {
    return accepting[state];
  }

  /// Returns whether all that a state can do is to end its rule.
  boolean onlyEnds(int state) {
    return accepting[state] && !reads(state) && firstCall(state) == endOfCalls(state);
  }

  /// Returns where the calls of a state start.
  int firstCall(int state) {
    return firstCall[state];
  }

  /// Returns where the calls of a state end.
  int endOfCalls(int state) {
    return firstCall[state + 1];
  }

  /// Returns the rule that is called.
  int callee(int call) {
    return callee[call];
  }

  /// Returns the state in which the caller goes on.
  int returns(int call) {
    return returns[call];
  }

  /// Returns a rule's first state.
  int start(int rule) {
    return start[rule];
  }

  /// Returns a number by which a rule comes before all that its start calls.
  int rank(int rule) {
    return rank[rule];
  }

  /// Returns whether a state is inside a text of JSON.
  boolean isText(int state) {
    return state >= firstText;
  }

  /// Returns the text that a state is inside of.
  Text text(int state) {
    return texts[state - firstText];
  }
}
