package dev.tesuji.jinja;

import dev.tesuji.jinja.Expression.Attribute;
import dev.tesuji.jinja.Expression.Name;
import dev.tesuji.jinja.Expression.TupleOf;
import dev.tesuji.jinja.Statement.Branch;
import dev.tesuji.jinja.Statement.Macro;
import dev.tesuji.jinja.Value.Callable;
import dev.tesuji.jinja.Value.Namespace;
import dev.tesuji.jinja.Value.Sequence;
import dev.tesuji.jinja.Value.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Does the statements of a template, once.
final class Interpreter {
  private final Budget budget;
  private final Markup.Mode mode = new Markup.Mode();
  private final Evaluator evaluator;
  private final List<Span> marked = new ArrayList<>();
  private StringBuilder out = new StringBuilder();
  private int captures; // how many of the texts being written are values, not the output
  private boolean lostMarks;

  /// Where a statement leaves the way of things.
  private enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  Interpreter(Budget budget) {
    this.budget = budget;
    this.evaluator = new Evaluator(budget, mode);
  }

  /// Returns the line of what is being done, for messages.
  int line() {
    return evaluator.line();
  }

  /// Renders a template; call once.
  Rendering render(List<Statement> template, Scope scope) {
    run(template, scope);
    return new Rendering(out.toString(), lostMarks ? List.of() : marked);
  }

  private Flow run(List<Statement> body, Scope scope) {
    for (Statement statement : body) {
      budget.enter();
      Flow flow = run(statement, scope);
      budget.leave();
      if (flow != Flow.ON) {
        return flow;
      }
    }
    return Flow.ON;
  }

