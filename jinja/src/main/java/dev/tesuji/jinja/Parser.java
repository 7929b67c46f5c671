package dev.tesuji.jinja;

import dev.tesuji.jinja.Expression.Attribute;
import dev.tesuji.jinja.Expression.Name;
import dev.tesuji.jinja.Expression.TupleOf;
import dev.tesuji.jinja.Statement.Branch;
import dev.tesuji.jinja.Statement.Loops;
import dev.tesuji.jinja.Statement.Macro;
import dev.tesuji.jinja.Statement.Parameter;
import dev.tesuji.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// Reads the statements of a template.
final class Parser {
  private static final Set<String> OTHER_FILES = Set.of("include", "import", "from", "extends");
  private static final List<String> TAGS =
      List.of(
          "if",
          "for",
          "set",
          "macro",
          "call",
          "filter",
          "with",
          "generation",
          "autoescape",
          "break",
          "continue",
          "raw");

  private final TokenStream in;
  private final ExpressionParser expressions;
  private int loops; // how many the statement being read stands in

  private Parser(TokenStream in) {
    this.in = in;
    this.expressions = new ExpressionParser(in);
  }

  /// Reads a whole template.
  ///
  /// @throws Trouble with the line where it cannot be read
  static List<Statement> parse(String source) {
    Parser parser = new Parser(new TokenStream(Lexer.tokens(source)));
    return parser.body(0);
  }

  /// Reads statements up to a tag that ends them, and stands at that tag's name then; the whole
  /// template where no tag is named.
  private List<Statement> body(int begun, String... ends) {
    in.enter();
    List<Statement> body = new ArrayList<>();
    while (true) {
      Token token = in.next();
      switch (token.kind()) {
        case DATA -> body.add(new Statement.Data(token.text()));
        case PRINT_BEGIN -> {
          body.add(new Statement.Print(expressions.tuple(), token.line()));
          in.expect(Kind.PRINT_END, "'}}'");
        }
        case BLOCK_BEGIN -> {
          if (in.peek().kind() == Kind.NAME && Arrays.asList(ends).contains(in.peek().text())) {
            in.leave();
            return body;
          }
          body.add(statement());
        }
        default -> {
          if (ends.length > 0) {
            throw new Trouble(
                begun, "a tag that begins here has no '" + ends[ends.length - 1] + "'");
          }
          in.leave();
          return body;
        }
      }
    }
  }

  private void endOfTag() {
    in.expect(Kind.BLOCK_END, "'%}'");
  }

  /// Reads the body of a tag to its end.
  private List<Statement> bodyTo(int begun, String end) {
    endOfTag();
    List<Statement> body = body(begun, end);
    in.next();
    endOfTag();
    return body;
  }

  private Statement statement() {
    Token tag = in.expect(Kind.NAME, "a tag's name");
    int line = tag.line();
    return switch (tag.text()) {
      case "if" -> condition(line);
      case "for" -> loop(line);
      case "set" -> set(line);
      case "macro" -> {
        String name = in.expect(Kind.NAME, "a macro's name").text();
        yield new Statement.Define(macro(name, line, "endmacro"));
      }
      case "call" -> call(line);
      case "filter" -> {
        Expression filters = expressions.filterChain(Statement.WRITTEN);
        yield new Statement.FilterBlock(filters, bodyTo(line, "endfilter"), line);
      }
      case "with" -> with(line);
      case "autoescape" -> {
        Expression on = expressions.expression();
        yield new Statement.Autoescape(on, bodyTo(line, "endautoescape"), line);
      }
      case "generation" -> new Statement.Generation(outsideOfLoops(line, "endgeneration"));
      case "break", "continue" -> jump(tag);
      default -> throw unknown(tag);
    };
  }

  private static Trouble unknown(Token tag) {
    String name = tag.text();
    if (OTHER_FILES.contains(name)) {
      return new Trouble(
          tag.line(), "'" + name + "' needs other files, which a chat template cannot have");
    }
    if (name.equals("block")) {
      return new Trouble(
          tag.line(),
          "'block' marks what other templates replace, which a chat template has none of; write its"
              + " body without the tag");
    }
    if (name.startsWith("end") || name.equals("else") || name.equals("elif")) {
      return new Trouble(tag.line(), "'" + name + "' has nothing to end here");
    }
    return new Trouble(tag.line(), "unknown tag '" + name + "'" + Suggestion.hint(name, TAGS));
  }

  private Statement jump(Token tag) {
    if (loops == 0) {
      throw new Trouble(tag.line(), "'" + tag.text() + "' must stand inside a loop");
    }
    endOfTag();
    return tag.text().equals("break") ? new Statement.Break() : new Statement.Continue();
  }

