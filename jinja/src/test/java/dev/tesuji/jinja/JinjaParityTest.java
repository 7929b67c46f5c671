package dev.tesuji.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.tesuji.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/// Holds small templates to what jinja2 makes of them; `generate.py` beside the cases wrote them.
class JinjaParityTest {
  private static final JsonNode ALL = read();

  private static JsonNode read() {
    try (InputStream in =
        Objects.requireNonNull(JinjaParityTest.class.getResourceAsStream("/jinja/cases.json"))) {
      return Json.MAPPER.readTree(in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<Arguments> cases() {
    return ALL.path("cases").valueStream().map(c -> Arguments.of(c.path("source").asString(), c));
  }

  private static Map<String, Object> variables() {
    return Json.MAPPER.convertValue(ALL.path("variables"), new TypeReference<>() {});
  }

  private static String render(String source) {
    return Template.parse(source, "chat template").render(variables(), Clock.systemUTC()).text();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theResultIsThatOfJinja2(String source, JsonNode expected) {
    if (expected.has("text")) {
      assertThat(render(source)).isEqualTo(expected.path("text").asString());
    } else {
      assertThatThrownBy(() -> fail("got " + render(source)))
          .as(expected.path("error").asString())
          .isInstanceOf(TemplateException.class);
    }
  }
}
