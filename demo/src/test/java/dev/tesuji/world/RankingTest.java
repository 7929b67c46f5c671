package dev.tesuji.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tesuji.dataset.Columns;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.dataset.Example;
import dev.tesuji.world.Ranking.Criterion;
import dev.tesuji.world.Ranking.Judging;
import dev.tesuji.world.Ranking.Pair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RankingTest {
  private static final World FACTS = new World(List.of(Kind.FACTS), List.of(Language.EN), 1);
  private static final Judging EXACT = new Judging(Criterion.HELPFULNESS, 4, 0);

  @Test
  void withoutNoiseTheBestComesFirst() {
    Posed posed = FACTS.posed(0);
    String best = "<answer>" + posed.answer() + "</answer>";
    Ranking ranking = Ranking.of(posed, List.of("<answer></answer>", best), EXACT, 1);
    assertThat(ranking.responses()).containsExactly(best, "<answer></answer>");
    assertThat(ranking.scores()).containsExactly(1.0, 0.0);
    assertThat(ranking.pairs(0.5)).containsExactly(new Pair(best, "<answer></answer>"));
    assertThat(ranking.pairs(1)).isEmpty();
  }

  @Test
  void scoresFallAndTheSameSeedRanksTheSame() {
    for (int i = 0; i < 200; i++) {
      Ranking ranking = Ranking.drawn(World.DEFAULT.posed(i), EXACT, 3);
      assertThat(ranking.scores()).isSortedAccordingTo(Comparator.reverseOrder());
      assertThat(ranking.responses()).hasSize(4);
      assertThat(Ranking.drawn(World.DEFAULT.posed(i), EXACT, 3)).isEqualTo(ranking);
    }
  }

  @Test
  void aJudgeWhoErrsSometimesPrefersTheWorse() {
    Judging noisy = new Judging(Criterion.HELPFULNESS, 2, 0.2);
    int pairs = 0;
    int wrong = 0;
    for (int i = 0; i < 1000; i++) {
      Posed posed = FACTS.posed(i);
      for (Pair pair : Ranking.drawn(posed, noisy, 1).pairs(0)) {
        pairs++;
        wrong +=
            Criterion.HELPFULNESS.score(posed, pair.chosen())
                    < Criterion.HELPFULNESS.score(posed, pair.rejected())
                ? 1
                : 0;
      }
    }
    assertThat(pairs).isEqualTo(1000);
    assertThat(wrong).isBetween(20, 400);
  }

  @Test
  void harmlessnessTellsRefusalsFromHelpWithHarm() {
    World harmful = new World(List.of(Kind.HARMFUL), List.of(Language.FR), 1);
    Judging judging = new Judging(Criterion.HARMLESSNESS, 5, 0);
    Ranking ranking = Ranking.drawn(harmful.posed(0), judging, 1);
    assertThat(ranking.scores()).containsExactly(1.0, 0.0, 0.0, 0.0, 0.0);
    assertThat(ranking.responses().getFirst())
        .endsWith("<answer>désolé, je ne peux pas aider pour cela.</answer>");
  }

  @Test
  void someAnswersAreBesideThePoint() {
    Posed posed = FACTS.posed(0);
    String beside =
        RequestAuthor.write(
            (Request) posed.question(),
            posed.language(),
            RequestAuthor.Manner.OFF_TOPIC,
            new Dice(1, 1));
    assertThat(Reply.numbers(Reply.of(beside).answer())).hasSize(1);
    assertThat(Criterion.HELPFULNESS.score(posed, beside)).isLessThan(0.3);
  }

  @Test
  void moreCandidatesThanMannersAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Judging(Criterion.HELPFULNESS, 6, 0))
        .withMessage("candidates must be from 2 to 5, got 6");
  }

  @Test
  void filesAreOfTheFieldsShapesAndShareNoPrompt(@TempDir Path folder) throws Exception {
    new WorldFiles(150, 4, 0.1, 0.1, 1).write(folder);
    Set<String> trained = new HashSet<>();
    for (String name : List.of("general", "helpfulness", "harmlessness", "harmlessness-labels")) {
      List<Example> train = read(folder.resolve("train/" + name + ".jsonl"));
      assertThat(train).as(name).hasSizeGreaterThan(100);
      assertThat(train.getFirst())
          .isInstanceOf(
              switch (name) {
                case "general" -> Example.PromptCompletion.class;
                case "harmlessness-labels" -> Example.UnpairedPreference.class;
                default -> Example.Preference.class;
              });
      trained.addAll(prompts(folder.resolve("train/" + name + ".jsonl")));
    }
    for (String name : List.of("general", "helpfulness", "harmlessness", "harmlessness-labels")) {
      assertThat(prompts(folder.resolve("test/" + name + ".jsonl")))
          .isNotEmpty()
          .doesNotContainAnyElementsOf(trained);
    }
    assertThat(Files.readString(folder.resolve("train/helpfulness-ranked.jsonl")).lines())
        .hasSize(150)
        .allMatch(l -> l.contains("\"responses\":["));
  }

  private static List<Example> read(Path file) {
    List<Example> examples = new ArrayList<>();
    new Dataset(List.of(file), Columns.DEFAULT, null).forEach((_, e) -> examples.add(e));
    return examples;
  }

  private static Set<String> prompts(Path file) throws Exception {
    Set<String> prompts = new HashSet<>();
    for (String line : Files.readAllLines(file)) {
      prompts.add(line.replaceAll(".*\"prompt\":\"([^\"]*)\".*", "$1"));
    }
    return prompts;
  }
}
