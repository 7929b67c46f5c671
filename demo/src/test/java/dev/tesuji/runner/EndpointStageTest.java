package dev.tesuji.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.demo.Demonstrations;
import dev.tesuji.demo.Recipes;
import dev.tesuji.endpoint.StubServer;
import dev.tesuji.endpoint.StubServer.Answer;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.JsonLines;
import dev.tesuji.run.Halted;
import dev.tesuji.run.StopSignal;
import dev.tesuji.tensor.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A teacher behind an endpoint writes what a student learns from.
@ExtendWith(LeakCheck.class)
class EndpointStageTest {
  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+");
  private static final String RECIPE =
      """
      name: test
      newModel: {layers: 1, hiddenSize: 16, intermediateSize: 24, heads: 2, kvHeads: 1, maxPositions: 64}
      task: chainSums
      evaluation: {problems: 0}
      stages:
        - rejection:
            name: traces
            endpoint: ENDPOINT
            prompts: {count: 6, maxTokens: 32}
            promptsPerStep: 3
            samplesPerPrompt: 2
            maxNewTokens: 500
            deduplicate: none
            decontaminate: 0
        - sft: {from: base, data: {stage: traces}, maxTokens: 64, epochs: 1, batchSize: 2}
      """;

  @TempDir private Path folder = Path.of("");
  private final StubServer teacher = new StubServer();
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();

  EndpointStageTest() {
    teacher.answers(EndpointStageTest::solution);
  }

  @AfterEach
  void stop() {
    teacher.close();
  }

  /// Thinks and answers as a teacher would.
  private static Answer solution(JsonNode body) {
    String sum = body.at("/messages/0/content").asString().replace("=?", "").strip();
    int result = NUMBER.matcher(sum).results().mapToInt(n -> Integer.parseInt(n.group())).sum();
    String thought = sum + "=" + result;
    return new Answer(
        200,
        Answer.of("<answer>" + result + "</answer>")
            .body()
            .replace("\"content\"", "\"reasoning_content\": \"" + thought + "\", \"content\""));
  }

  private ObjectNode run(String endpoint, String name, boolean resume) throws IOException {
    return runText(RECIPE.replace("ENDPOINT", endpoint), name, resume);
  }

  private ObjectNode runText(String text, String name, boolean resume) throws IOException {
    Path recipe = Files.writeString(folder.resolve("recipe.yaml"), text);
    try (StopSignal stop = new StopSignal();
        PrintStream out = new PrintStream(console, true, StandardCharsets.UTF_8)) {
      return new RecipeRunner(
              Demonstrations.REGISTRY,
              Recipes.read(recipe, List.of()),
              folder.resolve(name),
              resume,
              out)
          .run(stop);
    }
  }

  private List<JsonLines.Row> kept(String run) {
    return JsonLines.readAll(folder.resolve(run).resolve("data/traces/kept.jsonl"));
  }

  @Test
  void aTeachersAnswersAreGradedKeptAndLearnedFrom() throws IOException {
    ObjectNode report = run(teacher.url(), "run", false);
    assertThat(teacher.asked()).hasSize(12);
    assertThat(report.at("/stages/0/drawn").asInt()).isEqualTo(12);
    assertThat(report.at("/stages/0/kept").asInt()).isEqualTo(12);
    assertThat(report.at("/stages/0/retokenized").asInt()).isZero();
    assertThat(report.at("/stages/1/texts").asInt()).isEqualTo(12);
    ObjectNode line = kept("run").getFirst().fields();
    String sum = line.path("problem").asString().replace("=?", "");
    String completion = line.path("completion").asString();
    assertThat(completion).startsWith("<think>" + sum + "=").endsWith("</answer>");
    assertThat(line.path("finish_reason").asString()).isEqualTo("eos");
    JsonNode asked = teacher.asked().getFirst();
    assertThat(asked.path("max_tokens").asInt()).isEqualTo(500); // beyond the student's positions
    assertThat(teacher.asked()).extracting(q -> q.path("seed").asInt()).doesNotHaveDuplicates();
    assertThat(JsonLines.readAll(folder.resolve("run/metrics.jsonl")))
        .anySatisfy(
            m -> assertThat(m.fields().path("endpoint/completion_tokens").asInt()).isEqualTo(84));
  }

