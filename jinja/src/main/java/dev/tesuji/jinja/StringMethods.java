package dev.tesuji.jinja;

import dev.tesuji.jinja.Value.Callable;
import dev.tesuji.jinja.Value.Sequence;
import dev.tesuji.jinja.Value.Text;
import dev.tesuji.jinja.Value.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// The methods of Python's strings.
final class StringMethods {
  private static final Set<String> WITHOUT_ARGUMENTS =
      Set.of("upper", "lower", "casefold", "capitalize", "title", "swapcase");

  private final Budget budget;

  StringMethods(Budget budget) {
    this.budget = budget;
  }

  /// Returns a method of a string; null where strings have none of that name.
  @Nullable Value method(Text text, String name) {
    String self = text.text();
    Callable.Body body = text.safe() ? safeBody(text, name) : body(self, name);
    if (body == null) {
      return null;
    }
    return new Callable(
        name,
        arguments -> {
          if (WITHOUT_ARGUMENTS.contains(name) || name.startsWith("is")) {
            Bound.of(arguments, name);
          }
          budget.characters(self.length());
          Value answer = body.call(arguments);
          Python.reading(budget, answer);
          return answer;
        });
  }

  /// Safe text has two methods more, its methods give safe text, and what comes in is escaped.
  private Callable.@Nullable Body safeBody(Text text, String name) {
    String self = text.text();
    return switch (name) {
      case "striptags" -> _ -> new Text(Markup.stripTags(self));
      case "unescape" -> _ -> new Text(Markup.unescape(self));
      case "join" ->
          a -> {
            List<Value> parts = new ArrayList<>();
            for (Value part : Python.iterate(Bound.of(a, name, "iterable").value(0), budget)) {
              parts.add(Markup.escape(part, budget));
            }
            return safe(join(self, Sequence.list(parts)));
          };
      case "replace" ->
          a -> {
            Bound b = Bound.of(a, name, "old", "new", "count");
            String by = Markup.escape(b.value(1), budget).text();
            return text.with(Strings.replace(self, b.text(0), by, b.whole(2, -1), budget));
          };
      case "format" -> a -> text.with(new Formatting(budget, true).braces(self, a));
      default -> {
        Callable.Body body = body(self, name);
        yield body == null ? null : a -> safe(body.call(a));
      }
    };
  }

  private static Value safe(Value value) {
    return switch (value) {
      case Text t -> new Text(t.text(), true);
      case Sequence s ->
          new Sequence(s.kind(), s.items().stream().map(StringMethods::safe).toList());
      default -> value;
    };
  }

  private Callable.@Nullable Body body(String self, String name) {
    return switch (name) {
      case "strip" -> a -> new Text(Strings.strip(self, characters(a, name), true, true));
      case "lstrip" -> a -> new Text(Strings.strip(self, characters(a, name), true, false));
      case "rstrip" -> a -> new Text(Strings.strip(self, characters(a, name), false, true));
      case "split" -> a -> split(self, Bound.of(a, name, "sep", "maxsplit"), false);
      case "rsplit" -> a -> split(self, Bound.of(a, name, "sep", "maxsplit"), true);
      case "splitlines" ->
          a -> texts(Strings.lines(self, Bound.of(a, name, "keepends").flag(0, false)));
      case "partition" -> a -> partition(self, Bound.of(a, name, "sep").text(0), false);
      case "rpartition" -> a -> partition(self, Bound.of(a, name, "sep").text(0), true);
      case "startswith" ->
          a -> affix(self, Bound.of(a, name, "prefix").value(0), String::startsWith);
      case "endswith" -> a -> affix(self, Bound.of(a, name, "suffix").value(0), String::endsWith);
      case "removeprefix" ->
          a -> {
            String prefix = Bound.of(a, name, "prefix").text(0);
            return new Text(self.startsWith(prefix) ? self.substring(prefix.length()) : self);
          };
      case "removesuffix" ->
          a -> {
            String suffix = Bound.of(a, name, "suffix").text(0);
            int end = self.length() - (self.endsWith(suffix) ? suffix.length() : 0);
            return new Text(self.substring(0, end));
          };
      case "replace" ->
          a -> {
            Bound b = Bound.of(a, name, "old", "new", "count");
            return new Text(Strings.replace(self, b.text(0), b.text(1), b.whole(2, -1), budget));
          };
      case "join" -> a -> join(self, Bound.of(a, name, "iterable").value(0));
      case "format" -> a -> new Text(new Formatting(budget, false).braces(self, a));
      case "find", "index" -> a -> find(self, Bound.of(a, name, "sub").text(0), name, false);
      case "rfind", "rindex" -> a -> find(self, Bound.of(a, name, "sub").text(0), name, true);
      case "count" -> a -> Whole.of(Strings.count(self, Bound.of(a, name, "sub").text(0)));
      default -> {
        Callable.Body shape = shape(self, name);
        yield shape == null ? question(self, name) : shape;
      }
    };
  }

