package dev.tesuji.constrain.rules;

import dev.tesuji.constrain.automaton.Dfa;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a text may look like, as a tree.
public sealed interface Expr {
  /// No bound of a repetition or a length.
  int UNBOUNDED = Integer.MAX_VALUE;

  /// Nothing at all: no text matches.
  record Nothing() implements Expr {}

  /// These bytes.
  @SuppressWarnings("ArrayRecordComponent")
  record Literal(byte[] text) implements Expr {}

  /// What an automaton accepts.
  record Accepted(Dfa dfa) implements Expr {}

  /// A text of JSON in its quotes, any characters, from `min` to `max` code points long.
  record JsonText(int min, int max) implements Expr {}

  /// One after the other.
  record Sequence(List<Expr> parts) implements Expr {}

  /// One of several.
  record Choice(List<Expr> parts) implements Expr {}

  /// A part several times.
  record Repeat(Expr body, int min, int max) implements Expr {}

  /// What a rule says.
  ///
  /// @param rule its number in [Rules]
  record Call(int rule) implements Expr {}

  /// The members of an object: in this order, those that are not required may be left out, with a
  /// separator between two.
  ///
  /// @param members what may come
  /// @param more what may follow them, any number of times, or null
  /// @param separator what stands between two
  record Members(List<Member> members, @Nullable Expr more, Expr separator) implements Expr {}

  /// A member of an object.
  ///
  /// @param expr its name and its value
  /// @param required whether it must come
  record Member(Expr expr, boolean required) {}

  /// Makes the expression of these characters.
  static Expr literal(String text) {
    return new Literal(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Makes a sequence.
  static Expr sequence(Expr... parts) {
    return new Sequence(List.of(parts));
  }

  /// Makes a choice; of none, nothing matches.
  static Expr choice(List<Expr> parts) {
    List<Expr> some = new ArrayList<>(parts);
    some.removeIf(Nothing.class::isInstance);
    return switch (some.size()) {
      case 0 -> new Nothing();
      case 1 -> some.getFirst();
      default -> new Choice(some);
    };
  }

  /// Makes the expression of something or the empty text.
  static Expr optional(Expr body) {
    return new Repeat(body, 0, 1);
  }
}
