package dev.tesuji.constrain;

import dev.tesuji.constrain.automaton.CodePoints;
import dev.tesuji.constrain.automaton.Dfa;
import dev.tesuji.constrain.automaton.Encoding;
import dev.tesuji.constrain.automaton.Regex;
import dev.tesuji.constrain.rules.Expr;
import dev.tesuji.constrain.rules.Rules;
import dev.tesuji.constrain.schema.SchemaReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a text may look like, compiled: JSON after a schema, a regular expression, a text, and
/// sequences and choices of these.
///
/// A grammar can be used by many threads at once. It remembers which tokens can come where, for
/// each vocabulary, within bounded memory: keep it for as long as requests with the same schema may
/// come ([GrammarCache]).
public final class Grammar {
  private static final int STATES = 20_000;
  private static final int VOCABULARIES = 4;

  /// Adds rules, and returns the expression that stands for all of them.
  private interface Part {
    Expr addTo(Rules rules);
  }

  private final Part part;
  private final String name;
  private @Nullable Program program;
  private final Map<TokenTrie, Masks> masks = new LinkedHashMap<>(4, 0.75f, true);

  private Grammar(String name, Part part) {
    this.name = name;
    this.part = part;
  }

  /// Compiles the grammar now and not when the first text starts.
  ///
  /// @return this grammar
  /// @throws dev.tesuji.check.BadInput when it is too large, or nothing satisfies it
  public Grammar compiled() {
    program();
    return this;
  }

  private Program program() {
    synchronized (masks) {
      if (program == null) {
        Rules rules = new Rules();
        int start = rules.declare(name);
        rules.define(start, part.addTo(rules));
        program = Compiler.compile(rules);
      }
      return program;
    }
  }

  /// Makes the grammar of JSON that satisfies a schema.
  ///
  /// @throws dev.tesuji.check.BadInput when the schema is not JSON, has a keyword that is not
  ///   supported, is too large, or nothing satisfies it
  public static Grammar jsonSchema(String schema) {
    return new Grammar("the schema", rules -> SchemaReader.read(schema, rules)).compiled();
  }

  /// Makes the grammar of any JSON object.
  public static Grammar json() {
    return jsonSchema("{\"type\": \"object\"}");
  }

  /// Makes the grammar of texts that match a regular expression as a whole.
  ///
  /// @throws dev.tesuji.check.BadInput when it is none, or too large, or nothing matches it
  public static Grammar regex(String expression) {
    String name = "the regular expression";
    Dfa dfa = Regex.parse(expression, name).automaton(Encoding.PLAIN, STATES, name);
    return new Grammar(name, _ -> new Expr.Accepted(dfa)).compiled();
  }

  /// Makes the grammar of one text.
  public static Grammar literal(String text) {
    return new Grammar("the text", _ -> Expr.literal(text));
  }

  /// Makes the grammar of texts of any characters in which another does not occur.
  public static Grammar textWithout(String text) {
    String name = "the text";
    Regex part = new Regex.Sequence(text.codePoints().mapToObj(Grammar::character).toList());
    Regex any = new Regex.Repeat(new Regex.Chars(CodePoints.ALL), 0, Regex.UNBOUNDED);
    Dfa with = part.found().automaton(Encoding.PLAIN, STATES, name);
    Dfa without = any.automaton(Encoding.PLAIN, STATES, name).minus(with, STATES, name);
    return new Grammar(name, _ -> new Expr.Accepted(without));
  }

  private static Regex character(int codePoint) {
    return new Regex.Chars(CodePoints.of(codePoint, codePoint));
  }

  /// Makes the grammar of one after the other. Like all that is put together, it is compiled when
  /// its first text starts, or by [#compiled].
  public static Grammar sequence(Grammar... parts) {
    return new Grammar("the sequence", rules -> new Expr.Sequence(expressions(parts, rules)));
  }

  /// Makes the grammar of one of several.
  public static Grammar choice(List<Grammar> parts) {
    return new Grammar(
        "the choice", rules -> Expr.choice(expressions(parts.toArray(new Grammar[0]), rules)));
  }

  /// Makes the grammar of something several times.
  ///
  /// @param max the most times; [Integer#MAX_VALUE] for no bound
  public static Grammar repeat(Grammar part, int min, int max) {
    return new Grammar(
        "the repetition",
        rules -> {
          Expr body = new Expr.Call(rules.add("the repeated part", part.part.addTo(rules)));
          return new Expr.Repeat(body, min, max);
        });
  }

  private static List<Expr> expressions(Grammar[] parts, Rules rules) {
    List<Expr> all = new ArrayList<>();
    for (Grammar g : parts) {
      all.add(g.part.addTo(rules));
    }
    return all;
  }

  /// Starts a text.
  public Constraint start(TokenTrie trie) {
    synchronized (masks) {
      Masks known = masks.computeIfAbsent(trie, t -> new Masks(new Positions(program()), t));
      if (masks.size() > VOCABULARIES) {
        masks.remove(masks.keySet().iterator().next()); // the one not used for longest
      }
      return new Constraint(known);
    }
  }
}