  private Callable.@Nullable Body shape(String self, String name) {
    return switch (name) {
      case "upper" -> _ -> new Text(self.toUpperCase(Locale.ROOT));
      case "lower", "casefold" -> _ -> new Text(self.toLowerCase(Locale.ROOT));
      case "capitalize" -> _ -> new Text(Strings.capitalize(self));
      case "title" -> _ -> new Text(Strings.title(self));
      case "swapcase" -> _ -> new Text(Strings.swapCase(self));
      case "center" -> a -> new Text(pad(self, Bound.of(a, name, "width", "fillchar"), 2));
      case "ljust" -> a -> new Text(pad(self, Bound.of(a, name, "width", "fillchar"), 0));
      case "rjust" -> a -> new Text(pad(self, Bound.of(a, name, "width", "fillchar"), 1));
      case "zfill" ->
          a -> {
            int missing =
                Bound.of(a, name, "width").whole(0) - self.codePointCount(0, self.length());
            budget.characters(missing);
            int sign = self.startsWith("-") || self.startsWith("+") ? 1 : 0;
            String zeros = "0".repeat(Math.max(0, missing));
            return new Text(self.substring(0, sign) + zeros + self.substring(sign));
          };
      case "expandtabs" ->
          a -> {
            int width = Math.clamp(Bound.of(a, name, "tabsize").whole(0, 8), 0, 1 << 16);
            return new Text(Strings.expandTabs(self, width, budget));
          };
      default -> null;
    };
  }

  private static Callable.@Nullable Body question(String self, String name) {
    return switch (name) {
      case "isdigit", "isdecimal", "isnumeric" -> _ -> all(self, Character::isDigit);
      case "isalpha" -> _ -> all(self, Character::isLetter);
      case "isalnum" -> _ -> all(self, Character::isLetterOrDigit);
      case "isspace" -> _ -> all(self, Python::isSpace);
      case "isascii" -> _ -> Value.of(self.chars().allMatch(c -> c < 128));
      case "isupper" ->
          _ ->
              Value.of(
                  self.codePoints().anyMatch(Character::isUpperCase)
                      && self.codePoints().noneMatch(Character::isLowerCase));
      case "islower" ->
          _ ->
              Value.of(
                  self.codePoints().anyMatch(Character::isLowerCase)
                      && self.codePoints().noneMatch(Character::isUpperCase));
      default -> null;
    };
  }

  private static Value all(String self, IntPredicate test) {
    return Value.of(!self.isEmpty() && self.codePoints().allMatch(test));
  }

  private static @Nullable String characters(Arguments arguments, String name) {
    Bound bound = Bound.of(arguments, name, "chars");
    return bound.has(0) ? bound.text(0) : null;
  }

  private Value split(String self, Bound bound, boolean fromEnd) {
    int most = bound.whole(1, -1);
    String separator = bound.has(0) ? bound.text(0) : null;
    if (separator != null && separator.isEmpty()) {
      throw new Trouble("empty separator");
    }
    return texts(
        separator == null
            ? Strings.words(self, most, fromEnd)
            : Strings.split(self, separator, most, fromEnd));
  }

  private Sequence texts(List<String> parts) {
    budget.steps(parts.size());
    List<Value> values = new ArrayList<>();
    parts.forEach(p -> values.add(new Text(p)));
    return Sequence.list(values);
  }

  private static Value partition(String self, String separator, boolean fromEnd) {
    if (separator.isEmpty()) {
      throw new Trouble("empty separator");
    }
    int at = fromEnd ? self.lastIndexOf(separator) : self.indexOf(separator);
    if (at < 0) {
      Text whole = new Text(self);
      return fromEnd
          ? Sequence.tuple(Value.EMPTY, Value.EMPTY, whole)
          : Sequence.tuple(whole, Value.EMPTY, Value.EMPTY);
    }
    return Sequence.tuple(
        new Text(self.substring(0, at)),
        new Text(separator),
        new Text(self.substring(at + separator.length())));
  }

  private static Value affix(String self, Value affix, BiPredicate<String, String> has) {
    return switch (affix) {
      case Text t -> Value.of(has.test(self, t.text()));
      case Sequence s when s.kind().isTuple() ->
          Value.of(
              s.items().stream().anyMatch(v -> v instanceof Text t && has.test(self, t.text())));
      default ->
          throw new Trouble(
              "startswith() and endswith() take a string or a tuple of strings, got "
                  + Python.typeName(affix));
    };
  }

  private Value join(String self, Value parts) {
    StringBuilder text = new StringBuilder();
    String separator = "";
    int i = 0;
    for (Value part : Python.iterate(parts, budget)) {
      if (!(part instanceof Text t)) {
        throw new Trouble(
            "sequence item " + i + ": expected str instance, " + Python.typeName(part) + " found");
      }
      text.append(separator).append(t.text());
      budget.fits(text.length());
      separator = self;
      i++;
    }
    return new Text(text.toString());
  }

  private static Value find(String self, String wanted, String name, boolean fromEnd) {
    int at = fromEnd ? self.lastIndexOf(wanted) : self.indexOf(wanted);
    if (at < 0 && name.endsWith("index")) {
      throw new Trouble("substring not found");
    }
    return Whole.of(at < 0 ? -1 : self.codePointCount(0, at));
  }

  /// Fills up to a width.
  ///
  /// @param side where the text goes: 0 left, 1 right, 2 in the middle
  private String pad(String self, Bound bound, int side) {
    int missing = bound.whole(0) - self.codePointCount(0, self.length());
    if (missing <= 0) {
      return self;
    }
    budget.characters(missing);
    String fill = bound.text(1, " ");
    int before = side == 0 ? 0 : side == 1 ? missing : missing / 2 + (missing & bound.whole(0) & 1);
    return fill.repeat(before) + self + fill.repeat(missing - before);
  }
}
