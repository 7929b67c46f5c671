package dev.tesuji.jinja;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A template that was read and can be rendered any number of times, by several threads at once.
public final class Template {
  private final String name;
  private final List<Statement> body;

  private Template(String name, List<Statement> body) {
    this.name = name;
    this.body = body;
  }

  /// Reads a template.
  ///
  /// @param name what it is called in messages, such as `chat template`
  /// @throws TemplateException naming the template and the line that cannot be read
  public static Template parse(String source, String name) {
    try {
      return new Template(name, Parser.parse(source));
    } catch (Trouble t) {
      throw new TemplateException(name + ": line " + t.lineOr(1) + ": " + t.getMessage(), t);
    }
  }

  /// Renders it.
  ///
  /// @param variables what the template sees: texts, booleans, numbers, null, and lists and maps
  ///   with text keys of such values
  /// @param clock what `strftime_now` reads
  /// @throws TemplateException with the template's own message when it calls `raise_exception`;
  ///   naming the template and the line when it asks for what is not there, or for too much
  public Rendering render(Map<String, ? extends @Nullable Object> variables, Clock clock) {
    Budget budget = new Budget();
    Interpreter interpreter = new Interpreter(budget);
    try {
      Scope context = new Scope(new Functions(budget, clock).scope());
      variables.forEach((variable, value) -> context.set(variable, Value.of(value)));
      return interpreter.render(body, new Scope(context));
    } catch (Trouble t) {
      int line = t.lineOr(Math.max(1, interpreter.line()));
      throw new TemplateException(name + ": line " + line + ": " + t.getMessage(), t);
    }
  }
}
