package dev.tesuji.serve;

import dev.tesuji.check.BadInput;
import dev.tesuji.constrain.Grammar;
import dev.tesuji.constrain.GrammarCache;
import dev.tesuji.json.Json;
import dev.tesuji.serve.api.ApiError;
import dev.tesuji.serve.api.RequestBody;
import dev.tesuji.serve.api.ToolFields;
import dev.tesuji.serve.model.SlowWork;
import dev.tesuji.toolcall.ToolFormat;
import dev.tesuji.toolcall.ToolGrammar;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Finds the grammar that an answer must keep: that of a schema, of a regular expression, of calls.
final class Structure {
  private static final long LARGEST = 24L << 20; // bytes that a grammar may come to take
  private static final int SHARE = 8; // of Java's memory, one part in so many for grammars
  private static final GrammarCache KNOWN =
      new GrammarCache(Math.clamp(Runtime.getRuntime().maxMemory() / SHARE / LARGEST, 4, 128));
  private static final int LONG = 1 << 12; // characters

  private Structure() {}

  /// Returns the grammar of what a request asks for; null where the answer is free.
  ///
  /// @throws ApiError naming the field whose schema or expression is wrong or not supported
  static @Nullable Grammar of(RequestBody body, ToolFields tools, ToolFormat format) {
    Grammar text = format(body);
    if (tools.tools() == null) {
      return text;
    }
    List<ToolGrammar.Tool> all = ToolGrammar.tools(tools.tools());
    String key = format + " " + tools.several() + " " + Json.line(tools.tools());
    if (tools.mustCall()) {
      return known(
          "tools", "required " + key, () -> ToolGrammar.required(format, all, tools.several()));
    }
    if (text != null) {
      Grammar calls =
          known(
              "tools", "required " + key, () -> ToolGrammar.required(format, all, tools.several()));
      return Grammar.choice(List.of(text, calls)).compiled();
    }
    if (!format.isMarked()) {
      return null;
    }
    try {
      return known(
          "tools",
          "auto " + key,
          () -> ToolGrammar.auto(format, all, tools.several()).orElseThrow());
    } catch (ApiError e) {
      if (tools.strict()) {
        throw e;
      }
      return null; // a free answer may call tools too
    }
  }

  private static @Nullable Grammar format(RequestBody body) {
    List<Grammar> all = new ArrayList<>();
    RequestBody asked = body.object("response_format");
    if (asked != null) {
      add(all, responseFormat(asked));
    }
    JsonNode schema = body.get("guided_json");
    if (schema != null) {
      all.add(schema("guided_json", schema));
    }
    String expression = body.text("guided_regex");
    if (expression != null) {
      all.add(expression("guided_regex", expression));
    }
    JsonNode choice = body.get("guided_choice");
    if (choice != null) {
      all.add(choice(body, "guided_choice", choice));
    }
    RequestBody outputs = body.object("structured_outputs");
    if (outputs != null) {
      add(all, structuredOutputs(outputs));
    }
    if (all.size() > 1) {
      throw ApiError.invalid(
          "response_format", "response_format must be the only format asked for");
    }
    return all.isEmpty() ? null : all.getFirst();
  }

  private static void add(List<Grammar> all, @Nullable Grammar grammar) {
    if (grammar != null) {
      all.add(grammar);
    }
  }

  private static @Nullable Grammar responseFormat(RequestBody asked) {
    List<String> types = List.of("text", "json_object", "json_schema", "regex");
    return switch (asked.word("type", "", types)) {
      case "text" -> null;
      case "json_object" -> known(asked.path("type"), "json", Grammar::json);
      case "regex" -> {
        String expression = asked.text("pattern");
        expression = expression == null ? asked.text("regex") : expression;
        if (expression == null) {
          throw asked.wrong("pattern", "a regular expression", "nothing");
        }
        yield expression(asked.path("pattern"), expression);
      }
      case "json_schema" -> {
        RequestBody named = asked.object("json_schema");
        RequestBody from = named == null ? asked : named; // responses have it flat
        JsonNode schema = from.get("schema");
        if (schema == null) {
          throw from.wrong("schema", "a schema", "nothing");
        }
        yield schema(from.path("schema"), schema);
      }
      default -> throw asked.wrong("type", "one of " + String.join(", ", types), "nothing");
    };
  }

  private static @Nullable Grammar structuredOutputs(RequestBody outputs) {
    JsonNode schema = outputs.get("json");
    String expression = outputs.text("regex");
    JsonNode choice = outputs.get("choice");
    if (schema != null) {
      return schema(outputs.path("json"), schema);
    }
    if (expression != null) {
      return expression(outputs.path("regex"), expression);
    }
    return choice == null ? null : choice(outputs, "choice", choice);
  }

  private static Grammar schema(String param, JsonNode schema) {
    String text = schema.isString() ? schema.stringValue() : Json.line(schema);
    return known(param, "schema " + text, () -> Grammar.jsonSchema(text));
  }

  private static Grammar expression(String param, String expression) {
    return known(param, "regex " + expression, () -> Grammar.regex(expression));
  }

  private static Grammar choice(RequestBody body, String name, JsonNode choice) {
    boolean texts = choice.isArray() && choice.valueStream().allMatch(JsonNode::isString);
    if (!texts || choice.isEmpty()) {
      throw body.wrong(name, "a list of texts", choice);
    }
    List<Grammar> all =
        choice.valueStream().map(JsonNode::stringValue).map(Grammar::literal).toList();
    return known(body.path(name), "choice " + choice, () -> Grammar.choice(all).compiled());
  }

  private static Grammar known(String param, String key, Supplier<Grammar> make) {
    try {
      return KNOWN.get(key.length() < LONG ? key : digest(key), () -> SlowWork.apart(make));
    } catch (BadInput | IllegalArgumentException e) {
      throw ApiError.invalid(param, param + ": " + e.getMessage());
    }
  }

  /// Returns what stands for a long text: it would be kept as long as its grammar.
  private static String digest(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
