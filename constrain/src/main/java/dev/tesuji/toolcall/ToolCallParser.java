package dev.tesuji.toolcall;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Tells the calls of tools from the text of an answer, which comes whole or piece by piece.
///
/// What the pieces give, joined, is what the whole gives: both go the same way. A call that is
/// malformed, or cut off, is text. A call's arguments come once the call is complete and known to
/// be right; with a grammar behind the model ([ToolGrammar]) nothing can be malformed, and
/// [#ofForcedCalls] lets them through as they are written (cut off, they stay what they are, as
/// OpenAI has it).
public final class ToolCallParser {
  private enum Place {
    TEXT,
    CALL,
    ARGUMENTS,
    TAIL,
    PLAIN
  }

  private final ToolFormat format;
  private final CallSyntax syntax;
  private final boolean forced;
  private final Supplier<String> ids;
  private final StringBuilder buffer = new StringBuilder();
  private final StringBuilder blank = new StringBuilder();
  private List<Delta> found = new ArrayList<>();
  private JsonEnd arguments = new JsonEnd();
  private JsonEnd watch = new JsonEnd(); // over a call that is held back
  private int watched = -1;
  private Place place = Place.TEXT;
  private boolean started;
  private int calls;

  private ToolCallParser(ToolFormat format, boolean forced, Supplier<String> ids) {
    this.format = format;
    this.syntax = new CallSyntax(format);
    this.forced = forced;
    this.ids = ids;
  }

  /// Makes a parser of what a model writes of its own will.
  ///
  /// @param ids makes the calls' ids, as [ToolCallIds] does
  public static ToolCallParser of(ToolFormat format, Supplier<String> ids) {
    return new ToolCallParser(format, false, ids);
  }

  /// Makes a parser of what a model writes under a [ToolGrammar].
  ///
  /// @param ids makes the calls' ids, as [ToolCallIds] does
  public static ToolCallParser ofForcedCalls(ToolFormat format, Supplier<String> ids) {
    return new ToolCallParser(format, true, ids);
  }

  /// An answer as a whole.
  ///
  /// @param text what is not part of a call
  /// @param calls the calls in order
  public record Answer(String text, List<ToolCall> calls) {}

  /// Parses a whole answer.
  public Answer parse(String answer) {
    List<Delta> all = new ArrayList<>(accept(answer));
    all.addAll(finish());
    return joined(all);
  }

  /// Puts pieces together.
  public static Answer joined(List<Delta> deltas) {
    StringBuilder text = new StringBuilder();
    List<Delta.Begin> begins = new ArrayList<>();
    List<StringBuilder> arguments = new ArrayList<>();
    for (Delta delta : deltas) {
      switch (delta) {
        case Delta.Text t -> text.append(t.text());
        case Delta.Begin b -> {
          begins.add(b);
          arguments.add(new StringBuilder());
        }
        case Delta.Arguments a -> arguments.get(a.index()).append(a.json());
      }
    }
    List<ToolCall> calls = new ArrayList<>();
    for (int i = 0; i < begins.size(); i++) {
      calls.add(
          new ToolCall(begins.get(i).id(), begins.get(i).name(), arguments.get(i).toString()));
    }
    return new Answer(text.toString(), calls);
  }

  /// Takes a piece, and returns what is certain now.
  public List<Delta> accept(String piece) {
    buffer.append(piece);
    return drain(false);
  }

  /// Ends the answer, and returns what was held back.
  public List<Delta> finish() {
    List<Delta> all = drain(true);
    if (calls == 0 && !blank.isEmpty()) { // blanks around calls are dropped, but not a whole answer
      all.add(new Delta.Text(blank.toString()));
      blank.setLength(0);
    }
    return all;
  }

  /// Returns how many calls have begun.
  public int calls() {
    return calls;
  }

  private List<Delta> drain(boolean last) {
    found = new ArrayList<>();
    boolean moved = true;
    while (moved && !buffer.isEmpty()) {
      moved =
          switch (place) {
            case TEXT -> format.isMarked() ? text(last) : start(last);
            case CALL -> call(last);
            case ARGUMENTS -> arguments();
            case TAIL -> tail(last);
            case PLAIN -> {
              say(buffer.length());
              yield false;
            }
          };
    }
    return found;
  }

