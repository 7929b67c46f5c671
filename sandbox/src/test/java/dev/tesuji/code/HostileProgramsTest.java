package dev.tesuji.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.sandbox.Sandbox;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Programs that mean harm, two hundred waiting at once among honest ones, twice in a row: run by
/// hand, as root and as an ordinary user, on a machine that does little else.
@EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
class HostileProgramsTest {
  private static final int AT_ONCE = Integer.getInteger("tesuji.hostile", 200); // fewer to try
  private static final double GRACE_MS = 200;
  private static final int ENDING_MS = 5000; // for the kernel to end what was killed
  private static final String DONE = "every verdict is right, and nothing is left";

  /// A program, and the verdicts that are right about it.
  private record Case(String name, Submission submission, List<String> expected) {}

  private static List<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    HostileProgramsTest.class.getResourceAsStream("/code/hostile.jsonl")),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        cases.add(read(Json.MAPPER.readTree(line)));
      }
    }
    return cases;
  }

  private static Case read(JsonNode row) {
    Tests tests =
        row.has("asserts")
            ? new Tests.Asserts(texts(row.path("asserts")), null)
            : new Tests.InputOutput(
                texts(row.path("inputs")), texts(row.path("outputs")), Comparison.LINES);
    Language language = Objects.requireNonNull(Language.named(row.path("language").stringValue()));
    Submission.Limits limits =
        new Submission.Limits(row.path("seconds").asDouble(), row.path("megabytes").asInt());
    return new Case(
        row.path("name").stringValue(),
        new Submission(language, row.path("program").stringValue(), tests, limits),
        Arrays.asList(row.path("expected").stringValue().split("\\|")));
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::stringValue).toList();
  }

  @Test
  void everyProgramGetsItsVerdictInTimeAndLeavesNothing() throws Exception {
    Host before = Host.now();
    List<String> troubles;
    try (CodeGrader grader = open()) {
      troubles = twice(grader);
    }
    assertThat(troubles).isEmpty();
    assertThat(before.missing(ENDING_MS)).isEmpty();
  }

  /// The same, where this process may become another user.
  @Test
  void anOrdinaryUserGetsTheSame(@TempDir Path folder) throws Exception {
    Process child = AsNobody.start(folder, HostileProgramsTest.class);
    List<String> said = child.inputReader().lines().toList();
    said.forEach(System.out::println);
    Assumptions.assumeTrue(
        said.stream().noneMatch(l -> l.startsWith("SKIPPED")), String.join("\n", said));
    assertThat(child.waitFor()).isZero();
    assertThat(said).last().isEqualTo(DONE);
  }

  /// Writes what was wrong, and then that it is done.
  public static void main(String[] args) throws Exception {
    Host before = Host.now();
    List<String> troubles = new ArrayList<>();
    try (CodeGrader grader = new CodeGrader(Sandbox.open(false))) {
      troubles.addAll(twice(grader));
    } catch (BadInput e) {
      System.out.println("SKIPPED: " + e.getMessage());
    }
    List<String> missing = before.missing(ENDING_MS);
    missing.forEach(System.out::println);
    troubles.addAll(missing);
    System.out.println(troubles.isEmpty() ? DONE : troubles.size() + " troubles");
  }

  private static List<String> twice(CodeGrader grader) throws Exception {
    List<Case> cases = cases();
    List<String> troubles = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Case> known =
          cases.stream().filter(c -> grader.knows(c.submission().language())).toList();
      System.out.printf(
          "%d of %d cases, %d lanes%n", known.size(), cases.size(), grader.sandbox().lanes());
      for (int round = 1; round <= 2; round++) {
        List<Case> all = new ArrayList<>(known.subList(0, Math.min(known.size(), AT_ONCE)));
        while (all.size() < AT_ONCE) {
          all.addAll(known.subList(0, Math.min(known.size(), AT_ONCE - all.size())));
        }
        troubles.addAll(graded(grader, threads, all, round));
      }
    }
    troubles.forEach(System.out::println);
    return troubles;
  }

  private static List<String> graded(
      CodeGrader grader, ExecutorService threads, List<Case> all, int round)
      throws InterruptedException, ExecutionException {
    List<Future<CodeResult>> results =
        all.stream().map(c -> threads.submit(() -> grader.grade(c.submission()))).toList();
    List<String> troubles = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Case c = all.get(i);
      CodeResult result = results.get(i).get();
      double most = c.submission().limits().seconds() * 1e3 + GRACE_MS;
      if (!c.expected().contains(result.verdict().toString()) || result.milliseconds() > most) {
        troubles.add(round + ": " + c.name() + ": expected " + c.expected() + ", got " + result);
      }
    }
    return troubles;
  }

  private static CodeGrader open() {
    try {
      return new CodeGrader(Sandbox.open(false));
    } catch (BadInput e) {
      return Assumptions.abort("SKIPPED: " + e.getMessage());
    }
  }
}
