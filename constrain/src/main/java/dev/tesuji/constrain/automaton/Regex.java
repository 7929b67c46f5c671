package dev.tesuji.constrain.automaton;

import java.util.List;

/// A regular expression as a tree.
public sealed interface Regex {
  /// No bound of a repetition.
  int UNBOUNDED = Integer.MAX_VALUE;

  /// One character of a set.
  record Chars(CodePoints set) implements Regex {}

  /// One after the other; an empty list is the empty text.
  record Sequence(List<Regex> parts) implements Regex {}

  /// One of several.
  record Choice(List<Regex> parts) implements Regex {}

  /// A part several times.
  record Repeat(Regex body, int min, int max) implements Regex {}

  /// The start of the text.
  record Start() implements Regex {}

  /// The end of the text.
  record End() implements Regex {}

  /// Parses an expression as ECMA 262 has them.
  ///
  /// @param name what a refusal is about
  /// @throws dev.tesuji.check.BadInput when it is none, or has what no automaton can do
  static Regex parse(String text, String name) {
    return new RegexParser(text, name).parse();
  }

  /// Makes the expression that is found anywhere in a text where this one is: what `pattern` means
  /// in a JSON schema.
  default Regex found() {
    Regex any = new Repeat(new Chars(CodePoints.ALL), 0, UNBOUNDED);
    return new Sequence(List.of(any, this, any));
  }

  /// Makes the automaton that accepts the texts that match as a whole.
  ///
  /// @param limit the most states that it may have
  /// @param name what a refusal is about
  /// @throws dev.tesuji.check.BadInput when it has more
  default Dfa automaton(Encoding encoding, int limit, String name) {
    Nfa nfa = new Nfa(name);
    int start = nfa.state();
    int end = nfa.state();
    new Adding(nfa, encoding).add(start, this, end);
    return nfa.determinized(start, end, limit);
  }

  /// Turns trees into edges.
  record Adding(Nfa nfa, Encoding encoding) {
    /// Adds edges that read an expression between two states.
    public void add(int from, Regex regex, int to) {
      switch (regex) {
        case Chars c -> encoding.add(nfa, from, c.set(), to);
        case Start _ -> nfa.jumpAtStart(from, to);
        case End _ -> nfa.jumpAtEnd(from, to);
        case Choice c -> c.parts().forEach(p -> add(from, p, to));
        case Sequence s -> {
          int at = from;
          for (Regex part : s.parts()) {
            int next = nfa.state();
            add(at, part, next);
            at = next;
          }
          nfa.jump(at, to);
        }
        case Repeat r -> repeat(from, r, to);
      }
    }

    private void repeat(int from, Repeat r, int to) {
      int at = from;
      for (int i = 0; i < r.min(); i++) {
        int next = nfa.state();
        add(at, r.body(), next);
        at = next;
      }
      if (r.max() == UNBOUNDED) {
        int loop = nfa.state();
        int back = nfa.state();
        nfa.jump(at, loop);
        add(loop, r.body(), back);
        nfa.jump(back, loop);
        nfa.jump(loop, to);
        return;
      }
      for (int i = r.min(); i < r.max(); i++) {
        nfa.jump(at, to);
        int inside = nfa.state(); // no edge may lead back into a state that others leave by
        int next = nfa.state();
        nfa.jump(at, inside);
        add(inside, r.body(), next);
        at = next;
      }
      nfa.jump(at, to);
    }
  }
}
