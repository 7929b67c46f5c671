package dev.tesuji.constrain.automaton;

import java.util.Arrays;
import java.util.Collection;

/// The automaton of a finite list of texts.
public final class Literals {
  private Literals() {}

  /// Texts that share their first bytes: those from `from` to before `to` of the sorted list.
  private record Shared(int from, int to, int length) {}

  /// Makes the automaton that accepts these texts.
  ///
  /// @throws dev.tesuji.check.BadInput when it has more states than the limit
  public static Dfa of(Collection<byte[]> texts, int limit, String name) {
    byte[][] sorted = texts.toArray(new byte[0][]);
    Arrays.sort(sorted, Arrays::compareUnsigned);
    return Dfa.explore(new Sorted(sorted), new Shared(0, sorted.length, 0), limit, name);
  }

  private record Sorted(byte[][] texts) implements Dfa.Machine<Shared> {
    @Override
    public void edges(Shared state, Dfa.EdgeSink<Shared> sink) {
      int at = state.from;
      while (at < state.to) {
        if (texts[at].length == state.length) {
          at++;
          continue;
        }
        int symbol = texts[at][state.length] & 0xff;
        int end = at + 1;
        while (end < state.to && (texts[end][state.length] & 0xff) == symbol) {
          end++;
        }
        sink.edge(symbol, symbol, new Shared(at, end, state.length + 1));
        at = end;
      }
    }

    @Override
    public boolean accepts(Shared state) {
      return state.from < state.to && texts[state.from].length == state.length;
    }
  }
}
