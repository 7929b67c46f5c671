package dev.tesuji.constrain;

import dev.tesuji.check.BadInput;
import dev.tesuji.constrain.automaton.Dfa;
import dev.tesuji.constrain.automaton.Nfa;
import dev.tesuji.constrain.rules.Expr;
import dev.tesuji.constrain.rules.Rules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Compiles rules to a [Program].
final class Compiler {
  private static final int CALL = 256;
  private static final int TEXT =
      1 << 24; // the symbols of texts, until the number of rules is known
  private static final int STATES = 200_000;
  private static final int COPIED = 100; // larger automata become rules of their own
  private static final int REPEATED = 8; // so do larger parts that are repeated

  private final Rules rules;
  private final Map<Program.Text, Integer> texts = new HashMap<>();
  private final IdentityHashMap<Dfa, Integer> automata = new IdentityHashMap<>();
  private final IdentityHashMap<Expr, Integer> parts = new IdentityHashMap<>();
  private final Map<Integer, Boolean> nullable = new HashMap<>();

  private Compiler(Rules rules) {
    this.rules = rules;
  }

  /// Compiles rules, the first of which is where a text starts.
  ///
  /// @throws BadInput when they are too large, nothing satisfies them, or a rule calls itself
  ///   before it has read anything
  static Program compile(Rules rules) {
    return new Compiler(rules).program();
  }

  private Program program() {
    List<Dfa> compiled = new ArrayList<>();
    int states = 0;
    for (int r = 0; r < rules.size(); r++) { // rules are added on the way
      Dfa dfa = rule(r);
      states += dfa.states();
      if (states > STATES) {
        throw new BadInput(
            rules.name(0) + " must need at most " + STATES + " states of an automaton, got more");
      }
      compiled.add(dfa);
    }
    List<Dfa> pruned = prune(compiled);
    int count = pruned.size();
    List<Program.Text> byNumber = new ArrayList<>();
    texts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .forEach(e -> byNumber.add(e.getKey()));
    List<Dfa> numbered = new ArrayList<>();
    for (Dfa dfa : pruned) {
      numbered.add(dfa.renamed(s -> s >= TEXT ? CALL + count + (s - TEXT) : s));
    }
    return new Program(numbered, byNumber, ranks(numbered, byNumber.size()));
  }

  private Dfa rule(int r) {
    if (rules.body(r) instanceof Expr.Accepted whole) {
      return whole.dfa();
    }
    Nfa nfa = new Nfa(rules.name(r));
    int start = nfa.state();
    int end = nfa.state();
    add(nfa, start, rules.body(r), end);
    return nfa.determinized(start, end, STATES);
  }

