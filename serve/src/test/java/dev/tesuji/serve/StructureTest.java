package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.Json;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Schemas, expressions and calls, written by a model whose every byte is random.
@Timeout(60)
class StructureTest {
  private static final String SCHEMA =
      "{\"type\": \"object\", \"properties\": {\"age\": {\"type\": \"integer\", \"minimum\": 0,"
          + " \"maximum\": 99}, \"kind\": {\"enum\": [\"cat\", \"dog\"]}}, \"required\": [\"age\","
          + " \"kind\"], \"additionalProperties\": false}";
  private static final String TOOLS =
      "\"tools\": [{\"type\": \"function\", \"function\": {\"name\": \"look\", \"parameters\": "
          + SCHEMA
          + "}}, {\"type\": \"function\", \"function\": {\"name\": \"wait\"}}]";

  private static TestServer server;

  @BeforeAll
  static void open() {
    server = new TestServer();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static String format(String schema) {
    return "\"response_format\": {\"type\": \"json_schema\", \"json_schema\": {\"name\": \"x\","
        + " \"strict\": true, \"schema\": "
        + schema
        + "}}";
  }

  private static JsonNode choice(String start, String fields) {
    TestServer.Got got = server.chat(start, fields);
    assertThat(got.status()).as(got.body()).isEqualTo(200);
    return got.json().path("choices").path(0);
  }

  private static void requireAnimal(String text) {
    JsonNode json = Json.MAPPER.readTree(text);
    assertThat(json.path("age").asInt(-1)).isBetween(0, 99);
    assertThat(json.path("kind").asString()).isIn("cat", "dog");
    assertThat(json.size()).isEqualTo(2);
  }

  @Test
  void anAnswerKeepsItsSchema() {
    int finished = 0;
    for (int seed = 0; seed < 10; seed++) {
      String fields = format(SCHEMA) + ", \"max_tokens\": 200, \"seed\": " + seed;
      JsonNode choice = choice(seed % 2 == 0 ? "[free]" : "", fields);
      if (choice.path("finish_reason").asString().equals("stop")) {
        requireAnimal(choice.path("message").path("content").asString());
        finished++;
      }
    }
    assertThat(finished).isGreaterThan(5);
  }

  @Test
  void aSchemaHoldsAfterTheThinking() {
    JsonNode message = choice("[think]", format(SCHEMA) + ", \"seed\": 1").path("message");
    assertThat(message.path("reasoning_content").asString()).isEqualTo("Let me see.");
    requireAnimal(message.path("content").asString());
    JsonNode opened =
        choice("<think>", format(SCHEMA) + ", \"seed\": 1, \"thinking_budget_tokens\": 1")
            .path("message");
    assertThat(opened.path("reasoning_content").asString()).isEqualTo("Let me");
    requireAnimal(opened.path("content").asString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"guided_regex\": \"[ab]{3}-[0-9]{2}\";[ab]{3}-[0-9]{2}",
        "\"response_format\": {\"type\": \"regex\", \"pattern\": \"(yes|no)!\"};(yes|no)!",
        "\"structured_outputs\": {\"regex\": \"x{4}\"};x{4}",
        "\"guided_choice\": [\"left\", \"right\"];left|right",
        "\"guided_json\": {\"const\": 5};5",
      })
  void anAnswerMatchesItsExpression(String fields, String expression) {
    JsonNode choice = choice("[free]", fields + ", \"seed\": 4, \"min_tokens\": 500");
    assertThat(choice.path("message").path("content").asString()).matches(expression);
    assertThat(choice.path("finish_reason").asString()).isEqualTo("stop");
  }

  @Test
  void aCallThatIsRequiredComesWithoutText() {
    String fields = TOOLS + ", \"tool_choice\": \"required\", \"parallel_tool_calls\": false";
    for (int seed = 0; seed < 4; seed++) {
      JsonNode choice = choice("[free]", fields + ", \"max_tokens\": 400, \"seed\": " + seed);
      JsonNode message = choice.path("message");
      assertThat(message.path("content").isNull()).isTrue();
      JsonNode function = message.path("tool_calls").path(0).path("function");
      assertThat(function.path("name").asString()).isIn("look", "wait");
      if (choice.path("finish_reason").asString().equals("tool_calls")) {
        Json.MAPPER.readTree(function.path("arguments").asString());
      }
    }
  }

  @Test
  void aNamedToolIsCalled() {
    String named =
        TOOLS
            + ", \"tool_choice\": {\"type\": \"function\", \"function\": {\"name\": \"look\"}},"
            + " \"seed\": 7, \"max_tokens\": 400";
    JsonNode whole = choice("", named);
    JsonNode call = whole.path("message").path("tool_calls").path(0);
    assertThat(whole.path("finish_reason").asString()).isEqualTo("tool_calls");
    assertThat(call.path("id").asString()).startsWith("call_");
    assertThat(call.path("type").asString()).isEqualTo("function");
    assertThat(call.path("function").path("name").asString()).isEqualTo("look");
    requireAnimal(call.path("function").path("arguments").asString());
    StringBuilder arguments = new StringBuilder();
    List<JsonNode> events = server.chat("", named + ", \"stream\": true").events();
    int begun = 0;
    for (JsonNode event : events) {
      JsonNode delta = event.path("choices").path(0).path("delta").path("tool_calls").path(0);
      if (delta.has("id")) {
        begun++;
        assertThat(delta.path("function").path("name").asString()).isEqualTo("look");
      }
      if (!delta.isMissingNode()) {
        assertThat(delta.path("index").asInt(-1)).isZero();
        arguments.append(delta.path("function").path("arguments").asString());
      }
    }
    assertThat(begun).isEqualTo(1);
    assertThat(arguments.toString()).isEqualTo(call.path("function").path("arguments").asString());
    assertThat(events.getLast().path("choices").path(0).path("finish_reason").asString())
        .isEqualTo("tool_calls");
  }

  @Test
  void whoeverMayCallToolsMayAlsoAnswer() {
    assertThat(choice("", TOOLS).path("message").path("content").asString())
        .isEqualTo("Hello world!");
    assertThat(choice("", TOOLS + ", \"tool_choice\": \"none\"").path("finish_reason").asString())
        .isEqualTo("stop");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"response_format\": {\"type\": \"xml\"}|response_format.type",
        "\"response_format\": {\"type\": \"json_schema\"}|response_format.schema",
        "\"guided_regex\": \"(\"|guided_regex",
        "\"tools\": {}|tools",
        "\"tools\": [{\"type\": \"function\"}]|tools[0].function",
        "\"tools\": [{\"type\": \"web\"}]|tools[0].type",
        "\"tool_choice\": \"required\"|tool_choice",
      })
  void whatIsWrongIsRefusedByName(String fields, String param) {
    TestServer.Got got = server.chat("", fields);
    assertThat(got.status()).as(got.body()).isEqualTo(400);
    assertThat(got.json().path("error").path("param").asString()).isEqualTo(param);
  }

  @Test
  void aKeywordThatIsNotSupportedIsRefusedByName() {
    TestServer.Got got =
        server.chat("", format("{\"type\": \"array\", \"unevaluatedItems\": false}"));
    assertThat(got.status()).isEqualTo(400);
    assertThat(got.json().path("error").path("param").asString())
        .isEqualTo("response_format.json_schema.schema");
    assertThat(got.json().path("error").path("message").asString()).contains("unevaluatedItems");
    assertThat(
            server
                .chat("", TOOLS + ", \"tool_choice\": {\"function\": {\"name\": \"x\"}}")
                .status())
        .isEqualTo(400);
  }
}
