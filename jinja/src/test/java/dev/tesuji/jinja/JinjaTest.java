package dev.tesuji.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

class JinjaTest {
  private static final Clock NOON =
      Clock.fixed(
          LocalDateTime.parse("2025-03-04T12:06:07").toInstant(ZoneOffset.UTC), ZoneOffset.UTC);

  private static Map<String, Object> variables(String json) {
    return Json.MAPPER.readValue(json, new TypeReference<>() {});
  }

  private static String render(String source) {
    return render(source, "{}");
  }

  private static String render(String source, String variables) {
    return Template.parse(source, "chat template").render(variables(variables), NOON).text();
  }

  private static void refused(String source, String message) {
    assertThatThrownBy(() -> render(source))
        .isInstanceOf(TemplateException.class)
        .hasMessage(message);
  }

  @Test
  void aBlockTakesItsLineAlong() {
    assertThat(render("a\n  {% if true %}\n  b\n  {% endif %}\nc")).isEqualTo("a\n  b\nc");
    assertThat(render("a\n  {%+ if true +%}\n b{% endif %}")).isEqualTo("a\n  \n b");
    assertThat(render("a \n {%- if true -%} \n b{% endif %}")).isEqualTo("ab");
    assertThat(render("  {{ 1 }}\n  {# c #}\nx\n")).isEqualTo("  1\nx");
  }

  @Test
  void loopsKnowWhereTheyAre() {
    assertThat(
            render(
                "{% for x in 'abc' %}{{ loop.index }}/{{ loop.length }}{{ x }}{{ loop.last }} {% endfor %}"))
        .isEqualTo("1/3aFalse 2/3bFalse 3/3cTrue ");
  }

  @Test
  void jsonIsWrittenAsPythonWritesIt() {
    assertThat(
            render("{{ x | tojson }}", "{\"x\": {\"b\": [1, 2.0, null, true], \"a\": \"é<\\n\"}}"))
        .isEqualTo("{\"b\": [1, 2.0, null, true], \"a\": \"é<\\n\"}");
    assertThat(render("{{ [1, {'a': []}] | tojson(indent=2) }}"))
        .isEqualTo("[\n  1,\n  {\n    \"a\": []\n  }\n]");
  }

  @Test
  void nowIsThatOfTheClock() {
    assertThat(render("{{ strftime_now('%d %b %Y, %A %-d %B %y %H:%M:%S %I %p %j %F %% %q') }}"))
        .isEqualTo("04 Mar 2025, Tuesday 4 March 25 12:06:07 12 PM 063 2025-03-04 % %q");
  }

  @Test
  void generationBlocksAreMarked() {
    Rendering rendering =
        Template.parse(
                "😀{% for x in 'ab' %}.{% generation %}{{ x }}!{% endgeneration %}{% endfor %}",
                "t")
            .render(Map.of(), NOON);
    assertThat(rendering.text()).isEqualTo("😀.a!.b!");
    assertThat(rendering.marked()).containsExactly(new Span(3, 5), new Span(6, 8));
  }

  @Test
  void marksThatCannotBePlacedAreGivenUp() {
    Rendering rendering =
        Template.parse(
                "{% set x %}{% generation %}a{% endgeneration %}{% endset %}{{ x }}{% generation %}b{% endgeneration %}",
                "t")
            .render(Map.of(), NOON);
    assertThat(rendering.text()).isEqualTo("ab");
    assertThat(rendering.marked()).isEmpty();
  }