  /// Removes what leads to rules that nothing satisfies.
  private List<Dfa> prune(List<Dfa> compiled) {
    boolean[] productive = new boolean[compiled.size()];
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int r = compiled.size() - 1; r >= 0; r--) {
        if (!productive[r] && !compiled.get(r).isEmpty(s -> usable(s, productive))) {
          productive[r] = true;
          changed = true;
        }
      }
    }
    if (!productive[0]) {
      throw new BadInput(rules.name(0) + " must be satisfiable, got what no text satisfies");
    }
    return compiled.stream().map(d -> d.pruned(s -> usable(s, productive))).toList();
  }

  private static boolean usable(int symbol, boolean[] productive) {
    return symbol < CALL || symbol >= TEXT || productive[symbol - CALL];
  }

  /// Orders rules so that each comes before those that its start calls.
  private int[] ranks(List<Dfa> compiled, int texts) {
    int[] rank = new int[compiled.size() + texts];
    int[] next = {rank.length};
    byte[] seen = new byte[rank.length];
    List<List<Integer>> callees = new ArrayList<>();
    for (Dfa dfa : compiled) {
      List<Integer> called = new ArrayList<>();
      dfa.forEachEdge(
          0,
          (low, _, _) -> {
            if (low >= CALL) {
              called.add(low - CALL);
            }
          });
      callees.add(called);
    }
    for (int t = 0; t < texts; t++) {
      callees.add(List.of());
    }
    for (int r = 0; r < rank.length; r++) {
      visit(r, callees, seen, rank, next);
    }
    return rank;
  }

  /// Visits in depth-first order with a stack of its own: chains of rules can be long.
  private void visit(int root, List<List<Integer>> callees, byte[] seen, int[] rank, int[] next) {
    if (seen[root] != 0) {
      return;
    }
    List<int[]> open = new ArrayList<>();
    open.add(new int[] {root, 0});
    seen[root] = 1;
    while (!open.isEmpty()) {
      int[] top = open.getLast();
      List<Integer> called = callees.get(top[0]);
      if (top[1] == called.size()) {
        seen[top[0]] = 2;
        rank[top[0]] = --next[0];
        open.removeLast();
        continue;
      }
      int callee = called.get(top[1]++);
      if (seen[callee] == 1) {
        throw new BadInput(
            rules.name(callee) + " must read something before it refers to itself, got a circle");
      }
      if (seen[callee] == 0) {
        seen[callee] = 1;
        open.add(new int[] {callee, 0});
      }
    }
  }

  private void add(Nfa nfa, int from, Expr expr, int to) {
    switch (expr) {
      case Expr.Nothing _ -> {}
      case Expr.Literal l -> nfa.jump(nfa.bytes(from, l.text()), to);
      case Expr.Accepted a -> {
        if (a.dfa().states() <= COPIED) {
          nfa.copy(from, a.dfa(), to);
        } else {
          call(nfa, from, automata.computeIfAbsent(a.dfa(), _ -> addRule(a)), to);
        }
      }
      case Expr.JsonText t -> {
        int text = texts.computeIfAbsent(new Program.Text(t.min(), t.max()), _ -> texts.size());
        nfa.edge(from, TEXT + text, TEXT + text, to);
      }
      case Expr.Call c -> call(nfa, from, c.rule(), to);
      case Expr.Choice c -> c.parts().forEach(p -> add(nfa, from, p, to));
      case Expr.Sequence s -> {
        int at = from;
        for (Expr part : s.parts()) {
          int next = nfa.state();
          add(nfa, at, part, next);
          at = next;
        }
        nfa.jump(at, to);
      }
      case Expr.Repeat r -> repeat(nfa, from, r, to);
      case Expr.Members m -> members(nfa, from, m, to);
    }
  }

  private int addRule(Expr body) {
    return rules.add(rules.name(0), body);
  }

  private void call(Nfa nfa, int from, int rule, int to) {
    nfa.edge(from, CALL + rule, CALL + rule, to);
    if (isNullable(rule)) {
      nfa.jump(from, to); // a rule that is called reads something: see Positions
    }
  }

  private boolean isNullable(int rule) {
    Boolean known = nullable.putIfAbsent(rule, false);
    if (known != null) {
      return known;
    }
    boolean found = isNullable(rules.body(rule));
    nullable.put(rule, found);
    return found;
  }

  private boolean isNullable(Expr expr) {
    return switch (expr) {
      case Expr.Nothing _, Expr.JsonText _ -> false;
      case Expr.Literal l -> l.text().length == 0;
      case Expr.Accepted a -> a.dfa().accepts(0);
      case Expr.Call c -> isNullable(c.rule());
      case Expr.Choice c -> c.parts().stream().anyMatch(this::isNullable);
      case Expr.Sequence s -> s.parts().stream().allMatch(this::isNullable);
      case Expr.Repeat r -> r.min() == 0 || isNullable(r.body());
      case Expr.Members m -> m.members().stream().noneMatch(Expr.Member::required);
    };
  }

  private void repeat(Nfa nfa, int from, Expr.Repeat r, int to) {
    boolean copied = r.min() > 1 || (r.max() != Expr.UNBOUNDED && r.max() > 1);
    Expr body = r.body();
    if (copied && size(body) > REPEATED) {
      body = new Expr.Call(parts.computeIfAbsent(r.body(), this::addRule));
    }
    int at = from;
    for (int i = 0; i < r.min(); i++) {
      int next = nfa.state();
      add(nfa, at, body, next);
      at = next;
    }
    if (r.max() == Expr.UNBOUNDED) {
      int loop = nfa.state();
      int back = nfa.state();
      nfa.jump(at, loop);
      add(nfa, loop, body, back);
      nfa.jump(back, loop);
      nfa.jump(loop, to);
      return;
    }
    for (int i = r.min(); i < r.max(); i++) {
      nfa.jump(at, to);
      int next = nfa.state();
      add(nfa, at, body, next);
      at = next;
    }
    nfa.jump(at, to);
  }

  private static int size(Expr expr) {
    return switch (expr) {
      case Expr.Nothing _, Expr.JsonText _, Expr.Call _ -> 1;
      case Expr.Literal l -> l.text().length;
      case Expr.Accepted a -> a.dfa().states();
      case Expr.Choice c -> c.parts().stream().mapToInt(Compiler::size).sum();
      case Expr.Sequence s -> s.parts().stream().mapToInt(Compiler::size).sum();
      case Expr.Repeat r -> size(r.body());
      case Expr.Members _ -> REPEATED + 1;
    };
  }

  /// Adds an object's members: two states before each, by whether one has come already and a
  /// separator is due.
  private void members(Nfa nfa, int from, Expr.Members m, int to) {
    int none = nfa.state();
    int some = nfa.state();
    nfa.jump(from, none);
    for (Expr.Member member : m.members()) {
      int inside = nfa.state();
      int noneNext = nfa.state();
      int someNext = nfa.state();
      nfa.jump(none, inside);
      add(nfa, some, m.separator(), inside);
      add(nfa, inside, member.expr(), someNext);
      if (!member.required()) {
        nfa.jump(none, noneNext);
        nfa.jump(some, someNext);
      }
      none = noneNext;
      some = someNext;
    }
    if (m.more() != null) {
      int inside = nfa.state();
      nfa.jump(none, inside);
      add(nfa, some, m.separator(), inside);
      add(nfa, inside, m.more(), some);
    }
    nfa.jump(none, to);
    nfa.jump(some, to);
  }
}
