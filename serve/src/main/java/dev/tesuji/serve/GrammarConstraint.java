package dev.tesuji.serve;

import dev.tesuji.constrain.Constraint;
import dev.tesuji.generate.TokenConstraint;
import java.util.Set;

/// Holds a sample to a grammar; a token that ends the answer may come where the grammar can end.
final class GrammarConstraint implements TokenConstraint {
  private final Constraint grammar;
  private final Set<Integer> ends;
  private boolean over;

  GrammarConstraint(Constraint grammar, Set<Integer> ends) {
    this.grammar = grammar;
    this.ends = ends;
  }

  @Override
  public boolean mask(long[] allowed) {
    long[] next = grammar.allowed();
    System.arraycopy(next, 0, allowed, 0, Math.min(next.length, allowed.length));
    for (int end : ends) {
      long bit = 1L << end;
      int word = end / Long.SIZE;
      allowed[word] = grammar.canEnd() ? allowed[word] | bit : allowed[word] & ~bit;
    }
    return true;
  }

  @Override
  public void accept(int token) {
    if (ends.contains(token)) {
      over = true;
    } else {
      grammar.accept(token);
    }
  }

  @Override
  public boolean isOver() {
    return over || grammar.mustEnd();
  }
}
