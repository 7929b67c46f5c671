package dev.tesuji.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.DataFolder;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.tokenized.TokenizedDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreferencesTest {
  private static final int END = 0;
  private static final TokenizedDataset.Limit ROOMY =
      new TokenizedDataset.Limit(100, TokenizedDataset.TooLong.ERROR);
  private static @Nullable Tokenizer opened;
  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void openTheTokenizer() {
    opened = Tokenizer.load(Fixtures.checkout().resolve("models/base"));
  }

  @AfterAll
  static void closeTheTokenizer() {
    words().tokenizer().close();
  }

  private static TokenizedDataset.Words words() {
    if (opened == null) {
      throw new IllegalStateException("not opened");
    }
    return new TokenizedDataset.Words(opened, END, null);
  }

  private Path file(String text) throws IOException {
    return new DataFolder(folder).text("data.jsonl", text);
  }

  private static Preferences.Loaded<Pair> pairs(Path file, TokenizedDataset.Limit limit) {
    return Preferences.pairs(Dataset.at(file), words(), limit);
  }

  private static Preferences.Loaded<UnpairedExample> judged(
      Path file, TokenizedDataset.Limit limit) {
    return Preferences.judged(Dataset.at(file), words(), limit);
  }

  private void refused(
      BiFunction<Path, TokenizedDataset.Limit, ?> reader, String text, String problem)
      throws IOException {
    Path file = file(text);
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> reader.apply(file, ROOMY))
        .withMessage(file + problem);
  }

  private static String answer(TokenSequence text) {
    int[] ids = Arrays.copyOfRange(text.ids(), text.targets()[0], text.length());
    assertThat(ids[ids.length - 1]).isEqualTo(END);
    return words().tokenizer().decode(Arrays.copyOf(ids, ids.length - 1));
  }

  @Test
  void aPairHasItsPromptAndTwoAnswersThatEnd() throws IOException {
    Path file =
        file(
            """
            {"prompt": "1+1=?", "chosen": "2", "rejected": "33"}
            {"chosen": "1+2=?3", "rejected": "1+2=?4"}
            """);
    List<Pair> pairs = pairs(file, ROOMY).examples();
    assertThat(answer(pairs.get(0).chosen())).isEqualTo("2");
    assertThat(answer(pairs.get(0).rejected())).isEqualTo("33");
    assertThat(answer(pairs.get(1).chosen())).isEqualTo("3");
    assertThat(answer(pairs.get(1).rejected())).isEqualTo("4");
    assertThat(pairs.get(1).chosen().targets()[0]).isEqualTo(5);
  }

  @Test
  void pairsThatSayNothingAreRefused() throws IOException {
    refused(
        PreferencesTest::pairs,
        """
        {"prompt": "1=?", "chosen": "1", "rejected": "2"}
        {"prompt": "2=?", "chosen": "2", "rejected": ""}
        """,
        ":2: field 'rejected' must not be empty: there is no answer to prefer");
    refused(
        PreferencesTest::pairs,
        """
        {"prompt": "1=?", "chosen": "1", "rejected": "1"}
        """,
        ":1: 'chosen' and 'rejected' must differ: where both answers are the same neither is"
            + " better; leave the row out");
    refused(
        PreferencesTest::pairs,
        """
        {"prompt": "1=?", "chosen": "1"}
        """,
        ":1: field 'rejected' is missing; the line has 'prompt', 'chosen'");
    refused(
        PreferencesTest::pairs,
        """
        {"chosen": "1", "rejected": "2"}
        """,
        ":1: the prompt must not be empty");
  }

  @Test
  void judgementsThatSayNothingAreRefused() throws IOException {
    refused(
        PreferencesTest::judged,
        """
        {"prompt": "1=?", "completion": "1", "label": true}
        {"prompt": "2=?", "completion": "2", "label": 2}
        """,
        ":2: field 'label' must be true or false, got 2");
    refused(
        PreferencesTest::judged,
        """
        {"prompt": "1=?", "completion": "1", "label": "good"}
        """,
        ":1: field 'label' must be true or false, got \"good\"");
    refused(
        PreferencesTest::judged,
        """
        {"prompt": "1=?", "completion": "1"}
        """,
        ":1: field 'label' is missing; the line has 'prompt', 'completion'");
    refused(
        PreferencesTest::judged,
        """
        {"prompt": "1=?", "completion": "", "label": true}
        """,
        ":1: field 'completion' must not be empty: there is no answer to prefer");
    refused(
        PreferencesTest::judged,
        """
        {"prompt": "1=?", "completion": "1", "label": true}
        {"prompt": "2=?", "completion": "2", "label": true}
        """,
        ": every 'label' is true; KTO learns from good answers and from bad ones, so add some of"
            + " the others, or learn from good ones alone with 'sft'");
    refused(
        PreferencesTest::judged,
        """
        {"prompt": "1=?", "completion": "1", "label": true}
        {"prompt": "1=?", "completion": "2", "label": false}
        """,
        ": KTO needs at least two different prompts: it measures how far the policy has moved on"
            + " answers to other prompts");
  }

  @Test
  void theAnswerToAnotherPromptStandsBesideEachAnswer() throws IOException {
    Path file =
        file(
            """
            {"prompt": "1=?", "chosen": "1", "rejected": "2"}
            {"prompt": "3=?", "chosen": "3", "rejected": "4"}
            """);
    List<UnpairedExample> judged = judged(file, ROOMY).examples();
    assertThat(judged)
        .extracting(UnpairedExample::desirable)
        .containsExactly(true, false, true, false);
    assertThat(judged).extracting(j -> answer(j.mismatched())).containsExactly("4", "4", "2", "2");
    assertThat(judged.get(2).mismatched().ids()[0]).isEqualTo(judged.get(2).answer().ids()[0]);
  }

  @Test
  void longAnswersAreRefusedDroppedOrCut() throws IOException {
    String text =
        """
        {"prompt": "1=?", "chosen": "1", "rejected": "2"}
        {"prompt": "1=?", "chosen": "1234", "rejected": "2"}
        """;
    Path file = file(text);
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(
            () -> pairs(file, new TokenizedDataset.Limit(6, TokenizedDataset.TooLong.ERROR)))
        .withMessage(
            file
                + ":2: an answer with its prompt has 8 tokens, the limit is 6; raise maxTokens, or"
                + " set tooLong to drop or truncate");
    Preferences.Loaded<Pair> dropped =
        pairs(file, new TokenizedDataset.Limit(6, TokenizedDataset.TooLong.DROP));
    assertThat(dropped.examples()).hasSize(1);
    assertThat(dropped.touched()).isEqualTo(1);
    Preferences.Loaded<Pair> cut =
        pairs(file, new TokenizedDataset.Limit(6, TokenizedDataset.TooLong.TRUNCATE));
    assertThat(cut.examples().get(1).chosen().length()).isEqualTo(6);
    assertThat(cut.examples().get(1).rejected().length()).isEqualTo(5);
    assertThat(cut.touched()).isEqualTo(1);
  }

  @Test
  void allPairsOfAPromptAreOnOneSide() {
    List<Integer> all = IntStream.range(0, 40).boxed().toList();
    List<String> prompts = all.stream().map(i -> "prompt " + i % 8).toList();
    Preferences.Split<Integer> split = new Preferences.Loaded<>(all, prompts, 0).split(0.25, 3);
    assertThat(split.heldOut()).as("5 of each of 2 prompts").hasSize(10);
    assertThat(split.kept()).hasSize(30);
    assertThat(split.kept().stream().map(i -> i % 8))
        .doesNotContainAnyElementsOf(split.heldOut().stream().map(i -> i % 8).toList());
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() ->
            new Preferences.Loaded<>(all, all.stream().map(_ -> "p").toList(), 0).split(0.25, 3))
        .withMessage(
            "all 40 examples answer one prompt, so that none can be held out; set heldOutShare to"
                + " 0, or give heldOut a file of its own");
  }

  @Test
  void promptsOfTheHeldOutFileAreNotLearnedFrom() throws IOException {
    Preferences.Loaded<Pair> train =
        pairs(
            file(
                """
                {"prompt": "1=?", "chosen": "1", "rejected": "2"}
                {"prompt": " 1=? ", "chosen": "1", "rejected": "3"}
                {"prompt": "2=?", "chosen": "2", "rejected": "3"}
                """),
            ROOMY);
    Preferences.Loaded<Pair> held =
        pairs(
            new DataFolder(folder)
                .text(
                    "held.jsonl",
                    "{\"prompt\": \"1=?\", \"chosen\": \"1\", \"rejected\": \"4\"}\n"),
            ROOMY);
    Preferences.Split<Pair> split = train.without(held);
    assertThat(split.kept()).hasSize(1);
    assertThat(answer(split.kept().getFirst().chosen())).isEqualTo("2");
    assertThat(split.heldOut()).isEqualTo(held.examples());
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> held.without(train))
        .withMessageStartingWith("the prompts of all 1 examples are held out");
  }

  @Test
  void answersOfADialogueThatBeginAlikeAreToOnePrompt() throws IOException {
    String row =
        "{\"chosen\": \"\\n\\nHuman: 1=?\\n\\nAssistant: %s\", \"rejected\": \"\\n\\nHuman: 1=?\\n\\nAssistant: %s\"}\n";
    Path file = file(row.formatted("12", "13") + row.formatted("21", "22"));
    assertThat(pairs(file, ROOMY).prompts())
        .containsExactly("human: 1=? assistant:", "human: 1=? assistant:");
  }

  @Test
  void noAnswerThatIsHeldOutStandsBesideOneThatIsLearnedFrom() throws IOException {
    Path file =
        file(
            """
            {"prompt": "1=?", "chosen": "1", "rejected": "2"}
            {"prompt": "3=?", "chosen": "3", "rejected": "4"}
            {"prompt": "5=?", "chosen": "5", "rejected": "6"}
            """);
    List<UnpairedExample> all = judged(file, ROOMY).examples();
    List<UnpairedExample> some =
        Preferences.amongThemselves(List.of(all.get(0), all.get(1), all.get(4), all.get(5)), ROOMY);
    assertThat(some).extracting(j -> answer(j.mismatched())).containsExactly("6", "6", "2", "2");
    List<UnpairedExample> alone = all.subList(0, 2);
    assertThat(Preferences.amongThemselves(alone, ROOMY)).isEqualTo(alone);
  }

  @Test
  void aShareIsHeldOutOnce() {
    List<Integer> all = IntStream.range(0, 40).boxed().toList();
    Preferences.Split<Integer> split = new Preferences.Loaded<>(all, 0).split(0.25, 3);
    assertThat(split.heldOut()).hasSize(10);
    assertThat(split.kept()).hasSize(30).doesNotContainAnyElementsOf(split.heldOut());
    Preferences.Split<Integer> two = new Preferences.Loaded<>(all.subList(0, 2), 0).split(0.01, 3);
    assertThat(two.heldOut()).hasSize(1);
  }
}
