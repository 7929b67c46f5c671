package dev.tesuji.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.jinja.Rendering;
import dev.tesuji.jinja.Span;
import dev.tesuji.json.Json;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Holds renderings to those of transformers, character by character.
class ChatParityTest {
  private static Path folder() {
    return Fixtures.require("tokenizers/chat");
  }

  private static JsonNode cases() {
    return Json.readObject(folder().resolve("cases.json"));
  }

  static Stream<String> names() {
    return cases().path("cases").valueStream().map(c -> c.path("name").asString());
  }

  @Test
  void thereAreAsManyCasesAsEver() {
    assertThat(names().distinct().count()).isGreaterThanOrEqualTo(182);
  }

  @ParameterizedTest
  @MethodSource("names")
  void theTextIsThatOfTransformers(String name) {
    JsonNode all = cases();
    JsonNode one =
        all.path("cases")
            .valueStream()
            .filter(c -> c.path("name").asString().equals(name))
            .findFirst()
            .orElseThrow();
    Clock clock =
        Clock.fixed(
            LocalDateTime.parse(all.path("now").asString()).toInstant(ZoneOffset.UTC),
            ZoneOffset.UTC);
    ChatTemplate template =
        ChatTemplate.readFile(folder().resolve(one.path("template").asString())).withClock(clock);
    ObjectNode inputs = ((ObjectNode) one.path("inputs")).deepCopy();
    boolean prompt = inputs.path("add_generation_prompt").asBoolean();
    Conversation conversation = Conversation.of(inputs);
    if (one.has("error")) {
      assertThatThrownBy(() -> template.render(conversation, prompt))
          .isInstanceOf(BadInput.class)
          .hasMessage(one.path("error").asString());
      return;
    }
    Rendering rendering = template.render(conversation, prompt);
    assertThat(rendering.text()).isEqualTo(one.path("expected").asString());
    List<List<Integer>> spans = new ArrayList<>();
    for (Span span : rendering.marked()) {
      spans.add(
          List.of(
              rendering.text().codePointCount(0, span.start()),
              rendering.text().codePointCount(0, span.end())));
    }
    List<List<Integer>> expected = new ArrayList<>();
    one.path("assistant_spans")
        .forEach(s -> expected.add(List.of(s.get(0).intValue(), s.get(1).intValue())));
    assertThat(spans).isEqualTo(expected);
  }
}