  private Statement condition(int line) {
    List<Branch> branches = new ArrayList<>();
    List<Statement> otherwise = List.of();
    String tag = "elif";
    while (!tag.equals("endif")) {
      if (tag.equals("elif")) {
        Expression test = expressions.tuple();
        endOfTag();
        branches.add(new Branch(test, body(line, "elif", "else", "endif")));
      } else {
        endOfTag();
        otherwise = body(line, "endif");
      }
      tag = in.next().text();
    }
    endOfTag();
    return new Statement.If(branches, otherwise);
  }

  private Statement loop(int line) {
    Expression target = target();
    in.expectName("in");
    Expression over = expressions.iterated();
    Expression condition = in.skipName("if") ? expressions.expression() : null;
    boolean recursive = in.skipName("recursive");
    endOfTag();
    loops++;
    List<Statement> body = body(line, "else", "endfor");
    loops--;
    List<Statement> otherwise = List.of();
    if (in.next().isName("else")) {
      endOfTag();
      otherwise = body(line, "endfor");
      in.next();
    }
    endOfTag();
    return new Statement.For(new Loops(target, over, condition, recursive), body, otherwise, line);
  }

  /// Reads a name, or several with commas between them, maybe in parentheses.
  private Expression target() {
    List<Expression> targets = new ArrayList<>();
    boolean tuple = false;
    do {
      if (targets.size() > 0 && !(in.peek().kind() == Kind.NAME || in.peek().isOperator("("))) {
        break; // a comma at the end
      }
      if (in.skipOperator("(")) {
        in.enter();
        targets.add(target());
        in.leave();
        in.expectOperator(")");
      } else {
        targets.add(new Name(in.expect(Kind.NAME, "a variable's name").text()));
      }
      tuple |= in.peek().isOperator(",");
    } while (in.skipOperator(","));
    return tuple ? new TupleOf(targets) : targets.getFirst();
  }

  private Statement set(int line) {
    Expression target = target();
    if (target instanceof Name name && in.skipOperator(".")) {
      target = new Attribute(name, in.expect(Kind.NAME, "a field's name").text(), line);
    }
    if (in.skipOperator("=")) {
      Expression value = expressions.tuple();
      endOfTag();
      return new Statement.Set(target, value, line);
    }
    Expression filters = Statement.WRITTEN;
    if (in.skipOperator("|")) {
      filters = expressions.filterChain(filters);
    }
    return new Statement.SetBlock(target, filters, bodyTo(line, "endset"), line);
  }

  private Macro macro(String name, int line, String end) {
    List<Parameter> parameters = in.peek().isOperator("(") ? parameters() : List.of();
    return macro(name, parameters, line, end);
  }

  private Macro macro(String name, List<Parameter> parameters, int line, String end) {
    int place = in.place();
    List<Statement> body = outsideOfLoops(line, end);
    boolean more = in.hasNameSince(place, "varargs");
    return new Macro(name, parameters, body, more, in.hasNameSince(place, "kwargs"));
  }

  /// Reads a body that `break` cannot leave.
  private List<Statement> outsideOfLoops(int line, String end) {
    int around = loops;
    loops = 0;
    List<Statement> body = bodyTo(line, end);
    loops = around;
    return body;
  }

  private List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    in.expectOperator("(");
    while (!in.skipOperator(")")) {
      String name = in.expect(Kind.NAME, "a parameter's name").text();
      Expression value = in.skipOperator("=") ? expressions.expression() : null;
      if (value == null && !parameters.isEmpty() && parameters.getLast().value() != null) {
        throw new Trouble(
            in.line(), "parameter '" + name + "' must have a default, as the one before it");
      }
      parameters.add(new Parameter(name, value));
      if (!in.peek().isOperator(")")) {
        in.expectOperator(",");
      }
    }
    return parameters;
  }

  private Statement call(int line) {
    List<Parameter> parameters = in.peek().isOperator("(") ? parameters() : List.of();
    if (expressions.expression() instanceof Expression.Call call) {
      return new Statement.CallBlock(macro("caller", parameters, line, "endcall"), call, line);
    }
    throw new Trouble(line, "'call' must be followed by a call, such as name(...)");
  }

  private Statement with(int line) {
    List<Expression> targets = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (in.peek().kind() != Kind.BLOCK_END) {
      if (!targets.isEmpty()) {
        in.expectOperator(",");
      }
      targets.add(new Name(in.expect(Kind.NAME, "a variable's name").text()));
      in.expectOperator("=");
      values.add(expressions.expression());
    }
    return new Statement.With(targets, values, bodyTo(line, "endwith"));
  }
}