  @Test
  void aRunWhoseEndpointFailsHaltsAndAsksOnResumeOnlyForWhatIsMissing() throws IOException {
    teacher.answers(body ->
        teacher.asked().size() > 9 ? new Answer(422, "{\"error\": \"full\"}") : solution(body));
    assertThatExceptionOfType(Halted.class)
        .isThrownBy(() -> run("{url: '" + teacher.url() + "', concurrency: 1}", "run", false))
        .withMessageMatching(
            "Stage 'traces' halted after step 1: endpoint "
                + teacher.url()
                + " refuses a question about chain-sums \\d+ \\(status 422: full\\). All steps are"
                + " saved; when this is mended, go on with");
    int asked = teacher.asked().size();
    assertThat(asked).isBetween(10, 12); // one that waits may still be asked beside the refused one
    teacher.answers(EndpointStageTest::solution);
    run("{url: '" + teacher.url() + "', concurrency: 1}", "run", true);
    assertThat(teacher.asked()).hasSize(asked + 3); // 9 of 12 were had
    run("{url: '" + teacher.url() + "', concurrency: 3}", "whole", false);
    assertThat(folder.resolve("run/data/traces/kept.jsonl"))
        .hasSameBinaryContentAs(folder.resolve("whole/data/traces/kept.jsonl"));
  }

  @Test
  void anEndpointThatWillNotDoIsNamedBeforeTheRunDirectoryIsMade() {
    teacher.lists(new Answer(401, "{\"error\": {\"message\": \"who are you?\"}}"));
    refused(
        teacher.url(),
        "endpoint "
            + teacher.url()
            + " wants a key (status 401: who are you?); put one into an environment variable and name"
            + " that under 'keyVariable'");
    refused(
        "{url: '" + teacher.url() + "', keyVariable: TESUJI_NO_SUCH_KEY}",
        "the environment variable 'TESUJI_NO_SUCH_KEY', which 'keyVariable' names, must hold the"
            + " endpoint's key, and is not set");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  private void refused(String endpoint, String sentence) {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() ->
            runText(
                RECIPE
                    .replace("ENDPOINT", endpoint)
                    .replaceFirst(
                        "newModel: .*", "model: " + Fixtures.checkout().resolve("models/base")),
                "run",
                false))
        .withMessageEndingWith(sentence);
  }

  @Test
  void settingsThatWillNotDoAreRefusedByName() {
    refused(
        "{url: 'teacher:8000'}",
        "url must be http://HOST... or https://HOST..., got 'teacher:8000'");
    refused(
        "{url: 'http://a', keyVariable: sk-abc}",
        "keyVariable must be the name of an environment variable, not the key itself");
    refused(
        "{url: 'http://a', maxCost: 3}", "maxCost needs 'prices', by which the cost is counted");
    refused(
        "{url: 'http://a', body: '[1]'}",
        "body must be a JSON object of fields of a request, such as '{\"reasoning_effort\":"
            + " \"high\"}', got [1]");
    refused(
        "{url: 'http://a', api: completions, system: Hi}",
        "system and template go with api chat, got api completions, which sends the task's own"
            + " prompt");
    refused("{url: 'http://a', concurrency: 0}", "concurrency must be at least 1, got 0");
  }

  @Test
  void whatAnEndpointCannotGiveIsRefusedByName() {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() ->
            runText(
                """
                name: test
                newModel: {layers: 1, hiddenSize: 16, intermediateSize: 24, heads: 2, kvHeads: 1, maxPositions: 64}
                task: chainSums
                stages:
                  - rl: {endpoint: 'http://a/v1'}
                """,
                "run",
                false))
        .withMessageEndingWith(
            "'endpoint' cannot be given in 'rl': reinforcement learning needs the tokens that were"
                + " drawn and their log-probabilities, which an endpoint does not give; a 'rejection'"
                + " stage can take its answers as data");
  }
}
