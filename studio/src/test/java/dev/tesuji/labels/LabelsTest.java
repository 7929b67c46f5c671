package dev.tesuji.labels;

import static dev.tesuji.labels.ProjectFolder.append;
import static dev.tesuji.labels.ProjectFolder.gold;
import static dev.tesuji.labels.ProjectFolder.item;
import static dev.tesuji.labels.ProjectFolder.judged;
import static dev.tesuji.labels.ProjectFolder.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class LabelsTest {
  @TempDir Path folder;

  @Test
  void aRankingWithoutTiesIsOneLine() {
    Project project = project(item("a", "one", "two", "three"));
    append(project, judged("1", "a", "ann", 2, 1, 3));
    assertThat(export(project, Export.Shape.RANKINGS))
        .containsExactly(
            "{\"prompt\":\"prompt of a\",\"responses\":[\"one\",\"two\",\"three\"],\"ranks\":[2,1,3],"
                + "\"item\":\"a\",\"annotator\":\"ann\"}");
  }

  @Test
  void aRankingWithTiesHasEachComparisonOnce() {
    Item item = item("a", "w", "x", "y", "z");
    for (List<Integer> tiers :
        List.of(
            List.of(1, 1, 2, 2),
            List.of(1, 2, 2, 3),
            List.of(3, 1, 1, 1),
            List.of(2, 1, 3, 3),
            List.of(1, 1, 1, 1))) {
      Judgement judgement = judged("1", "a", "ann", tiers.toArray(Integer[]::new));
      List<List<Integer>> found = new ArrayList<>();
      for (List<Integer> chain : Export.chains(item, judgement)) {
        for (int i = 0; i < chain.size(); i++) {
          for (int j = i + 1; j < chain.size(); j++) {
            found.add(List.of(chain.get(i), chain.get(j)));
          }
        }
      }
      List<List<Integer>> wanted = new ArrayList<>();
      for (int a = 0; a < 4; a++) {
        for (int b = 0; b < 4; b++) {
          if (tiers.get(a) < tiers.get(b)) {
            wanted.add(List.of(a, b));
          }
        }
      }
      assertThat(found).as(tiers.toString()).containsExactlyInAnyOrderElementsOf(wanted);
    }
  }

  @Test
  void pairsHaveAMarginAndLeaveTiesAndEqualTextsOut() {
    Project project = project(item("a", "one", "two", "two", "four"));
    append(project, judged("1", "a", "ann", 1, 2, 4, 2));
    assertThat(export(project, Export.Shape.PAIRS))
        .containsExactly(
            pair("one", "two", 1),
            pair("one", "two", 3),
            pair("one", "four", 1),
            pair("four", "two", 2));
  }

  private static String pair(String chosen, String rejected, int margin) {
    return "{\"prompt\":\"prompt of a\",\"chosen\":\"%s\",\"rejected\":\"%s\",\"margin\":%d,\"item\":\"a\",\"annotator\":\"ann\"}"
        .formatted(chosen, rejected, margin);
  }

  @Test
  void labelsAreOfAnswersThatWereJudgedForSafety() {
    Project project = project(item("a", "one", "two", "three"));
    append(
        project, with(project, judged("1", "a", "ann", 1, 2, 3), "{\"safe\":[true,null,false]}"));
    assertThat(export(project, Export.Shape.LABELS))
        .containsExactly(
            "{\"prompt\":\"prompt of a\",\"completion\":\"one\",\"label\":true,\"item\":\"a\",\"annotator\":\"ann\"}",
            "{\"prompt\":\"prompt of a\",\"completion\":\"three\",\"label\":false,\"item\":\"a\",\"annotator\":\"ann\"}");
  }

  @Test
  void answersToAConversationAreMessages() throws IOException {
    Files.writeString(
        folder.resolve("items.jsonl"),
        "{\"id\":\"a\",\"prompt\":[{\"role\":\"user\",\"content\":\"hi\"}],\"answers\":[\"x\",\"y\"]}\n");
    Files.writeString(
        folder.resolve("judgements.jsonl"),
        "{\"item\":\"a\",\"annotator\":\"ann\",\"tiers\":[2,1]}"); // no line feed at the end
    assertThat(export(Project.open(folder), Export.Shape.PAIRS).getFirst())
        .contains("\"chosen\":[{\"role\":\"assistant\",\"content\":\"y\"}]");
  }

  @Test
  void checksOfAnnotatorsTeachNothing() {
    Project project = project(item("a", "x", "y"), gold(item("b", "x", "y"), 1, 2));
    append(
        project,
        judged("1", "a", "ann", 1, 2),
        judged("2", "b", "ann", 1, 2),
        with(project, judged("3", "a", "ann", 2, 1), "{\"repeat\":1}"));
    assertThat(export(project, Export.Shape.PAIRS)).hasSize(1);
  }

  @Test
  void aCorrectionReplacesWhatItNames() {
    Project project = project(item("a", "x", "y"), item("b", "x", "y"));
    append(
        project,
        judged("1", "a", "ann", 1, 2),
        judged("2", "b", "ann", 1, 2),
        with(project, judged("3", "a", "ann", 2, 1), "{\"revises\":\"1\"}"),
        with(
            project,
            judged("4", "b", "ann", 1, 2),
            "{\"revises\":\"2\",\"outcome\":\"withdrawn\"}"));
    assertThat(project.judgements()).extracting(Judgement::id).containsExactly("3");
  }

  @Test
  void aLineThatWasSentTwiceCountsOnce() {
    Project project = project(item("a", "x", "y"));
    append(project, judged("1", "a", "ann", 1, 2), judged("1", "a", "ann", 1, 2));
    assertThat(project.judgements()).hasSize(1);
  }

  @Test
  void halfALineOfAKilledProcessIsLeftOutAndCutOff() throws IOException {
    Project project = project(item("a", "x", "y"), item("b", "x", "y"));
    append(project, judged("1", "a", "ann", 1, 2));
    Path file = project.judgements("ann");
    String half = "{\"id\":\"2\",\"item\":\"b\",\"comment\":\"ü";
    byte[] bytes = half.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 1), StandardOpenOption.APPEND);
    assertThat(project.judgements()).extracting(Judgement::id).containsExactly("1");
    append(project, judged("3", "b", "ann", 2, 1));
    assertThat(project.judgements()).extracting(Judgement::id).containsExactly("1", "3");
    assertThat(Files.readString(file).lines()).hasSize(2);
  }

  @Test
  void aWholeLineWithoutItsLineFeedCounts() throws IOException {
    Project project = project(item("a", "x", "y"), item("b", "x", "y"));
    Path file = project.judgements("ann");
    Files.createDirectories(folder.resolve("judgements"));
    Files.writeString(file, Json.line(judged("1", "a", "ann", 1, 2).toJson()));
    append(project, judged("2", "b", "ann", 1, 2));
    assertThat(project.judgements()).extracting(Judgement::id).containsExactly("1", "2");
  }

  @Test
  void agreementOfAProjectIsCountedByHand() {
    Project project =
        project(item("a", "long one", "short"), item("b", "x", "yy"), item("c", "1", "2", "3"));
    append(
        project,
        judged("1", "a", "ann", 1, 2),
        judged("2", "b", "ann", 1, 2),
        judged("3", "c", "ann", 1, 2, 3),
        judged("4", "a", "ben", 1, 2),
        judged("5", "b", "ben", 2, 1),
        judged("6", "c", "ben", 1, 2, 2));
    ObjectNode json = ProjectAgreement.of(project);
    JsonNode pairwise = json.path("pairwise_agreement"); // a: 1 of 1, b: 0 of 1, c: 2 of 2
    assertThat(pairwise.path("comparisons").intValue()).isEqualTo(4);
    assertThat(pairwise.path("share").doubleValue()).isEqualTo(0.75);
    assertThat(pairwise.path("low").doubleValue()).isCloseTo(0.3006, within(1e-4)); // Wilson
    assertThat(pairwise.path("high").doubleValue()).isCloseTo(0.9544, within(1e-4));
    JsonNode longer = json.path("longer_is_better"); // a: 2 of 2, b: 1 of 2, c: equal lengths
    assertThat(longer.path("comparisons").intValue()).isEqualTo(4);
    assertThat(longer.path("share").doubleValue()).isEqualTo(0.75);
    JsonNode order = json.path("order_bias"); // all but ben's b: 2 + 1 + 3 + 2 of 9
    assertThat(order.path("comparisons").intValue()).isEqualTo(9);
    assertThat(order.path("share").doubleValue()).isCloseTo(8 / 9.0, within(1e-12));
    // W of a: 1; of b: 0; of c: sums 2, 4.5, 5.5 of ranks: 12 * 54.5 - 3 * 4 * 3 * 16 = 78 of
    // 4 * 3 * 8 - 2 * 6 = 84
    assertThat(json.path("kendall_w").doubleValue())
        .isCloseTo((1 + 0 + 78 / 84.0) / 3, within(1e-12));
    assertThat(json.path("by_annotator")).hasSize(2);
    assertThat(json.path("over_time").path(0).path("day").asString()).isEqualTo("2026-11-28");
  }

  @Test
  void repeatsTellConsistencyAndKnownAnswersAccuracy() {
    Project project = project(item("a", "x", "y"), gold(item("g", "x", "y", "z"), 1, 2, 3));
    append(
        project,
        judged("1", "a", "ann", 1, 2),
        with(project, judged("2", "a", "ann", 2, 1), "{\"repeat\":1}"),
        judged("3", "g", "ann", 1, 3, 2));
    ObjectNode json = ProjectAgreement.of(project);
    assertThat(json.path("consistency").path("share").doubleValue()).isZero();
    assertThat(json.path("gold_accuracy").path("share").doubleValue())
        .isCloseTo(2 / 3.0, within(1e-12));
    assertThat(json.path("krippendorff_alpha").isNull()).isTrue();
  }

  @Test
  void aJudgementFarFasterThanUsualIsAnOutlier() {
    Project project = project(item("a", "x", "y"));
    List<Judgement> all = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      long time = i == 4 ? 200 : 10_000 + 500 * i;
      all.add(with(project, judged("j" + i, "a", "ann", 1, 2), "{\"milliseconds\":" + time + "}"));
    }
    JsonNode outliers = TimeOutliers.toJson(all);
    assertThat(outliers).hasSize(1);
    assertThat(outliers.path(0).path("judgement").asString()).isEqualTo("j4");
    assertThat(outliers.path(0).path("kind").asString()).isEqualTo("fast");
  }

  @Test
  void whatDoesNotFitIsNamedWithFileLineFieldAndRemedy() throws IOException {
    refuses(
        "{\"item\":\"z\",\"annotator\":\"n\",\"tiers\":[1,2]}",
        "field 'item' must name an item of items.jsonl, got 'z'");
    refuses(
        "{\"item\":\"a\",\"annotator\":\"n\",\"tiers\":[1]}",
        "field 'tiers' must have the tier of each of the 2 answers, from 1 (the best) to 9, got [1]");
    refuses("{\"item\":\"a\",\"annotator\":\"n\"}", "field 'tiers' is missing, and so is 'safe'");
    refuses(
        "{\"item\":\"a\",\"annotator\":\"n\",\"tiers\":[1,2],\"order\":[0,0]}",
        "field 'order' must have each answer's number from 0 to 1 once, got [0, 0]");
    refuses(
        "{\"item\":\"a\",\"annotator\":\"n\",\"tiers\":[1,2],\"revises\":\"x\"}",
        "field 'revises' must name a judgement of the same item by the same annotator");
    refuses(
        "{\"item\":\"a\",\"annotator\":\"n\",\"tiers\":[1,2],\"outcome\":\"maybe\"}",
        "field 'outcome' must be judged, skipped or withdrawn, got maybe");
    refuses(
        "{\"item\":\"a\",\"annotator\":\"n\",\"tiers\":[1,2],\"milliseconds\":-3}",
        "field 'milliseconds' must be a number of at least 0, got -3");
  }

  private void refuses(String line, String problem) throws IOException {
    Path root = Files.createTempDirectory(folder, "bad");
    Project project = Project.create(root, ProjectSettings.DEFAULT, List.of(item("a", "x", "y")));
    Path file = Files.writeString(root.resolve("judgements.jsonl"), line + "\n");
    assertThatThrownBy(project::judgements)
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(file + ":1: ")
        .hasMessageContaining(problem);
  }

  @Test
  void anUnknownSettingIsRefusedWithTheOneThatWasMeant() throws IOException {
    Files.writeString(
        folder.resolve("items.jsonl"), "{\"id\":\"a\",\"prompt\":\"p\",\"answers\":[\"x\"]}");
    Path file = Files.writeString(folder.resolve("project.json"), "{\"overlab\": 0.2}");
    assertThatThrownBy(() -> Project.open(folder))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("overlap");
  }

  @Test
  void aFolderWithoutItemsIsNoProject() {
    assertThatThrownBy(() -> Project.open(folder))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("must be a label project, a folder with items.jsonl");
  }

  @Test
  void rolloutsBecomeItemsByPrompt() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("step.jsonl"),
            """
            {"prompt":"p","completion":"one"}
            {"prompt":"p","completion":"one"}
            {"prompt":"p","completion":"two"}
            {"prompt":"q","completion":"alone"}
            {"prompt":"r","responses":["x","y","z"]}
            """);
    List<Item> items = ItemFiles.read(List.of(file), 2, 2);
    assertThat(items).extracting(i -> i.prompt().asString()).containsExactly("p", "r");
    assertThat(items.getFirst().answers())
        .containsExactly(
            new Item.Answer("one", "step.jsonl:1"), new Item.Answer("two", "step.jsonl:3"));
  }

  @Test
  void argillasRankingsAreImported() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("argilla.json"),
            """
            [{"id": "r1", "fields": {"instruction": "Say hi", "response-1": "Hi", "response-2": "No"},
              "responses": {"ranking": [
                {"user_id": "0c6f", "value": [{"value": "response-2", "rank": 2}, {"value": "response-1", "rank": 1}]},
                {"user_id": "77aa", "value": [{"value": "response-1", "rank": 1}, {"value": "response-2", "rank": 1}]}],
              "quality": [{"user_id": "0c6f", "value": 4}]}}]
            """);
    Project project = Import.argilla(file).into(folder.resolve("p"), ProjectSettings.DEFAULT);
    assertThat(project.judgements())
        .extracting(Judgement::annotator, Judgement::tiers)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("0c6f", List.of(1, 2)),
            org.assertj.core.groups.Tuple.tuple("77aa", List.of(1, 1)));
    assertThat(project.item("r1").prompt().asString()).isEqualTo("Say hi");
  }

  @Test
  void labelStudiosComparisonsAreImported() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("export.json"),
            """
            [{"id": 7, "data": {"prompt": "Say hi", "text1": "Hi", "text2": "No"}, "annotations": [
               {"id": 1, "completed_by": 3, "result": [{"type": "pairwise", "to_name": "text1,text2",
                 "from_name": "pw", "value": {"selected": "right"}}]},
               {"id": 2, "was_cancelled": true, "completed_by": 4, "result": []}]},
             {"id": 8, "data": {"prompt": "Say bye", "items": [{"id": "m1", "title": "A", "body": "Bye"},
                {"id": "m2", "title": "B", "body": "Never"}]}, "annotations": [
               {"id": 3, "completed_by": {"email": "eve@example.org"}, "result": [{"type": "ranker",
                 "to_name": "list", "from_name": "rank", "value": {"ranker": {"rank": ["m2", "m1"]}}}]}]}]
            """);
    Project project = Import.labelStudio(file).into(folder.resolve("p"), ProjectSettings.DEFAULT);
    assertThat(project.judgements())
        .extracting(Judgement::item, Judgement::annotator, Judgement::tiers)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("task-7", "3", List.of(2, 1)),
            org.assertj.core.groups.Tuple.tuple("task-8", "eve@example.org", List.of(2, 1)));
  }

  @Test
  void argillasRatingsOfSingleAnswersOrderThem() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("argilla.json"),
            """
            [{"id": "r1", "fields": {"prompt": "Say hi", "answer_1": "Hi", "answer_2": "No", "answer_3": "Yo"},
              "responses": {
                "answer_1_rating": [{"user_id": "0c6f", "value": 3}, {"user_id": "77aa", "value": 1}],
                "rating-answer_2": [{"user_id": "0c6f", "value": 1}],
                "answer_3_rating": [{"user_id": "0c6f", "value": 3}],
                "quality": [{"user_id": "0c6f", "value": 4}]}}]
            """);
    Project project = Import.argilla(file).into(folder.resolve("p"), ProjectSettings.DEFAULT);
    assertThat(project.judgements())
        .extracting(Judgement::annotator, Judgement::tiers)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("0c6f", List.of(1, 2, 1)));
  }

  @Test
  void labelStudiosRatingsOfAnswersOrderThem() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("export.json"),
            """
            [{"id": 7, "data": {"prompt": "Say hi", "answer1": "Hi", "answer2": "No"}, "annotations": [
               {"id": 1, "completed_by": 3, "result": [
                 {"type": "rating", "to_name": "answer1", "from_name": "r1", "value": {"rating": 2}},
                 {"type": "rating", "to_name": "answer2", "from_name": "r2", "value": {"rating": 5}},
                 {"type": "choices", "to_name": "answer2", "from_name": "c", "value": {"choices": ["x"]}}]}]}]
            """);
    Project project = Import.labelStudio(file).into(folder.resolve("p"), ProjectSettings.DEFAULT);
    assertThat(project.judgements())
        .extracting(Judgement::item, Judgement::tiers)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("task-7", List.of(2, 1)));
  }

  @Test
  void whatIsWrittenForOtherToolsReadsBackTheSame() throws IOException {
    Project project =
        project(
            ProjectFolder.item("i0", "one", "two", "three"),
            ProjectFolder.item("i1", "one", "two"),
            ProjectFolder.item("i2", "nobody", "has judged"));
    try (JudgementLog log = JudgementLog.open(project.judgements("ann"))) {
      log.append(ProjectFolder.judged("a", "i0", "ann", 3, 1, 2));
      log.append(ProjectFolder.judged("b", "i1", "ann", 2, 1));
    }
    try (JudgementLog log = JudgementLog.open(project.judgements("ben"))) {
      log.append(ProjectFolder.judged("c", "i0", "ben", 1, 1, 2));
    }
    Export.Written argilla = Export.text(project, Export.Shape.ARGILLA);
    assertThat(argilla.count()).isEqualTo(3);
    Path file = Files.writeString(folder.resolve("argilla.json"), argilla.text());
    assertThat(Import.argilla(file).judgements())
        .extracting(Judgement::item, Judgement::tiers)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("i0", List.of(3, 1, 2)),
            org.assertj.core.groups.Tuple.tuple("i0", List.of(1, 1, 2)),
            org.assertj.core.groups.Tuple.tuple("i1", List.of(2, 1)));
    Export.Written tasks = Export.text(project, Export.Shape.LABEL_STUDIO);
    Files.writeString(file, tasks.text());
    assertThat(Import.labelStudio(file).judgements())
        .as("what has ties cannot be said there")
        .extracting(Judgement::item, Judgement::tiers)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("task-1", List.of(3, 1, 2)),
            org.assertj.core.groups.Tuple.tuple("task-2", List.of(2, 1)));
    assertThat(tasks.text()).contains("\"meta\":{\"annotators\":[\"ann\"]}");
  }

  private Project project(Item... items) {
    return Project.create(folder, ProjectSettings.DEFAULT, List.of(items));
  }

  private static List<String> export(Project project, Export.Shape shape) {
    List<String> lines = new ArrayList<>();
    Export.write(project, shape, line -> lines.add(Json.line(line)));
    return lines;
  }
}
