package dev.tesuji.toolcall;

import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;

/// Reads one call at the start of a text.
final class CallSyntax {
  /// What stands at the start of a text.
  sealed interface Read {
    /// A call, with how many characters it takes.
    record Call(String name, String arguments, int length) implements Read {}

    /// The beginning of a call, as far as it has come.
    record Unfinished() implements Read {}

    /// No call, whatever comes.
    record Malformed() implements Read {}
  }

  /// The beginning of a call up to its arguments, whose brace follows.
  ///
  /// @param name the tool's name
  /// @param length how many characters stand before the brace
  record Head(String name, int length) {}

  private static final String MEMBERS =
      "\\s*\\{\\s*(?:\"type\"\\s*:\\s*\"function\"\\s*,\\s*)?\"name\"\\s*:\\s*\"([^\"\\\\]{1,256})\""
          + "\\s*,\\s*\"(?:arguments|parameters)\"\\s*:\\s*(?=\\{)";

  private static final int LONGEST_NAME = 4096;

  private final ToolFormat format;
  private final Pattern head;

  CallSyntax(ToolFormat format) {
    this.format = format;
    this.head =
        Pattern.compile(
            switch (format) {
              case HERMES -> Pattern.quote(Marks.HERMES_BEGIN) + MEMBERS;
              case LLAMA -> MEMBERS;
              case DEEPSEEK, DEEPSEEK_V31 ->
                  Pattern.quote(Marks.CALL_BEGIN)
                      + "(?:function"
                      + Pattern.quote(Marks.SEPARATOR)
                      + "([^\\n<]+)\\n```json\\n\\s*|([^\\n<]+)"
                      + Pattern.quote(Marks.SEPARATOR)
                      + "\\s*)(?=\\{)";
            });
  }

  /// Returns what a call begins with.
  List<String> openings() {
    return switch (format) {
      case HERMES -> List.of(Marks.HERMES_BEGIN);
      case DEEPSEEK, DEEPSEEK_V31 -> List.of(Marks.CALL_BEGIN);
      case LLAMA -> List.of();
    };
  }

  /// Returns marks around several calls, which are no text.
  List<String> ignored() {
    return switch (format) {
      case HERMES, LLAMA -> List.of();
      case DEEPSEEK, DEEPSEEK_V31 -> List.of(Marks.CALLS_BEGIN, Marks.CALLS_END);
    };
  }

  /// Returns what ends a call, behind its object.
  private List<String> closing() {
    return switch (format) {
      case HERMES -> List.of(Marks.HERMES_END);
      case LLAMA -> List.of();
      case DEEPSEEK -> List.of("```", Marks.CALL_END);
      case DEEPSEEK_V31 -> List.of(Marks.CALL_END);
    };
  }

  /// Returns the beginning of a call whose arguments have begun, or null.
  @Nullable Head head(CharSequence text) {
    Matcher m = head.matcher(text);
    if (!m.lookingAt()) {
      return null;
    }
    boolean second = m.group(1) == null;
    return new Head(m.group(second ? 2 : 1).strip(), m.end());
  }

  /// Reads a call at the start of a text.
  ///
  /// @param last whether nothing follows
  Read read(String text, boolean last) {
    return switch (format) {
      case HERMES -> object(text, Marks.HERMES_BEGIN.length(), last);
      case LLAMA -> object(text, 0, last);
      case DEEPSEEK, DEEPSEEK_V31 -> marked(text, last);
    };
  }

  private Read object(String text, int from, boolean last) {
    int start = skipBlank(text, from);
    if (start == text.length()) {
      return last ? new Read.Malformed() : new Read.Unfinished();
    }
    JsonEnd end = new JsonEnd();
    int length = text.charAt(start) == '{' ? end.read(text, start) : 0;
    if (length == 0 || (!end.ended() && last)) {
      return new Read.Malformed();
    }
    if (!end.ended()) {
      return new Read.Unfinished();
    }
    JsonNode call = parsed(text.substring(start, start + length));
    if (call == null || !call.path("name").isString() || call.path("name").asString().isEmpty()) {
      return new Read.Malformed();
    }
    String arguments =
        arguments(
            call.has("arguments") ? call.get("arguments") : call.get("parameters"),
            text.substring(start, start + length));
    return arguments == null
        ? new Read.Malformed()
        : closed(
            new Read.Call(call.get("name").stringValue(), arguments, start + length), text, last);
  }

  /// Returns arguments as they were written, where their place is plain, else as they mean.
  private @Nullable String arguments(@Nullable JsonNode value, String call) {
    if (value == null || value.isNull()) {
      return null;
    }
    if (value.isString()) { // an object that was written as text
      JsonNode inside = parsed(value.stringValue());
      return inside != null && inside.isObject() ? value.stringValue() : null;
    }
    if (!value.isObject()) {
      return null;
    }
    Matcher m = Pattern.compile(MEMBERS).matcher(call);
    if (m.lookingAt()) {
      return call.substring(m.end(), m.end() + new JsonEnd().read(call, m.end()));
    }
    return Json.line(value);
  }

  private Read marked(String text, boolean last) {
    Head start = head(text);
    if (start == null) {
      boolean hopeless = last || text.length() > LONGEST_NAME || text.contains(Marks.CALL_END);
      return hopeless ? new Read.Malformed() : new Read.Unfinished();
    }
    JsonEnd end = new JsonEnd();
    int length = end.read(text, start.length);
    if (!end.ended()) {
      return last ? new Read.Malformed() : new Read.Unfinished();
    }
    String arguments = text.substring(start.length, start.length + length);
    if (parsed(arguments) == null) {
      return new Read.Malformed();
    }
    return closed(new Read.Call(start.name, arguments, start.length + length), text, last);
  }

  /// Reads what closes a call; where it is missing, the call is one all the same.
  private Read closed(Read.Call call, String text, boolean last) {
    int tail = tail(text.substring(call.length), closing(), last);
    return tail < 0
        ? new Read.Unfinished()
        : new Read.Call(call.name, call.arguments, call.length + tail);
  }

  /// Returns how many characters at the start of a text close a call whose arguments have ended, or
  /// -1 where more may come.
  int tail(String text, boolean last) {
    List<String> parts = new ArrayList<>();
    if (format == ToolFormat.HERMES || format == ToolFormat.LLAMA) {
      parts.add("}");
    }
    parts.addAll(closing());
    return tail(text, parts, last);
  }

  private static int tail(String text, List<String> parts, boolean last) {
    int at = 0;
    for (String part : parts) {
      at = skipBlank(text, at);
      if (text.startsWith(part, at)) {
        at += part.length();
      } else if (!last && part.startsWith(text.substring(at))) {
        return -1;
      }
    }
    return at;
  }

  private static int skipBlank(String text, int from) {
    int at = from;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static @Nullable JsonNode parsed(String json) {
    try {
      return Json.MAPPER
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .readTree(json);
    } catch (JacksonException e) {
      return null;
    }
  }
}