  /// Lets text through up to the next mark, or what may be the beginning of one.
  private boolean text(boolean last) {
    String mark = "";
    int at = buffer.length();
    for (String m : marks()) {
      int here = buffer.indexOf(m);
      if (here >= 0 && here < at) {
        at = here;
        mark = m;
      }
    }
    if (!mark.isEmpty()) {
      say(at);
      if (syntax.ignored().contains(mark)) {
        buffer.delete(0, mark.length());
      } else {
        enterCall();
      }
      return true;
    }
    say(last ? buffer.length() : buffer.length() - heldBack());
    return false;
  }

  private void enterCall() {
    place = Place.CALL;
    watched = -1;
  }

  private List<String> marks() {
    List<String> marks = new ArrayList<>(syntax.openings());
    marks.addAll(syntax.ignored());
    return marks;
  }

  /// Returns how many characters at the end may be the beginning of a mark.
  private int heldBack() {
    int held = 0;
    for (String mark : marks()) {
      for (int n = Math.min(mark.length() - 1, buffer.length()); n > held; n--) {
        if (mark.startsWith(buffer.substring(buffer.length() - n))) {
          held = n;
        }
      }
    }
    return held;
  }

  /// Sees whether an answer without marks is a call: it starts with a brace. Behind a call another
  /// may come after a semicolon.
  private boolean start(boolean last) {
    int at = 0;
    while (at < buffer.length()
        && (Character.isWhitespace(buffer.charAt(at)) || (calls > 0 && buffer.charAt(at) == ';'))) {
      at++;
    }
    String rest = buffer.substring(at);
    if (!started && rest.startsWith(Marks.PYTHON)) {
      started = true;
      buffer.delete(0, at + Marks.PYTHON.length());
      return true;
    }
    if (rest.startsWith("{")) {
      buffer.delete(0, at);
      enterCall();
      return true;
    }
    boolean open = rest.isEmpty() || (!started && Marks.PYTHON.startsWith(rest));
    if (!open || last) {
      if (rest.isEmpty() && calls > 0) {
        buffer.setLength(0);
      } else {
        place = Place.PLAIN;
      }
      return !buffer.isEmpty();
    }
    return false;
  }

  private boolean call(boolean last) {
    if (!last && !mayBeWhole()) {
      return false;
    }
    String text = buffer.toString();
    CallSyntax.Head head = forced ? syntax.head(text) : null;
    if (head != null) {
      begin(head.name());
      buffer.delete(0, head.length());
      arguments = new JsonEnd();
      place = Place.ARGUMENTS;
      return true;
    }
    return switch (syntax.read(text, last)) {
      case CallSyntax.Read.Call c -> {
        begin(c.name());
        found.add(new Delta.Arguments(calls - 1, c.arguments()));
        buffer.delete(0, c.length());
        place = Place.TEXT;
        yield true;
      }
      case CallSyntax.Read.Unfinished _ -> false;
      case CallSyntax.Read.Malformed _ -> {
        say(format.isMarked() ? syntax.openings().getFirst().length() : buffer.length());
        place = format.isMarked() ? Place.TEXT : Place.PLAIN;
        yield true;
      }
    };
  }

  /// Returns whether it is worth while to look at a call: a long one is not read from its start for
  /// each piece.
  private boolean mayBeWhole() {
    if (forced) {
      return true; // its arguments are not held back
    }
    if (watched < 0) {
      watched = buffer.indexOf("{");
      watch = new JsonEnd();
    }
    if (watched < 0) {
      return true;
    }
    if (!watch.ended() || watched == buffer.indexOf("{")) {
      watched += watch.read(buffer, watched);
    }
    return watch.ended();
  }

  private void begin(String name) {
    blank.setLength(0);
    found.add(new Delta.Begin(calls++, ids.get(), name));
  }

  private boolean arguments() {
    int length = arguments.read(buffer, 0);
    found.add(new Delta.Arguments(calls - 1, buffer.substring(0, length)));
    buffer.delete(0, length);
    if (arguments.ended()) {
      place = Place.TAIL;
    }
    return arguments.ended();
  }

  private boolean tail(boolean last) {
    int length = syntax.tail(buffer.toString(), last);
    if (length < 0) {
      return false;
    }
    buffer.delete(0, length);
    place = Place.TEXT;
    return true;
  }

  /// Lets text through. Blanks at its end wait for what follows: before a call and behind one they
  /// are dropped.
  private void say(int length) {
    String text = buffer.substring(0, length);
    buffer.delete(0, length);
    String stripped = text.stripTrailing();
    if (!stripped.isEmpty()) {
      found.add(new Delta.Text(blank + stripped));
      blank.setLength(0);
    }
    blank.append(text, stripped.length(), text.length());
  }
}
