package dev.tesuji.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.demo.Demonstrations;
import dev.tesuji.demo.Recipes;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.recipe.Comparison;
import dev.tesuji.recipe.Recipe;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DryRunTest {
  private static final Path RECIPES = Fixtures.checkout().resolve("recipes");
  private static final Path QWEN =
      Fixtures.checkout().resolve("learn/src/test/resources/models/qwen2.5-7b");

  @TempDir private Path folder = Path.of("");

  /// What recipes take from the command line: files of one or two rows, made in [#makeData].
  private static final Map<String, List<String>> NAMED =
      Map.of(
          "gsm8k.yaml",
          List.of("model=QWEN", "data=FOLDER/gsm8k.jsonl"),
          "distill-traces-small.yaml",
          List.of("sft.data=FOLDER/traces.jsonl"),
          "distill-small.yaml",
          List.of("gkd.teacher=BASE"),
          "smollm2.yaml",
          List.of("model=FOLDER/chat"),
          "reward-hh.yaml",
          List.of("model=FIXTURES/models/stories260k", "data=FIXTURES/data/hh/train.jsonl"),
          "distill-qwen.yaml",
          List.of(
              "model=QWEN",
              "data=FOLDER/math.jsonl",
              "task.math.heldOut=FOLDER/test.jsonl",
              "task.math.template=r1-zero",
              "sft.data=FOLDER/traces.jsonl"),
          "r1-qwen.yaml",
          List.of(
              "model=QWEN",
              "data=FOLDER/math.jsonl",
              "task.math.heldOut=FOLDER/test.jsonl",
              "stages.6.sft.data=[{stage: rejected, share: 3}, {path: FOLDER/traces.jsonl, share: 1}]",
              "stages.7.rewardModel.comparisons.files.data=FOLDER/pairs.jsonl",
              "stages.8.rewardModel.comparisons.files.data=FOLDER/labels.jsonl"));

  private record Outcome(boolean sound, String text) {}

  @BeforeEach
  void makeData() throws IOException {
    Files.writeString(
        folder.resolve("gsm8k.jsonl"),
        """
        {"question": "1+1?", "answer": "two #### 2"}
        {"question": "1+2?", "answer": "three #### 3"}
        """);
    write("test.jsonl", "{\"problem\": \"What is $6-2$?\", \"answer\": \"4\"}", 1);
    Files.writeString(
        folder.resolve("math.jsonl"),
        """
        {"problem": "What is $1+1$?", "answer": "2"}
        {"problem": "What is $7+8$?", "answer": "15"}
        {"problem": "What is $9-4$?", "answer": "5"}
        """);
    write("traces.jsonl", "{\"prompt\": \"1+1?\", \"completion\": \"<think>two</think> 2\"}", 1);
    write("pairs.jsonl", "{\"prompt\": \"hi\", \"chosen\": \"hello\", \"rejected\": \"no\"}", 2);
    write("labels.jsonl", "{\"prompt\": \"hi\", \"completion\": \"hello\", \"label\": true}", 2);
    writeChatModel();
  }

  /// A model of which there is no more than its shape and its chat template.
  private void writeChatModel() throws IOException {
    Path chat = Files.createDirectory(folder.resolve("chat"));
    Files.copy(QWEN.resolve("config.json"), chat.resolve("config.json"));
    Files.writeString(
        chat.resolve("chat_template.jinja"),
        "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:");
  }

  private void write(String name, String row, int rows) throws IOException {
    Files.writeString(folder.resolve(name), (row + "\n").repeat(rows));
  }

  private static Outcome dry(Recipe recipe) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean sound =
        new DryRun(
                Demonstrations.REGISTRY,
                recipe,
                new PrintStream(bytes, true, StandardCharsets.UTF_8))
            .run();
    return new Outcome(sound, bytes.toString(StandardCharsets.UTF_8));
  }

  private Outcome dry(String name, String... more) {
    List<String> overrides =
        new ArrayList<>(
            NAMED.getOrDefault(name, List.of()).stream()
                .map(o -> o.replace("FOLDER", folder.toString()).replace("QWEN", QWEN.toString()))
                .map(o -> o.replace("BASE", RECIPES.resolveSibling("models/base").toString()))
                .map(DryRunTest::withFixture)
                .toList());
    overrides.addAll(List.of(more));
    return dry(Recipes.read(RECIPES.resolve(name), overrides));
  }

  private static String withFixture(String argument) {
    int at = argument.indexOf("FIXTURES/");
    return at < 0
        ? argument
        : argument.substring(0, at)
            + Fixtures.require(argument.substring(at + "FIXTURES/".length()));
  }

  static Stream<Path> recipes() throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.list(RECIPES)) {
      all = files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
    }
    assertThat(all).hasSizeGreaterThan(10);
    return all.stream();
  }

  @Test
  void heldOutProblemsThatAreLearnedFromAreFound() throws IOException {
    String train =
        """
        {"problem": "What is $1+1$?", "answer": "2"}
        {"problem": "WHAT is  $7+8$?", "answer": "15"}
        {"problem": "What is $3+3$?", "answer": "6"}
        """;
    String ann =
        "Ann has three red apples and four green pears, and she eats one of them every day.";
    String test =
        "{\"problem\": \"What is $7+8$?\", \"answer\": \"15\"}\n"
            + ("{\"problem\": \"" + ann + "\", \"answer\": \"5\"}\n");
    String traces =
        "{\"prompt\": \"what is $7+8$? \", \"completion\": \"15\"}\n"
            + ("{\"prompt\": \"a\", \"completion\": \"Bob, too. " + ann + "\"}\n")
            + "{\"prompt\": \"b\", \"completion\": \"c\"}\n";
    String pairs =
        """
        {"prompt": "hi", "chosen": "hello", "rejected": "no"}
        {"prompt": "HI", "chosen": "hello", "rejected": "never"}
        {"prompt": "bye", "chosen": "so long", "rejected": "no"}
        """;
    Files.writeString(folder.resolve("train.jsonl"), train);
    Files.writeString(folder.resolve("test.jsonl"), test);
    Files.writeString(folder.resolve("planted.jsonl"), traces);
    Files.writeString(folder.resolve("pairs.jsonl"), pairs);
    write(
        "heldpairs.jsonl", "{\"prompt\": \"hi\", \"chosen\": \"hello\", \"rejected\": \"no\"}", 1);
    Path recipe =
        Files.writeString(
            folder.resolve("overlap.yaml"),
            """
            name: overlap
            model: %s
            task: {math: {heldOut: test.jsonl}}
            data: train.jsonl
            stages:
              - sft: {data: planted.jsonl}
              - dpo: {data: pairs.jsonl, heldOut: heldpairs.jsonl}
              - rl: {maxNewTokens: 8}
            """
                .formatted(QWEN));
    String text = dry(Recipes.read(recipe, List.of())).text();
    assertThat(text)
        .contains("task 'math': 1 of its problems are held out too, such as ")
        .contains("train.jsonl:2; they are left out of training")
        .contains("stage 'sft': of 3 rows of planted.jsonl: 1 HOLD A HELD-OUT PROBLEM, such as ")
        .contains(
            "planted.jsonl:1 and "
                + folder.resolve("test.jsonl")
                + ":1, and 1 share words in a row with one, such as "
                + folder.resolve("planted.jsonl")
                + ":2 and "
                + folder.resolve("test.jsonl")
                + ":2")
        .contains(
            "stage 'dpo': no overlap in 3 rows of pairs.jsonl; 2 have a prompt that is measured on,"
                + " and are left out")
        .contains("stage 'rl': no overlap in 2 problems of task 'math'")
        .contains("Note: held-out figures will be too good");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    assertThat(new RecipeAudit(Recipes.read(recipe, List.of()), out).run())
        .as("an audit does not pass")
        .isFalse();
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("stage 'sft': of 3 rows of planted.jsonl: 1 HOLD A HELD-OUT PROBLEM");
    Files.writeString(folder.resolve("planted.jsonl"), traces.lines().skip(1).toList().getLast());
    assertThat(new RecipeAudit(Recipes.read(recipe, List.of()), out).run()).isTrue();
  }

  @Test
  void whatIsMadeUpForTheBuiltInTasksHoldsNothingThatIsHeldOut() {
    Recipe r1 =
        Recipes.comparison(RECIPES.resolve("r1.yaml"), List.of("evaluation.problems=300"))
            .variants()
            .getFirst()
            .recipes()
            .getFirst();
    String world = dry(r1).text();
    assertThat(world)
        .contains("Overlap of what is learned from with what is held out")
        .contains("stage 'helpful': no overlap in ")
        .contains("stage 'dev3': no overlap in 2,000 demonstrations that are made up")
        .doesNotContain("HOLD A HELD-OUT PROBLEM")
        .doesNotContain("share words");
    assertThat(dry("base.yaml").text()).contains("stage 'pretrain': no overlap in ");
    assertThat(dry("world-base.yaml").text()).contains("stage 'pretrain': no overlap in ");
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyRecipeOfOursWouldStart(Path recipe) {
    String name = recipe.getFileName().toString();
    if (Comparison.isIn(recipe, List.of())) {
      for (Comparison.Variant variant : Recipes.comparison(recipe, List.of()).variants()) {
        Outcome outcome = dry(variant.recipes().getFirst());
        assertThat(outcome.sound()).as(outcome.text()).isTrue();
      }
      return;
    }
    Outcome outcome = dry(name);
    assertThat(outcome.sound()).as(outcome.text()).isTrue();
  }

  @Test
  void theMemoryOfAModelIsReckonedFromItsConfigAlone() {
    Outcome outcome = dry("distill-qwen.yaml");
    // 2 x 152,064 x 3,584 for embedding and head, 28 layers of 233,057,792, a norm of 3,584
    assertThat(outcome.text())
        .contains("Model: qwen2, 7,615,616,512 parameters, 7,615,616,512 of them trained,")
        .contains("bfloat16 on cuda:0")
        .contains("has no weights yet (*.safetensors)")
        .contains("has no tokenizer.json, so that no length was checked");
    // 2 bytes of weights, 4 of masters and 8 of moments each
    assertThat(outcome.text()).containsPattern("sft +15 +30 +61 ");
    assertThat(outcome.text()).contains("Stage 'sft' takes the most, ");
  }

  @Test
  void theTableSaysWhatEveryStageStartsFromAndGenerates() {
    String text = dry("r1-qwen.yaml").text();
    assertThat(text)
        .containsPattern("dev1 +sft +base +3.0 epochs +stage coldStart\n")
        // 81 x 512 x 16 completions of 32,768 tokens
        .containsPattern(
            "dev2 +rl +dev1 +81 +math: math.jsonl +663,552 completions, 21,743 M tokens\n")
        .containsPattern("dev3 +sft +base +2.0 epochs +stage rejected, traces.jsonl\n")
        .containsPattern("helpful +rewardModel +dev3 +245 +pairs.jsonl\n")
        .containsPattern("r1 +rl +scenarios +25 ")
        .contains("No single GPU of up to 141 GB holds it");
  }

  @Test
  void aTeacherCountsWithItsOwnSize() throws IOException {
    String text = dry("distill-small.yaml", "gkd.teacher=" + QWEN).text();
    // the student is float32, so the teacher would be: 4 x 7,615,616,512 bytes
    assertThat(text).containsPattern("memory, GB +weights +moments +runtime +teacher ");
    assertThat(text).containsPattern("gkd .* 30 +");
  }

  @Test
  void allProblemsAreListed() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("recipe.yaml"),
            """
            name: wrong
            model: %s
            task: math
            data: missing.jsonl
            device: cuda
            lora: {rank: 8}
            stages:
              - sft: {name: one, data: pairs.jsonl}
              - gkd: {name: two, teacher: nowhere, lambda: 1}
              - rl: {name: three, maxNewTokens: 131072}
              - rl:
                  name: four
                  groupSize: 1
              - dpo: {name: five}
            """
                .formatted(QWEN));
    Outcome outcome = dry(Recipes.read(recipe, List.of()));
    assertThat(outcome.sound()).isFalse();
    assertThat(outcome.text().lines().filter(l -> l.startsWith("NO: ")))
        .containsExactly(
            "NO: " + folder.resolve("missing.jsonl") + ": no such file",
            "NO: stage 'one': "
                + folder.resolve("pairs.jsonl")
                + ":1: is of shape preference, and the stage learns from prompt_completion or"
                + " language_modeling",
            "NO: " + folder.resolve("nowhere") + ": no such model directory",
            "NO: stage 'three': maxNewTokens must be below the 131072 positions of the model"
                + " (max_position_embeddings), got 131072",
            "NO: stage 'four': groupSize must be at least 2 (a completion is compared with the others"
                + " of its group), got 1",
            "NO: stage 'five': " + folder.resolve("missing.jsonl") + ": no such file");
  }

  @Test
  void aRewardThatPaysForNothingGoodIsAProblem() {
    Outcome outcome = dry("r1-zero.yaml", "rl.rewards=[tagCount]");
    assertThat(outcome.sound()).isFalse();
    assertThat(outcome.text())
        .contains("NO: stage 'rl': the reward does not pay for right answers");
  }

  @Test
  void whereThereIsATokenizerLengthsAreChecked() throws IOException {
    write("long.jsonl", "{\"prompt\": \"1+1=?\", \"completion\": \"" + "9".repeat(80) + "\"}", 1);
    Path recipe =
        Files.writeString(
            folder.resolve("recipe.yaml"),
            """
            name: long
            model: %s
            task: chainSums
            stages:
              - sft: {data: long.jsonl, maxTokens: 64}
            """
                .formatted(RECIPES.resolveSibling("models/base")));
    assertThat(dry(Recipes.read(recipe, List.of())).text())
        .contains("long.jsonl:1: the text has 86 tokens, the limit is 64");
    assertThat(dry(Recipes.read(recipe, List.of("sft.maxTokens=128"))).sound()).isTrue();
  }

  @Test
  void aTaskWithoutTextsOfItsOwnNeedsACorpus() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("recipe.yaml"),
            """
            name: silent
            newModel: {}
            task: math
            data: math.jsonl
            stages:
              - pretrain: {steps: 1}
            """);
    Outcome outcome = dry(Recipes.read(recipe, List.of()));
    assertThat(outcome.sound()).isFalse();
    assertThat(outcome.text().lines().filter(l -> l.startsWith("NO: ")))
        .containsExactly(
            "NO: stage 'pretrain': corpus must be given: task 'math' has no texts of its own");
  }
}