  @Test
  void aTemplatesOwnErrorIsGivenAsItIs() {
    refused("\n{{ raise_exception('Roles must ' ~ 'alternate') }}", "Roles must alternate");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          `\n\n{{ x.y.z }}` | 3: 'x' is undefined
          `{% if true %}\n{{ {'a': 1}.b.c }}{% endif %}` | 2: 'dict object' has no attribute 'b'
          `{{ 'a' + 1 }}` | 1: can only concatenate str (not "int") to str
          `{{ 1 \\| uper }}` | 1: No filter named 'uper' (did you mean 'upper'?)
          `{{ 1 is strin }}` | 1: No test named 'strin' (did you mean 'string'?)
          `\n{% if x %}` | 2: a tag that begins here has no 'endif'
          `{% include 'x' %}` | 1: 'include' needs other files, which a chat template cannot have
          `{% block x %}a{% endblock %}` | 1: 'block' marks what other templates replace, which a chat template has none of; write its body without the tag
          `{{ [1, 2] \\| random }}` | 1: filter 'random' is refused: a rendering must be the same every time, and this filter draws by chance
          `{{ 'a' \\| urlize }}` | 1: filter 'urlize' is refused: it writes links in HTML, which no model reads
          `{{ lipsum() }}` | 1: function 'lipsum' is refused: a rendering must be the same every time, and this one writes filler text by chance
          `{{ self.x() }}` | 1: 'self' speaks of blocks, which a chat template has none of
          `{% fro x in y %}` | 1: unknown tag 'fro' (did you mean 'for'?)
          `{% endif %}` | 1: 'endif' has nothing to end here
          `{% break %}` | 1: 'break' must stand inside a loop
          `\n\n{{ 'abc` | 3: a string that begins here has no closing '
          `{{ 1` | 1: a tag that begins here has no '}}'
          `{{ 1 2 }}` | 1: expected '}}', got '2'
          `{{ ? }}` | 1: '?' has no meaning here
          `{{ [].append(1) }}` | 1: access to attribute 'append' of 'list' object is unsafe.
          `{% set x.y = 1 %}` | 1: cannot assign attribute on non-namespace object
          """)
  void errorsNameTheLine(String source, String message) {
    refused(source.replace("\\n", "\n").replace("\\|", "|"), "chat template: line " + message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% macro f() %}{% for x in [1] %}{% if x %}{{ [[(f() ~ 'a') | upper]] }}{% endif %}{% endfor %}{% endmacro %}{{ f() }}",
        "{% set n = namespace(s='ab') %}{% for a in range(9999) %}{% set n.s = n.s + n.s %}{% endfor %}",
        "{% set n = namespace(s=[1]) %}{% for a in range(9999) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s }}",
        "{% set n = namespace(s=[1]) %}{% for a in range(150) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s == [n.s] }}{{ n.s | tojson }}",
        "{% set n = namespace(s=[1]) %}{% for a in range(150) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s }}",
        "{% set n = namespace(s=[1]) %}{% for a in range(9999) %}{% set n.s = n.s + n.s %}{% endfor %}",
        "{% set n = namespace() %}{% set n.n = n %}{{ n }}",
        "{{ 'a' * 1000000000 }}",
        "{{ [1] * 1000000000 }}",
        "{{ 10 ** (10 ** 10) }}",
        "{{ 'a'.center(2000000000) }}",
        "{% for x in range(99999) %}{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' * 999 }}{% endfor %}",
        "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{% set n = namespace(x=3) %}{% for a in range(9999) %}{% set n.x = n.x * n.x %}{% endfor %}",
        "{% set n = namespace(x='1') %}{% for a in range(99999) %}{% set n.x = n.x | replace('1', '11') %}{% endfor %}",
        "{{ range(100001) }}"
      })
  void nothingRunsGrowsOrNestsWithoutEnd(String source) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> assertThatThrownBy(() -> render(source)).isInstanceOf(TemplateException.class));
  }

  @ParameterizedTest
  @CsvSource({
    "(, 1, )",
    "[, , ]",
    "'not ', 1, ''",
    "- , 1, ''",
    "'a if b else ', 1, ''",
    "x[, 1, ]",
    "'{1: ', 1, }",
    "f(, 1, )"
  })
  void sourcesNestedTooDeeplyAreRefused(String open, String middle, String close) {
    String source =
        "{{ " + open.repeat(50_000) + (middle == null ? "" : middle) + close.repeat(50_000) + " }}";
    refused(source, "chat template: line 1: nests more than 100 deep");
  }

  @Test
  void longChainsOfOperatorsNeedNoDepth() {
    assertThatThrownBy(() -> render("{{ 1" + " + 1".repeat(50_000) + " }}"))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("nests more than");
    assertThat(render("{{ 1" + " + 1".repeat(400) + " }}")).isEqualTo("401");
    assertThat(render("{{ 'a'" + " ~ 'b'".repeat(50_000) + " }}")).hasSize(50_001);
  }

  @Test
  void longSourcesAreReadInTimeThatGrowsWithTheirLength() {
    String source = "x{% if true %}y{% endif %} ".repeat(100_000);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> assertThat(render(source)).hasSize(300_000));
  }

  @Test
  void mutatedTemplatesRenderOrAreRefused() throws IOException {
    List<String> sources = new ArrayList<>();
    Path folder = Fixtures.require("tokenizers/chat");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jinja")).sorted().toList()) {
        sources.add(Files.readString(file));
      }
    }
    JsonNode cases = Json.readObject(folder.resolve("cases.json")).path("cases");
    long seed = 20250304;
    Random random = new Random(seed);
    for (int i = 0; i < Integer.getInteger("tesuji.fuzz.cases", 600); i++) {
      String mutated = mutated(sources, random);
      Map<String, Object> inputs =
          variables(cases.get(random.nextInt(cases.size())).path("inputs").toString());
      long start = System.nanoTime();
      try {
        Template.parse(mutated, "chat template").render(inputs, NOON);
      } catch (TemplateException e) {
        assertThat(e.getMessage()).isNotBlank();
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + seed + ", mutation " + i + ":\n" + mutated, e);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as("mutation %d: %s", i, mutated)
          .isLessThan(Duration.ofSeconds(5));
    }
  }

  /// Takes out, doubles or swaps pieces of a template, or puts in pieces of another.
  private static String mutated(List<String> sources, Random random) {
    StringBuilder text = new StringBuilder(sources.get(random.nextInt(sources.size())));
    String other = sources.get(random.nextInt(sources.size()));
    for (int n = 1 + random.nextInt(6); n > 0; n--) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + 1 + random.nextInt(30));
      switch (random.nextInt(4)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, text.substring(at, end));
        case 2 -> text.insert(at, "|+-~()[]{}%\"'.,: inotforif0".charAt(random.nextInt(27)));
        default -> {
          int from = random.nextInt(other.length());
          text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(60)));
        }
      }
    }
    return text.toString();
  }
}
