package dev.tesuji.rewardmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.env.Problem;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.reward.Response;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.tokenized.TokenizedDataset.TooLong;
import dev.tesuji.weights.NewModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardExamplesTest {
  private static final int END = 1;

  @TempDir private Path folder = Path.of("");

  private RewardExamples read(TooLong policy, double heldOut, String... lines) throws IOException {
    new NewModel(1, 16, 24, 2, 1, 64).create(folder.resolve("model"), 5);
    Path file = Files.write(folder.resolve("d.jsonl"), List.of(lines));
    try (Tokenizer tokenizer = Tokenizer.load(folder.resolve("model"))) {
      TokenizedDataset.Words words = new TokenizedDataset.Words(tokenizer, END, null);
      return RewardExamples.read(
          Dataset.at(file),
          new RewardExamples.Reading(words, new TokenizedDataset.Limit(12, policy), heldOut, 1));
    }
  }

  private void refused(String line, String sentence) {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(TooLong.ERROR, 0.5, line))
        .withMessage(folder.resolve("d.jsonl") + ":1: " + sentence);
  }

  @Test
  void pairsAndRankingsAreReadWithTheirMargin() throws IOException {
    String[] lines = new String[20];
    for (int i = 0; i < lines.length; i++) {
      lines[i] =
          "{\"prompt\": \"" + i + "\", \"responses\": [\"1\", \"22\", \"3\"], \"margin\": 0.5}";
    }
    RewardExamples read = read(TooLong.ERROR, 0.5, lines);
    assertThat(read.train().size() + read.heldOut().size()).isEqualTo(20);
    assertThat(read.train()).isNotEmpty();
    assertThat(read.train())
        .allSatisfy(o -> {
          RewardExample.Ranked ranked = (RewardExample.Ranked) o;
          assertThat(ranked.answers())
              .extracting(RewardExample.Answer::length)
              .containsExactly(2, 3, 2);
          assertThat(ranked.answers()).allMatch(a -> a.text()[a.text().length - 1] == END);
          assertThat(ranked.margin()).isEqualTo(0.5);
          assertThat(ranked.count()).isEqualTo(3);
        });
  }

  @Test
  void ranksPutAnswersInOrder() throws IOException {
    RewardExamples read =
        read(
            TooLong.ERROR,
            0.5,
            "{\"prompt\": \"1\", \"responses\": [\"1\", \"22\", \"333\"], \"ranks\": [3, 1, 2]}",
            "{\"prompt\": \"2\", \"responses\": [\"1\", \"22\", \"333\"], \"ranks\": [3, 1, 2]}",
            "{\"prompt\": \"3\", \"responses\": [\"1\", \"22\", \"333\"], \"ranks\": [3, 1, 2]}",
            "{\"prompt\": \"4\", \"responses\": [\"1\", \"22\", \"333\"], \"ranks\": [3, 1, 2]}");
    assertThat(read.train().getFirst().answers())
        .extracting(RewardExample.Answer::length)
        .containsExactly(3, 4, 2);
  }

  @Test
  void noPromptIsOnBothSides() throws IOException {
    String[] lines = new String[60];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = "{\"prompt\": \"" + i % 6 + "\", \"chosen\": \"" + i + "\", \"rejected\": \"+\"}";
    }
    RewardExamples read = read(TooLong.ERROR, 0.5, lines);
    assertThat(prompts(read.train())).doesNotContainAnyElementsOf(prompts(read.heldOut()));
    assertThat(read.train().size() + read.heldOut().size()).isEqualTo(6);
    assertThat(Stream.concat(read.train().stream(), read.heldOut().stream()))
        .as("the ten pairs of a prompt are one example")
        .allMatch(o -> o.count() == 10 && o.answers().size() == 11);
  }

  @Test
  void pairsOfAPromptAreOneExampleInWhichEachAnswerStandsOnce() throws IOException {
    RewardExamples read =
        read(
            TooLong.ERROR,
            0.5,
            "{\"prompt\": \"1\", \"chosen\": \"2\", \"rejected\": \"33\"}",
            "{\"prompt\": \"1\", \"chosen\": \"2\", \"rejected\": \"444\", \"margin\": 0.5}",
            "{\"prompt\": \"1\", \"chosen\": \"2\", \"rejected\": \"33\"}",
            "{\"prompt\": \"2\", \"chosen\": \"2\", \"rejected\": \"3\"}",
            "{\"prompt\": \"3\", \"chosen\": \"2\", \"rejected\": \"3\"}",
            "{\"prompt\": \"4\", \"chosen\": \"2\", \"rejected\": \"3\"}");
    assertThat(read.train().size() + read.heldOut().size()).isEqualTo(4);
    RewardExample.Group group =
        Stream.concat(read.train().stream(), read.heldOut().stream())
            .filter(RewardExample.Group.class::isInstance)
            .map(RewardExample.Group.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(group.answers()).extracting(RewardExample.Answer::length).containsExactly(2, 3, 4);
    assertThat(group.comparisons())
        .containsExactly(
            new RewardExample.Comparison(0, 1, 0),
            new RewardExample.Comparison(0, 2, 0.5),
            new RewardExample.Comparison(0, 1, 0));
  }

  @Test
  void aPromptWithManyAnswersIsSeveralExamplesOfOneSide() throws IOException {
    String[] lines = new String[44];
    for (int i = 0; i < 40; i++) {
      lines[i] = "{\"prompt\": \"7\", \"chosen\": \"" + i + "\", \"rejected\": \"+\"}";
    }
    for (int i = 0; i < 4; i++) {
      lines[40 + i] = "{\"prompt\": \"" + i + "\", \"chosen\": \"1\", \"rejected\": \"+\"}";
    }
    RewardExamples read = read(TooLong.ERROR, 0.5, lines);
    List<RewardExample> side =
        read.train().stream().anyMatch(RewardExample.Group.class::isInstance)
            ? read.train()
            : read.heldOut();
    List<RewardExample> parts = side.stream().filter(o -> o.prompt() >= 0).toList();
    assertThat(parts).extracting(RewardExample::count).containsExactly(14, 14, 12);
    assertThat(parts).extracting(RewardExample::prompt).containsOnly(parts.getFirst().prompt());
  }

  private static List<Integer> prompts(List<RewardExample> opinions) {
    return opinions.stream().map(o -> o.answers().getFirst().text()[0]).toList();
  }

  @Test
  void whatIsTooLongLosesItsBeginningOrGoes() throws IOException {
    String pair = "{\"prompt\": \"%s\", \"chosen\": \"1\", \"rejected\": \"2\"}";
    String[] lines = {
      pair.formatted("1"),
      pair.formatted("2"),
      pair.formatted("3"),
      pair.formatted("4"),
      pair.formatted("1234567890123456")
    };
    RewardExamples cut = read(TooLong.TRUNCATE, 0.5, lines);
    assertThat(cut.touched()).isEqualTo(2);
    assertThat(cut.train().size() + cut.heldOut().size()).isEqualTo(5);
    assertThat(Stream.concat(cut.train().stream(), cut.heldOut().stream()))
        .flatMap(RewardExample::answers)
        .allMatch(a -> a.text().length <= 12 && a.text()[a.text().length - 1] == END);
    RewardExamples dropped = read(TooLong.DROP, 0.5, lines);
    assertThat(dropped.train().size() + dropped.heldOut().size()).isEqualTo(4);
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(TooLong.ERROR, 0.5, lines))
        .withMessage(
            folder.resolve("d.jsonl")
                + ":5: a text has 18 tokens, the limit is 12; raise maxTokens, or set tooLong to"
                + " drop or truncate");
  }

  @Test
  void tiesAreRefused() {
    refused(
        "{\"prompt\": \"1\", \"chosen\": \"2\", \"rejected\": \"2\"}",
        "field 'rejected' must differ from 'chosen': a tie teaches nothing; leave the row out");
    refused(
        "{\"prompt\": \"1\", \"responses\": [\"2\", \"3\"], \"ranks\": [1, 1]}",
        "field 'ranks' must rank every answer differently (a tie teaches nothing), got [1,1]");
  }

  @Test
  void answersThatComeTwiceOrAloneAreRefused() {
    refused(
        "{\"prompt\": \"1\", \"responses\": [\"2\", \"2\"]}",
        "field 'responses' must not have the same answer twice, got \"2\"");
    refused(
        "{\"prompt\": \"1\", \"responses\": [\"2\"]}",
        "field 'responses' must have at least two answers to compare, got 1");
  }

  @Test
  void ranksAndLabelsOutOfRangeAreRefused() {
    refused(
        "{\"prompt\": \"1\", \"responses\": [\"2\", \"3\"], \"ranks\": [1, 3]}",
        "field 'ranks' must have ranks from 1 (the best) to 2, got 3");
    refused(
        "{\"prompt\": \"1\", \"responses\": [\"2\", \"3\"], \"ranks\": [1]}",
        "field 'ranks' must have as many items as 'responses', 2, got 1");
    refused(
        "{\"prompt\": \"1\", \"completion\": \"2\", \"label\": 7}",
        "field 'label' must be true or false, got 7");
    refused(
        "{\"prompt\": \"1\", \"chosen\": \"2\", \"rejected\": \"3\", \"margin\": -1}",
        "field 'margin' must be a number from 0, got -1");
  }

  @Test
  void rowsWithoutAnOpinionAreRefused() {
    refused(
        "{\"prompt\": \"1\", \"completion\": \"2\"}",
        "says of no answer whether it is good; a reward model learns from 'chosen' and"
            + " 'rejected', from 'prompt' and 'responses', or from 'prompt', 'completion' and"
            + " 'label'");
  }

  @Test
  void labelsThatAreAllTheSameAreRefused() {
    String line = "{\"prompt\": \"%s\", \"completion\": \"2\", \"label\": true}";
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() ->
            read(
                TooLong.ERROR,
                0.5,
                line.formatted("1"),
                line.formatted("2"),
                line.formatted("3"),
                line.formatted("4")))
        .withMessageEndingWith("all labels are the same, so that there is nothing to tell apart");
  }

  @Test
  void oneSideWithoutAnOpinionIsRefused() {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() ->
            read(
                TooLong.ERROR, 1e-9, "{\"prompt\": \"1\", \"chosen\": \"2\", \"rejected\": \"3\"}"))
        .withMessage(
            folder.resolve("d.jsonl")
                + ": 1 rankings or labelled answers within the limit of 12 tokens leave none to"
                + " hold out; give more, or change heldOutShare");
  }

  /// Takes a comparison to learn from, with a worse answer of one's own, and one held out.
  private RewardExamples ofPairs(TooLong policy, String worse) {
    return ofPairs(policy, worse, FinishReason.EOS);
  }

  private RewardExamples ofPairs(TooLong policy, String worse, FinishReason reason) {
    new NewModel(1, 16, 24, 2, 1, 64).create(folder.resolve("model"), 5);
    ChainSums sums = new ChainSums(2, 2); // prompts such as 3+4=?, with a line break: 6 tokens
    try (Tokenizer tokenizer = Tokenizer.load(folder.resolve("model"))) {
      TokenizedDataset.Words words = new TokenizedDataset.Words(tokenizer, END, null);
      return RewardExamples.of(
          sums,
          List.of(
              pair(sums.problem(0), "12345", worse, reason),
              pair(sums.problem(1), "12", "1", FinishReason.EOS)),
          List.of(pair(sums.heldOut(1).getFirst(), "1", "2", FinishReason.EOS)),
          new RewardExamples.Reading(words, new TokenizedDataset.Limit(12, policy), 0.5, 1));
    }
  }

  private static RewardExamples.Pair pair(
      Problem problem, String better, String worse, FinishReason reason) {
    return new RewardExamples.Pair(
        new Response(problem, better, new int[0], FinishReason.EOS),
        new Response(problem, worse, new int[0], reason));
  }

  @Test
  void aResponseThatWasCutOffIsLearnedFromWithoutAnEnd() {
    List<RewardExample.Answer> answers =
        ofPairs(TooLong.ERROR, "99", FinishReason.LENGTH).train().getFirst().answers();
    assertThat(answers).extracting(RewardExample.Answer::length).containsExactly(6, 2);
    assertThat(answers.getFirst().text()).hasSize(12).endsWith(END);
    assertThat(answers.getLast().text()).hasSize(8).doesNotContain(END);
  }

  @Test
  void aPairRespondsToOneProblem() {
    ChainSums sums = new ChainSums(2, 2);
    Response one = new Response(sums.problem(0), "1", new int[0], FinishReason.EOS);
    Response other = new Response(sums.problem(1), "1", new int[0], FinishReason.EOS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RewardExamples.Pair(one, other))
        .withMessageStartingWith("both responses must be to one problem, got ");
  }

  @Test
  void comparisonsThatWereMadeElsewhereKeepTheirSide() {
    RewardExamples read = ofPairs(TooLong.ERROR, "9");
    assertThat(read.heldOut()).hasSize(1);
    assertThat(read.train()).hasSize(2);
    assertThat(read.train().getFirst().answers())
        .extracting(RewardExample.Answer::length)
        .containsExactly(6, 2);
    assertThat(read.touched()).isZero();
  }

  @Test
  void comparisonsThatWereMadeElsewhereAreHeldToTheLimit() {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> ofPairs(TooLong.ERROR, "123456"))
        .withMessageContaining("a text has 13 tokens, the limit is 12; raise maxTokens");
    assertThat(ofPairs(TooLong.DROP, "123456").train()).hasSize(1);
    RewardExamples cut = ofPairs(TooLong.TRUNCATE, "123456");
    assertThat(cut.train()).hasSize(2);
    assertThat(cut.touched()).isEqualTo(1);
  }
}
