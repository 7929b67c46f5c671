package dev.tesuji.constrain.rules;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rules by number; their expressions may call each other and themselves.
public final class Rules {
  private final List<@Nullable Expr> bodies = new ArrayList<>();
  private final List<String> names = new ArrayList<>();

  /// Makes a list without rules.
  public Rules() {}

  /// Adds a rule whose body comes later.
  ///
  /// @param name what a refusal is about
  public int declare(String name) {
    bodies.add(null);
    names.add(name);
    return bodies.size() - 1;
  }

  /// Gives a rule its body.
  public void define(int rule, Expr body) {
    bodies.set(rule, body);
  }

  /// Adds a rule.
  public int add(String name, Expr body) {
    int rule = declare(name);
    define(rule, body);
    return rule;
  }

  /// Returns how many rules there are.
  public int size() {
    return bodies.size();
  }

  /// Returns a rule's body.
  public Expr body(int rule) {
    Expr body = bodies.get(rule);
    if (body == null) {
      throw new IllegalStateException("rule " + names.get(rule) + " must be defined");
    }
    return body;
  }

  /// Returns a rule's name.
  public String name(int rule) {
    return names.get(rule);
  }
}