  private Flow run(Statement statement, Scope scope) {
    switch (statement) {
      case Statement.Data d -> write(d.text());
      case Statement.Print p -> {
        evaluator.at(p.line());
        Value value = evaluator.value(p.value(), scope);
        write(mode.on ? Markup.escape(value, budget).text() : Printing.str(value, budget));
      }
      case Statement.If i -> {
        return run(branch(i, scope), scope);
      }
      case Statement.For f -> loop(f, scope);
      case Statement.Set s -> {
        Value value = evaluator.value(s.value(), scope);
        evaluator.at(s.line());
        assign(s.target(), value, scope);
      }
      case Statement.SetBlock s -> {
        Value value = evaluator.value(s.filters(), written(s.body(), scope));
        evaluator.at(s.line());
        assign(s.target(), value, scope);
      }
      case Statement.FilterBlock f ->
          write(Printing.str(evaluator.value(f.filters(), written(f.body(), scope)), budget));
      case Statement.Define d -> scope.set(d.macro().name(), macro(d.macro(), scope));
      case Statement.CallBlock c -> {
        Arguments arguments = evaluator.passed(c.call().passed(), scope);
        Map<String, Value> named = new LinkedHashMap<>(arguments.named());
        named.put("caller", macro(c.caller(), scope));
        Arguments all = new Arguments(arguments.positional(), named);
        write(Printing.str(evaluator.call(c.call(), all, scope), budget));
      }
      case Statement.With w -> {
        Scope inner = new Scope(scope);
        for (int i = 0; i < w.targets().size(); i++) {
          assign(w.targets().get(i), evaluator.value(w.values().get(i), scope), inner);
        }
        return run(w.body(), inner);
      }
      case Statement.Autoescape a -> {
        return autoescape(a, scope);
      }
      case Statement.Generation g -> generation(g, scope);
      case Statement.Break _ -> {
        return Flow.BREAK;
      }
      case Statement.Continue _ -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.ON;
  }

  private List<Statement> branch(Statement.If choice, Scope scope) {
    for (Branch branch : choice.branches()) {
      if (Python.isTrue(evaluator.value(branch.test(), scope))) {
        return branch.body();
      }
    }
    return choice.otherwise();
  }

  private void write(String text) {
    budget.characters(text.length());
    budget.fits((long) out.length() + text.length());
    out.append(text);
  }

  private Flow autoescape(Statement.Autoescape a, Scope scope) {
    boolean around = mode.on;
    evaluator.at(a.line());
    mode.on = Python.isTrue(evaluator.value(a.on(), scope));
    Flow flow = run(a.body(), new Scope(scope));
    mode.on = around;
    return flow;
  }

  /// Returns what a body writes, as a value; it is safe where it was escaped.
  private Text capture(List<Statement> body, Scope scope) {
    StringBuilder around = out;
    out = new StringBuilder();
    captures++;
    run(body, scope);
    captures--;
    Text text = new Text(out.toString(), mode.on);
    out = around;
    return text;
  }

  /// Returns a scope in which what a body wrote is the value that filters start from.
  private Scope written(List<Statement> body, Scope scope) {
    Scope inner = new Scope(scope);
    Text text = capture(body, new Scope(scope));
    inner.set(Statement.WRITTEN.name(), text);
    return inner;
  }

  /// Inside of a macro or a set block nobody knows where the text will go, so the marks are lost.
  private void generation(Statement.Generation g, Scope scope) {
    int start = out.length();
    run(g.body(), new Scope(scope));
    if (captures == 0) {
      marked.add(new Span(start, out.length()));
    } else {
      lostMarks = true;
    }
  }

  private void loop(Statement.For f, Scope scope) {
    Value over = evaluator.value(f.loops().over(), scope);
    evaluator.at(f.line());
    loop(f, over, scope, 0);
  }

  private void loop(Statement.For f, Value over, Scope scope, int depth) {
    List<Value> items = chosen(f, Python.iterate(over, budget), scope);
    Callable recursion =
        new Callable(
            "loop",
            arguments -> {
              if (!f.loops().recursive()) {
                throw new Trouble("the loop must be marked 'recursive' to be called");
              }
              return recurse(f, Bound.of(arguments, "loop", "iterable").value(0), scope, depth + 1);
            });
    Loop loop =
        new Loop(
            items,
            depth,
            recursion,
            (a, b) -> Python.equal(Value.Sequence.list(a), Value.Sequence.list(b), budget));
    for (int i = 0; i < items.size(); i++) {
      budget.steps(1);
      loop.moveTo(i);
      Scope inner = new Scope(scope);
      inner.set("loop", loop);
      assign(f.loops().target(), items.get(i), inner);
      if (run(f.body(), inner) == Flow.BREAK) {
        return;
      }
    }
    if (items.isEmpty()) {
      run(f.otherwise(), new Scope(scope));
    }
  }

  private Value recurse(Statement.For f, Value over, Scope scope, int depth) {
    StringBuilder around = out;
    out = new StringBuilder();
    captures++;
    budget.enter();
    loop(f, over, scope, depth);
    budget.leave();
    captures--;
    Text text = new Text(out.toString(), mode.on);
    out = around;
    return text;
  }

  /// Returns the elements that the loop's condition keeps.
  private List<Value> chosen(Statement.For f, List<Value> items, Scope scope) {
    Expression condition = f.loops().condition();
    if (condition == null) {
      return items;
    }
    List<Value> chosen = new ArrayList<>();
    for (Value item : items) {
      Scope inner = new Scope(scope);
      assign(f.loops().target(), item, inner);
      if (Python.isTrue(evaluator.value(condition, inner))) {
        chosen.add(item);
      }
    }
    return chosen;
  }

  private void assign(Expression target, Value value, Scope scope) {
    switch (target) {
      case Name n -> scope.set(n.name(), value);
      case Attribute a -> {
        if (a.of() instanceof Name n && scope.get(n.name()) instanceof Namespace space) {
          space.fields().put(a.name(), value);
        } else {
          throw new Trouble("cannot assign attribute on non-namespace object");
        }
      }
      case TupleOf t -> {
        List<Value> parts = Python.iterate(value, budget);
        int wanted = t.items().size();
        if (parts.size() != wanted) {
          throw new Trouble(
              (parts.size() < wanted ? "not enough" : "too many")
                  + " values to unpack (expected "
                  + wanted
                  + ", got "
                  + parts.size()
                  + ")");
        }
        for (int i = 0; i < wanted; i++) {
          assign(t.items().get(i), parts.get(i), scope);
        }
      }
      default -> throw new Trouble("this cannot be assigned to");
    }
  }

  /// Makes a macro callable; its body sees the variables of the place that defines it.
  private Callable macro(Macro macro, Scope definition) {
    boolean escapes = mode.on;
    return new Callable(
        macro.name(),
        arguments -> {
          boolean caller = mode.on;
          mode.on = escapes;
          Text text = called(macro, arguments, new Scope(definition));
          mode.on = caller;
          return new Text(text.text(), caller);
        });
  }

  private Text called(Macro macro, Arguments arguments, Scope scope) {
    Map<String, Value> named = new LinkedHashMap<>(arguments.named());
    Value caller = named.remove("caller");
    scope.set("caller", caller == null ? new Value.Undefined("No caller defined") : caller);
    int places = macro.parameters().size();
    for (int i = 0; i < places; i++) {
      Statement.Parameter p = macro.parameters().get(i);
      Value passed = named.remove(p.name());
      if (i < arguments.positional().size()) {
        passed = arguments.positional().get(i);
      } else if (passed == null) {
        passed =
            p.value() == null
                ? new Value.Undefined("parameter '" + p.name() + "' was not provided")
                : evaluator.value(p.value(), scope);
      }
      scope.set(p.name(), passed);
    }
    more(macro, arguments, named, scope);
    return capture(macro.body(), scope);
  }

  /// Takes the arguments that have no parameter.
  private static void more(
      Macro macro, Arguments arguments, Map<String, Value> named, Scope scope) {
    int places = macro.parameters().size();
    List<Value> positional = arguments.positional();
    if (positional.size() > places && !macro.takesMore()) {
      throw new Trouble(
          "macro '" + macro.name() + "' takes not more than " + places + " argument(s)");
    }
    if (!named.isEmpty() && !macro.takesMoreNamed()) {
      throw new Trouble(
          "macro '"
              + macro.name()
              + "' takes no keyword argument '"
              + named.keySet().iterator().next()
              + "'");
    }
    int given = positional.size();
    scope.set(
        "varargs",
        new Sequence(Value.Kind.TUPLE, positional.subList(Math.min(places, given), given)));
    Map<Value, Value> entries = new LinkedHashMap<>();
    named.forEach((name, value) -> entries.put(new Text(name), value));
    scope.set("kwargs", new Value.Mapping(entries));
  }
}
