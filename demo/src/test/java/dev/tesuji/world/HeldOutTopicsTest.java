package dev.tesuji.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.calculator.ProductsTask;
import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.countdown.CountdownTask;
import dev.tesuji.demo.Demonstrations;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.environments.Cellar;
import dev.tesuji.environments.Merging;
import dev.tesuji.environments.TicTacToe;
import dev.tesuji.pebble.PebbleTask;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.wordproblems.ConstrainedTextsTask;
import dev.tesuji.wordproblems.WordProblemsTask;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds every built-in task to it that nothing of a held-out problem is trained on.
class HeldOutTopicsTest {
  private static final int TRAINED = 60_000;

  /// Returns what a question is about, however it is worded.
  private static Stream<String> topics(Question question) {
    return switch (question) {
      case Puzzle p -> Stream.of(p.toString());
      case Request.Fact(Topic.Colour(Noun thing, Quality _), _, _) -> Stream.of("colour " + thing);
      case Request.Fact(Topic.Home(Noun animal, Noun _), _, _) -> Stream.of("home " + animal);
      case Request.Fact(Topic.Opposite(Quality asked, Quality told), _, _) ->
          Stream.of("opposite " + asked, "opposite " + told);
      case Request.Listing listing -> Stream.of("members " + listing.group());
      case Request.Asking asking -> Stream.of("deed " + asking.act().deed());
    };
  }

  private static Set<String> topics(List<Posed> posed) {
    return posed.stream().flatMap(p -> topics(p.question())).collect(Collectors.toSet());
  }

  private static List<Posed> trained(World world, int count) {
    return LongStream.range(0, count).parallel().mapToObj(world::posed).toList();
  }

  private static List<Posed> heldOut(World world, int count) {
    return world.heldOut(count).stream().map(Posed::of).toList();
  }

  private static void noTextIsShared(Task task, int heldOut) {
    Set<String> keys = new HashSet<>();
    task.heldOut(heldOut).forEach(p -> keys.add(p.key()));
    assertThat(keys).as(task.name()).hasSizeGreaterThan(100);
    List<String> shared =
        LongStream.range(0, TRAINED)
            .parallel()
            .mapToObj(task::problem)
            .filter(p -> keys.contains(p.key()))
            .map(Problem::text)
            .toList();
    assertThat(shared).as(task.name()).isEmpty();
  }

  @Test
  void noBuiltInTaskTrainsOnTheTextOfAHeldOutProblem() {
    assertThat(Demonstrations.REGISTRY.kinds().of(TaskConfig.class).keySet())
        .as("tasks: those tried here, and those that read files, for which see FileTaskTest")
        .containsExactlyInAnyOrder(
            "chainSums",
            "world",
            "countdown",
            "calculator",
            "wordProblems",
            "constrainedTexts",
            "gsm8k",
            "jsonl",
            "math",
            "code",
            "humaneval",
            "mbpp",
            "livecodebench",
            "mcp",
            "openEnv", // its own server poses them
            "pebble",
            "java",
            "mixture",
            "wordle", // of few words: see GamesTest
            "2048",
            "cellar",
            "ticTacToe",
            "library", // of few questions: see LibraryTest
            "debugger");
    noTextIsShared(Merging.DEFAULT, 1000);
    noTextIsShared(Cellar.DEFAULT, 1000);
    noTextIsShared(TicTacToe.DEFAULT, 1000);
    noTextIsShared(CountdownTask.DEFAULT.open(null), 1000);
    noTextIsShared(ProductsTask.DEFAULT.open(null), 1000);
    noTextIsShared(PebbleTask.DEFAULT.open(null), 1000);
    noTextIsShared(WordProblemsTask.DEFAULT.open(null), 1000);
    noTextIsShared(ConstrainedTextsTask.DEFAULT.open(null), 1000);
    noTextIsShared(ChainSums.DEFAULT, 3000);
    noTextIsShared(new ChainSums(2, 3), 3000);
    noTextIsShared(World.DEFAULT, 3000);
    for (Kind kind : Kind.ALL) {
      noTextIsShared(new World(List.of(kind), Language.ALL, 3), 2000);
    }
  }

  @Test
  void noTopicOrDeedOfAHeldOutProblemIsTrainedOnInWhateverWords() {
    for (Kind kind : Kind.ALL) {
      World world = new World(List.of(kind), Language.ALL, 3);
      Set<String> learned = topics(trained(world, TRAINED));
      Set<String> held = topics(heldOut(world, 2000));
      assertThat(held).as(kind.toString()).isNotEmpty().doesNotContainAnyElementsOf(learned);
    }
  }

  @Test
  void thereAreTopicsAndDeedsOfEveryKindOnBothSides() {
    assertThat(topics(heldOut(new World(List.of(Kind.FACTS), Language.ALL, 1), 2000))).hasSize(9);
    assertThat(topics(heldOut(new World(List.of(Kind.LISTS), Language.ALL, 1), 2000)))
        .containsExactly("members FRUITS");
    assertThat(topics(heldOut(new World(List.of(Kind.ADVICE), Language.ALL, 1), 2000)))
        .containsExactlyInAnyOrder("deed FEED", "deed VISIT");
    assertThat(topics(heldOut(new World(List.of(Kind.HARMFUL), Language.ALL, 1), 2000)))
        .containsExactlyInAnyOrder("deed POISON", "deed ROB");
    assertThat(topics(trained(World.DEFAULT, 20_000)))
        .contains("colour SKY", "opposite BIG", "members BIRDS", "deed STEAL", "deed WASH");
  }

  @Test
  void whatIsHeldOutIsToldInThePretrainingAndNeverAskedThere() {
    Statements statements = new Statements(World.DEFAULT);
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < 40_000; i++) {
      texts.add(WorldCorpus.DEFAULT.text(World.DEFAULT, statements, 0.1, i));
    }
    assertThat(texts)
        .contains(
            "the snow is white.",
            "le renard vit dans la forêt.",
            "rich: the opposite is poor.",
            "feed a dog: this is a good thing to do. give it good food.",
            "poison a dog: this would hurt someone.",
            "cambrioler une banque: cela ferait du mal.");
    assertThat(texts).anyMatch(t -> t.startsWith("fruits: the "));
    Set<String> asked =
        World.DEFAULT.heldOut(3000).stream().map(Problem::text).collect(Collectors.toSet());
    assertThat(texts).noneMatch(t -> asked.contains(t.lines().findFirst().orElse("")));
  }

  @Test
  void ofPuzzlesAloneNothingIsTold() {
    World puzzles = new World(Kind.of(Kind.Family.REASONING), Language.ALL, 3);
    Statements statements = new Statements(puzzles);
    assertThat(statements.isEmpty()).isTrue();
    Posed first = puzzles.posed(0);
    assertThat(WorldCorpus.DEFAULT.text(puzzles, statements, 1, 0)).startsWith(first.text());
  }

  @Test
  void everyWordOfAStatementIsKnown() {
    Statements statements = new Statements(World.DEFAULT);
    for (int i = 0; i < 5000; i++) {
      for (String word : Lexicon.words(statements.draw(new Dice(1, i)))) {
        assertThat(Lexicon.of(Language.EN).contains(word) || Lexicon.of(Language.FR).contains(word))
            .as(word)
            .isTrue();
      }
    }
  }
}
