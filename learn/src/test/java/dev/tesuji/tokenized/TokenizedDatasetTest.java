package dev.tesuji.tokenized;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.Columns;
import dev.tesuji.dataset.DataFolder;
import dev.tesuji.dataset.Dataset;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizedDatasetTest {
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
    tokenizer().close();
  }

  private static Tokenizer tokenizer() {
    if (opened == null) {
      throw new IllegalStateException("not opened");
    }
    return opened;
  }

  private static TokenizedDataset.Words words() {
    return new TokenizedDataset.Words(tokenizer(), END, null);
  }

  private static TokenizedDataset.Loaded read(Path file) {
    return TokenizedDataset.read(Dataset.at(file), words(), ROOMY);
  }

  private static void refused(Path file, String problem) {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> read(file))
        .withMessage(file + problem);
  }

  private static void assertSame(TokenSequence got, TokenSequence wanted) {
    assertThat(got.ids()).isEqualTo(wanted.ids());
    assertThat(got.targets()).isEqualTo(wanted.targets());
  }

  private static int[] ids(String text) {
    int[] ids = tokenizer().encode(text);
    int[] ended = Arrays.copyOf(ids, ids.length + 1);
    ended[ids.length] = END;
    return ended;
  }

  @Test
  void completionsAreScoredAndPromptsAreNot() throws IOException, SQLException {
    DataFolder data = new DataFolder(folder);
    TokenSequence wanted = TokenSequence.from(ids("1+1=2"), 4);
    List<Path> files =
        List.of(
            data.text("a.jsonl", "{\"prompt\": \"1+1=\", \"completion\": \"2\"}\n"),
            data.text("a.csv", "prompt,completion\n1+1=,2\n"),
            data.parquet("a.parquet", "SELECT '1+1=' AS prompt, '2' AS completion"));
    for (Path file : files) {
      TokenizedDataset.Loaded loaded = read(file);
      assertThat(loaded.size()).isEqualTo(1);
      assertSame(loaded.text(0), wanted);
    }
  }

  @Test
  void textsAreScoredWhole() throws IOException {
    Path file = new DataFolder(folder).text("a.csv", "text\n1+1=2\n2+1=3\n");
    TokenizedDataset.Loaded loaded = read(file);
    assertThat(loaded.size()).isEqualTo(2);
    assertSame(loaded.text(1), TokenSequence.whole(ids("2+1=3")));
  }

  @Test
  void aRecipesColumnsAreFollowed() throws IOException {
    Path file = new DataFolder(folder).text("a.csv", "text,q\n1+1=2,9\n");
    Dataset data = new Dataset(List.of(file), Columns.DEFAULT.withText("q"), null);
    assertSame(TokenizedDataset.read(data, words(), ROOMY).text(0), TokenSequence.whole(ids("9")));
  }

  @Test
  void longTextsAreAnErrorDroppedOrCut() throws IOException {
    Path file =
        new DataFolder(folder)
            .text("a.csv", "prompt,completion\n1+1=,2\n1+1+1+1=,4\n1+1=,222222\n");
    Dataset data = Dataset.at(file);
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() ->
            TokenizedDataset.read(
                data, words(), new TokenizedDataset.Limit(8, TokenizedDataset.TooLong.ERROR)))
        .withMessage(
            file
                + ":3: the text has 10 tokens, the limit is 8; raise maxTokens, or set tooLong to"
                + " drop or truncate\n"
                + file
                + ":4: the text has 11 tokens, the limit is 8; raise maxTokens, or set tooLong to"
                + " drop or truncate\n"
                + "2 rows are bad; correct them, or set badRows to skip or to the most that may be"
                + " left out");
    TokenizedDataset.Loaded dropped =
        TokenizedDataset.read(
            data, words(), new TokenizedDataset.Limit(8, TokenizedDataset.TooLong.DROP));
    assertThat(dropped.size()).isEqualTo(1);
    assertThat(dropped.touched()).isEqualTo(2);
    TokenizedDataset.Loaded cut =
        TokenizedDataset.read(
            data, words(), new TokenizedDataset.Limit(8, TokenizedDataset.TooLong.TRUNCATE));
    assertThat(cut.touched()).isEqualTo(2);
    assertThat(cut.texts()).extracting(TokenSequence::length).containsExactly(6, 8);
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() ->
            TokenizedDataset.read(
                data, words(), new TokenizedDataset.Limit(2, TokenizedDataset.TooLong.DROP)))
        .withMessage(file + ": has no text within the limit of 2 tokens");
  }

  @Test
  void rowsThatCannotBeImitatedAreNamed() throws IOException {
    DataFolder data = new DataFolder(folder);
    refused(
        data.text("a.jsonl", "{\"prompt\": \"1\", \"completion\": \"2\"}\n{\"prompt\": \"1\"}\n"),
        ":2: field 'completion' is missing; the line has 'prompt'");
    refused(
        data.text("b.jsonl", "{\"prompt\": \"\", \"completion\": \"2\"}\n"),
        ":1: the prompt must not be empty");
    refused(
        data.text("c.jsonl", "{\"prompt\": \"1\"}\n"),
        ":1: has a prompt and no completion, so that there is nothing to imitate");
    refused(
        data.text("d.jsonl", "{\"prompt\": \"1\", \"chosen\": \"2\", \"rejected\": \"3\"}\n"),
        ":1: says which answers are good, and is not all to be imitated; fine-tuning takes"
            + " 'prompt' and 'completion', or 'text'");
  }

  private static final String USER = "{\"role\": \"user\", \"content\": \"1+1\"}";
  private static final String TWO = "{\"role\": \"assistant\", \"content\": \"2\"}";

  /// Writes each message as its role's first letter, a colon, the content and a full stop.
  private static final ChatTemplate TEMPLATE =
      ChatTemplate.parse(
          "{% for m in messages %}{{ m.role[0] }}:{{ m.content }}.{% endfor %}"
              + "{% if add_generation_prompt %}a:{% endif %}",
          "a template");

  private TokenizedDataset.Loaded chats(String row) throws IOException {
    Path file = new DataFolder(folder).text("chats.jsonl", row + "\n");
    return TokenizedDataset.read(
        Dataset.at(file), new TokenizedDataset.Words(tokenizer(), END, TEMPLATE), ROOMY);
  }

  @Test
  void theAssistantsTurnsAreScored() throws IOException {
    String messages = USER + "," + TWO + "," + USER + "," + TWO;
    TokenSequence got = chats("{\"messages\": [" + messages + "]}").text(0);
    assertThat(got.ids()).isEqualTo(tokenizer().encode("u:1+1.a:2.u:1+1.a:2."));
    assertThat(got.targets()).containsExactly(8, 9, 18, 19); // 2 and the full stop, twice
  }

  @Test
  void ofAConversationsCompletionWhatFollowsThePromptIsScored() throws IOException {
    String row =
        "{\"prompt\": [" + USER + "," + TWO + "," + USER + "], \"completion\": [" + TWO + "]}";
    TokenSequence got = chats(row).text(0);
    assertThat(got.ids()).isEqualTo(tokenizer().encode("u:1+1.a:2.u:1+1.a:2."));
    assertThat(got.targets()).containsExactly(18, 19);
  }

  @Test
  void aConversationWithNothingToImitateIsNamed() {
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> chats("{\"messages\": [" + USER + "]}"))
        .withMessageEndingWith("chats.jsonl:1: has no assistant turn to imitate");
  }

  @Test
  void conversationsNeedATemplate() throws IOException {
    DataFolder data = new DataFolder(folder);
    String needed =
        ":1: is a conversation, and the model has no chat template; add chat_template.jinja to its"
            + " directory, or give plain text in 'prompt' and 'completion', or in 'text'";
    refused(data.text("a.jsonl", "{\"messages\": [" + USER + "]}\n"), needed);
    refused(
        data.text("b.jsonl", "{\"prompt\": [" + USER + "], \"completion\": [" + TWO + "]}\n"),
        needed);
  }
}
