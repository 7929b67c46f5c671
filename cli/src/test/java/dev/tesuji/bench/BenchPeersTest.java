package dev.tesuji.bench;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.cli.Cli;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Peers that are shell scripts.
class BenchPeersTest {
  @TempDir private Path folder = Path.of("");

  private Path program(String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private Contestant contestant(String name, String... lines) throws IOException {
    return new Contestant(name, List.of(program(name.replaceAll("\\W", ""), lines).toString()));
  }

  private static String told(String json) {
    return "echo 'loading'; echo '" + json + "'";
  }

  private PeerMatch measured(Bench.What what, List<Contestant> ours, List<Contestant> theirs) {
    PeerMatch match = new PeerMatch(what, "small", 1200, ours, theirs, Map.of());
    return match.measured(new Alternation(1, 1, _ -> {}).run(match.all()));
  }

  @Test
  void turnsGoThereAndBackAgain() throws IOException {
    List<String> order = new ArrayList<>();
    Contestant a = contestant("A", told("{\"runs\": [1, 2]}"));
    Contestant b = contestant("B", told("{\"runs\": [4]}"));
    var found = new Alternation(2, 5, line -> order.add(line.substring(0, 1))).run(List.of(a, b));
    assertThat(String.join("", order)).isEqualTo("ABBAABBA");
    assertThat(requireNonNull(found.get(a)).seconds())
        .containsExactly(1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0);
    assertThat(requireNonNull(found.get(a)).median()).isEqualTo(1.5);
    assertThat(requireNonNull(found.get(b)).seconds()).hasSize(4);
  }

  @Test
  void ratiosAreOfMediansOfTheFasterSettings() throws IOException {
    List<Contestant> ours =
        List.of(
            contestant("Tesuji, as it is", told("{\"runs\": [2], \"peak_memory_bytes\": 1e9}")),
            contestant("Tesuji, float32", told("{\"runs\": [4], \"peak_memory_bytes\": 2e9}")));
    List<Contestant> theirs =
        List.of(
            contestant("TRL, float32", told("{\"runs\": [10], \"peak_memory_bytes\": 5e9}")),
            contestant("TRL, bfloat16", told("{\"runs\": [9, 5], \"peak_memory_bytes\": 4e9}")));
    PeerMatch rates = measured(Bench.What.TRAIN, ours, theirs);
    assertThat(rates.fastest()).isEqualTo("600 / 171 (3.5)"); // 1200 / 2 s and 1200 / 7 s
    assertThat(rates.in("float32")).isEqualTo("300 / 120 (2.5)");
    PeerMatch steps = measured(Bench.What.GRPO, ours, theirs);
    assertThat(steps.fastest()).isEqualTo("2.00 / 7.00 (3.5)");
    assertThat(steps.memory()).isEqualTo("1.00 / 4.00 (0.25)");
    assertThat(PeerTable.of(List.of(steps, rates)))
        .isEqualTo(
            """
            | Tesuji / peer (ratio, above 1 is better for Tesuji; memory: below 1) | small |
            |---|---|
            | training step, tokens/s | 600 / 171 (3.5) |
            | training step, tokens/s, all float32 | 300 / 120 (2.5) |
            | GRPO step, s | 2.00 / 7.00 (3.5) |
            | GRPO step, s, all float32 | 4.00 / 10.00 (2.5) |
            | GRPO peak memory, GB | 1.00 / 4.00 (0.25) |
            """);
  }

  @Test
  void llamaBenchTellsNanoseconds() {
    assertThat(Contestant.read("{\"n_gen\": 128, \"samples_ns\": [2000000000, 1000000000]}"))
        .isEqualTo(new Contestant.Runs(List.of(2.0, 1.0), 0, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo 'Segmentation fault' >&2; exit 139|it ended with status 139: Segmentation fault",
        "exit 1|it ended with status 1: it said nothing",
        "echo done|its last line must be JSON with the seconds of its runs, got 'done'",
        "echo '{\"runs\": []}'|its last line must be JSON with the seconds of its runs,"
            + " got '{\"runs\": []}'",
        "echo '{\"runs\": [0]}'|its last line must be JSON with the seconds of its runs,"
            + " got '{\"runs\": [0]}'",
        "echo '{\"runs\": [\"fast\"]}'|its last line must be JSON with the seconds of its runs,"
            + " got '{\"runs\": [\"fast\"]}'",
        "printf '\\377\\376'|its last line must be JSON with the seconds of its runs, got 'what it"
            + " said is no text'",
      })
  void aPeerThatFailsIsLeftOutAndTheTableSaysWhy(String script, String trouble) throws IOException {
    Contestant own = contestant("Tesuji, as it is", told("{\"runs\": [2]}"));
    Path turns = folder.resolve("turns");
    Contestant broken = contestant("transformers, float32", "echo x >> " + turns, script);
    Contestant other = contestant("transformers, bfloat16", told("{\"runs\": [3]}"));
    PeerMatch match = measured(Bench.What.GENERATE, List.of(own), List.of(broken, other));
    assertThat(match.of(broken).trouble()).isEqualTo(trouble);
    assertThat(turns).hasContent("x"); // and no turn after it
    assertThat(match.fastest()).isEqualTo("600 / 400 (1.5)");
    assertThat(match.in("float32")).isEqualTo("- / -");
    assertThat(PeerTable.of(List.of(match)))
        .endsWith("\nsmall, generation, transformers, float32: " + trouble + "\n");
  }

  @Test
  @Timeout(30)
  void aPeerThatHangsIsEndedWithWhatItStarted() throws IOException {
    Path alive = folder.resolve("alive");
    Contestant hanging =
        contestant(
            "transformers, float32", "sh -c 'sleep 60; echo still here > " + alive + "' &", "wait");
    Contestant own = contestant("Tesuji, as it is", told("{\"runs\": [2]}"));
    long start = System.nanoTime();
    PeerMatch match = measured(Bench.What.TRAIN, List.of(own), List.of(hanging));
    assertThat((System.nanoTime() - start) / 1e9).isLessThan(10);
    assertThat(match.of(hanging).trouble()).isEqualTo("not over within 1 s");
    assertThat(match.fastest()).isEqualTo("600 / -");
    assertThat(
            ProcessHandle.allProcesses()
                .flatMap(p -> p.info().commandLine().stream())
                .filter(line -> line.contains(alive.toString())))
        .isEmpty();
  }

  private Path python(String check, String measure) throws IOException {
    return program("python", "case \"$2\" in check) " + check + ";; *) " + measure + ";; esac");
  }

  private Cli peers(Object... more) {
    List<Object> words = new ArrayList<>(List.of("bench", "peers"));
    words.addAll(List.of("--script", Fixtures.checkout().resolve("peers/trl_bench.py")));
    words.addAll(List.of(more));
    return Cli.run(words.toArray());
  }

  @Test
  void ourOwnTurnsAreProcessesOfTheirOwn() throws IOException {
    Path python =
        python(
            told("{\"missing\": [], \"versions\": {\"torch\": \"2.13\", \"trl\": \"1.13\"}}"),
            "echo \"$*\" >> " + folder.resolve("asked") + "; " + told("{\"runs\": [100, 100]}"));
    Cli cli =
        peers(
            "--python",
            python,
            "--shapes",
            "tiny",
            "--what",
            "generate",
            "--runs",
            1,
            "--warm-up",
            0,
            "--json");
    assertThat(cli.status()).as(cli.err()).isZero();
    assertThat(cli.out())
        .contains("torch 2.13, trl 1.13", "| tiny |", " / 164 (") // 16,384 tokens in 100 s
        .contains("| generation, tokens/s, all float32 |");
    assertThat(Files.readAllLines(folder.resolve("asked")))
        .allMatch(line -> line.contains("trl_bench.py tiny gen --dtype "))
        .map(line -> line.replaceAll(".*--dtype ", ""))
        .containsExactly(
            "float32 --runs 1", "bfloat16 --runs 1", "bfloat16 --runs 1", "float32 --runs 1");
    JsonNode json = Json.MAPPER.readTree(cli.lastLine());
    assertThat(json.path("measured")).hasSize(4);
    assertThat(json.path("measured").get(0).path("by").asString()).isEqualTo("Tesuji, as it is");
    assertThat(json.path("measured").get(0).path("runs")).hasSize(2);
    assertThat(json.path("measured").get(0).path("peak_memory_bytes").asLong()).isPositive();
  }

  @Test
  void whatAPythonLacksIsNamedWithTheRemedy() throws IOException {
    Path python = python(told("{\"missing\": [\"torch\", \"trl\"], \"versions\": {}}"), "exit 1");
    Cli cli = peers("--python", python);
    assertThat(cli.status()).isEqualTo(2);
    assertThat(cli.err())
        .contains(
            python
                + " lacks torch, trl; install them with: "
                + python
                + " -m pip install torch trl");
  }

  @Test
  void whatIsNoPythonIsRefused() throws IOException {
    Path python = python("echo hello", "exit 1");
    assertThat(peers("--python", python).err())
        .contains("option --python must be a Python 3, got " + python + ", which answers 'hello'");
    Path absent = folder.resolve("absent");
    assertThat(peers("--python", absent).err())
        .contains("option --python must be a Python 3 that runs, got " + absent + ": it cannot");
    Path dying = program("dying", "echo 'no module named json' >&2; exit 1");
    assertThat(peers("--python", dying).err())
        .contains("got " + dying + ": it ended with status 1: no module named json");
  }

  @Test
  void whatCannotBeMeasuredIsRefused() throws IOException {
    assertThat(peers().err()).contains("bench peers needs --python PATH");
    Path gguf = Files.writeString(folder.resolve("model.gguf"), "");
    assertThat(peers("--llama-bench", folder.resolve("absent"), "--gguf", gguf).err())
        .contains("option --llama-bench must be a program that runs, got " + folder);
    assertThat(peers("--llama-bench", "/bin/sh").err())
        .contains("option --llama-bench needs --gguf FILE, a model that both read, got none");
    Path python = python(told("{\"missing\": [], \"versions\": {}}"), "exit 1");
    assertThat(peers("--python", python, "--shapes", "mini").err())
        .contains("option --shapes must be among tiny, small and half");
    assertThat(peers("--python", python, "--runs", 0).err())
        .contains("options --runs and --rounds must be at least 1");
  }
}
