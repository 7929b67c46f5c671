package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Timeout(60)
class ResponsesTest {
  private static TestServer server;

  @BeforeAll
  static void open() {
    server = new TestServer();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static TestServer.Got ask(String start, String fields) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("input", "Say it.");
    body.putObject("chat_template_kwargs").put("start", start);
    Json.MAPPER
        .readTree("{" + fields + "}")
        .properties()
        .forEach(e -> body.set(e.getKey(), e.getValue()));
    return server.post("/v1/responses", Json.line(body));
  }

  private static JsonNode respond(String start, String fields) {
    TestServer.Got got = ask(start, fields);
    assertThat(got.status()).as(got.body()).isEqualTo(200);
    return got.json();
  }

  private static List<JsonNode> events(String start, String fields) {
    List<JsonNode> events = new ArrayList<>();
    for (String line : ask(start, fields + ", \"stream\": true").body().lines().toList()) {
      if (line.startsWith("data: ")) {
        events.add(Json.MAPPER.readTree(line.substring("data: ".length())));
      }
    }
    return events;
  }

  @Test
  void aResponseHasOpenAisShape() {
    JsonNode json = respond("", "\"instructions\": \"Be brief.\", \"metadata\": {\"a\": \"b\"}");
    assertThat(json.path("object").asString()).isEqualTo("response");
    assertThat(json.path("status").asString()).isEqualTo("completed");
    JsonNode message = json.path("output").path(0);
    assertThat(message.path("type").asString()).isEqualTo("message");
    assertThat(message.path("status").asString()).isEqualTo("completed");
    assertThat(message.path("content").path(0).path("text").asString()).isEqualTo("Hello world!");
    assertThat(json.path("usage").path("output_tokens").asInt()).isEqualTo(5);
    assertThat(json.path("instructions").asString()).isEqualTo("Be brief.");
    assertThat(json.path("metadata").path("a").asString()).isEqualTo("b");
  }

  @Test
  void anAnswerThatIsCutIsIncomplete() {
    JsonNode json = respond("", "\"max_output_tokens\": 2");
    assertThat(json.path("status").asString()).isEqualTo("incomplete");
    assertThat(json.path("incomplete_details").path("reason").asString())
        .isEqualTo("max_output_tokens");
    assertThat(json.path("output").path(0).path("status").asString()).isEqualTo("incomplete");
  }

  @Test
  void eventsComeInOpenAisOrder() {
    List<JsonNode> events = events("[think]", "\"max_output_tokens\": 50");
    List<String> types = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.get(i).path("sequence_number").asInt(-1)).isEqualTo(i);
      String type = events.get(i).path("type").asString();
      if (types.isEmpty() || !types.getLast().equals(type)) {
        types.add(type);
      }
    }
    assertThat(types)
        .containsExactly(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.reasoning_text.delta",
            "response.reasoning_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed");
    JsonNode last = events.getLast().path("response");
    JsonNode whole = respond("[think]", "\"max_output_tokens\": 50");
    for (int i = 0; i < 2; i++) {
      assertThat(last.path("output").path(i).path("content").toString())
          .isEqualTo(whole.path("output").path(i).path("content").toString());
    }
    assertThat(whole.path("output").path(1).path("content").path(0).path("text").asString())
        .isEqualTo("The answer is café now");
  }

  private static List<String> tokens(JsonNode logProbs) {
    List<String> tokens = new ArrayList<>();
    logProbs.forEach(entry -> tokens.add(entry.path("token").asString()));
    return tokens;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"include\": [\"message.output_text.logprobs\"]",
        "\"include\": [\"reasoning.encrypted_content\"], \"top_logprobs\": 2",
        "\"top_logprobs\": 2, \"reasoning\": {\"summary\": \"auto\"}",
        "\"top_logprobs\": 2, \"reasoning_format\": \"hidden\"",
      })
  void logProbabilitiesAreThoseOfTheText(String fields) {
    List<String> streamed = new ArrayList<>();
    List<String> told = List.of();
    for (JsonNode event : events("[think]", fields)) {
      switch (event.path("type").asString()) {
        case "response.output_text.delta" -> streamed.addAll(tokens(event.path("logprobs")));
        case "response.output_text.done" -> told = tokens(event.path("logprobs"));
        default -> {}
      }
    }
    JsonNode output = respond("[think]", fields).path("output");
    JsonNode part = output.path(output.size() - 1).path("content").path(0);
    List<String> whole = tokens(part.path("logprobs"));
    // The blank after the thinking is a token of the answer, as in chat completions.
    assertThat(whole).startsWith("\n\n", "The answer", " is", " caf").endsWith(" now").hasSize(7);
    assertThat(streamed).isEqualTo(whole);
    assertThat(told).isEqualTo(whole);
    int top = fields.contains("top") ? 2 : 0;
    assertThat(part.path("logprobs").path(0).path("top_logprobs").size()).isEqualTo(top);
  }

  @Test
  void noLogProbabilitiesAreToldUnlessAskedFor() {
    JsonNode part = respond("", "\"n\": null").path("output").path(0).path("content").path(0);
    assertThat(part.path("logprobs").isArray()).isTrue();
    assertThat(part.path("logprobs").isEmpty()).isTrue();
  }

  @Test
  void callsAreItems() {
    String fields =
        "\"tools\": [{\"type\": \"function\", \"name\": \"look\", \"parameters\": {\"type\":"
            + " \"object\", \"properties\": {\"up\": {\"type\": \"boolean\"}}, \"required\":"
            + " [\"up\"], \"additionalProperties\": false}}], \"tool_choice\": {\"type\":"
            + " \"function\", \"name\": \"look\"}, \"seed\": 3, \"reasoning\": {\"effort\":"
            + " \"none\"}";
    JsonNode item = respond("", fields).path("output").path(0);
    assertThat(item.path("type").asString()).isEqualTo("function_call");
    assertThat(item.path("name").asString()).isEqualTo("look");
    assertThat(Json.MAPPER.readTree(item.path("arguments").asString()).path("up").isBoolean())
        .isTrue();
    String answered =
        "\"input\": [{\"role\": \"user\", \"content\": [{\"type\": \"input_text\", \"text\":"
            + " \"Up?\"}]}, "
            + item
            + ", {\"type\": \"function_call_output\", \"call_id\": \"x\", \"output\": \"yes\"}]";
    assertThat(
            respond("", answered)
                .path("output")
                .path(0)
                .path("content")
                .path(0)
                .path("text")
                .asString())
        .isEqualTo("Hello world!");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"previous_response_id\": \"resp_1\"|previous_response_id",
        "\"background\": true|background",
        "\"include\": \"all\"|include",
        "\"include\": [\"file_search_call.results\"]|include[0]",
        "\"truncation\": \"auto\"|truncation",
        "\"input\": []|input",
        "\"input\": [{\"type\": \"image\"}]|input[0].type",
        "\"input\": [{\"role\": \"robot\", \"content\": \"x\"}]|input[0].role",
        "\"max_output_tokens\": 0|max_output_tokens",
        "\"reasoning\": {\"effort\": \"vast\"}|reasoning.effort",
        "\"text\": {\"format\": {\"type\": \"xml\"}}|text.format.type",
      })
  void whatIsWrongIsRefusedByName(String fields, String param) {
    TestServer.Got got = ask("", fields);
    assertThat(got.status()).as(got.body()).isEqualTo(400);
    assertThat(got.json().path("error").path("param").asString()).isEqualTo(param);
  }
}
