package dev.tesuji.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.answer.Verdict;
import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.chat.Conversation;
import dev.tesuji.check.BadInput;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// Conversations of several turns in chat templates, token by token.
class ChatHistoryTest {
  private static final String THOUGHTFUL =
      "{% for m in messages %}<|im_start|>{{ m.role }}\n"
          + "{% if m.role == 'assistant' and not loop.last %}{{ m.content.split('</think>')[-1] }}"
          + "{% else %}{{ m.content }}{% endif %}<|im_end|>\n{% endfor %}"
          + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

  /// Counts the turns, and is over after three.
  private record Counting() implements DialogueTask, OneProblem {
    @Override
    public Dialogue open(Problem problem) {
      return new Dialogue() {
        @Override
        public Reply reply(Said said) {
          ObjectNode message = Conversation.message("user", "turn " + said.turn());
          return said.text().contains("stop")
              ? new Reply.Over(said.answer(), 1)
              : new Reply.More(List.of(message), 0.25);
        }

        @Override
        public String outcome(Said last) {
          return "unfinished";
        }
      };
    }

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public int turns() {
      return 3;
    }

    @Override
    public Problem only() {
      return new Problem(0, "Count.", "3", "counting");
    }

    @Override
    public Verdict grade(Problem problem, String response) {
      return Verdict.CORRECT;
    }
  }

  private static ChatTemplate fixture(String name) {
    return ChatTemplate.readFile(Fixtures.require("tokenizers/chat").resolve(name))
        .withSpecialTokens(Map.of("bos_token", "<s>", "eos_token", "</s>"));
  }

  private static ChatTask task(ChatTemplate template, HistoryMode history) {
    return ChatTask.of(new Counting(), template, ChatTask.Asking.PLAIN, history);
  }

  /// Returns all templates among the fixtures.
  private static List<Path> templates() throws IOException {
    try (Stream<Path> all = Files.walk(Fixtures.require("tokenizers").getParent())) {
      return all.filter(p -> p.toString().endsWith(".jinja")).sorted().toList();
    }
  }

  @Test
  void everyTemplateKeepsHistoriesOrIsRefusedByName() throws IOException {
    Map<String, String> troubles = new TreeMap<>();
    for (Path file : templates()) {
      ChatTemplate template =
          ChatTemplate.readFile(file)
              .withSpecialTokens(Map.of("bos_token", "<s>", "eos_token", "</s>"));
      String trouble = ChatHistory.trouble(template, "user", Map.of());
      troubles.put(file.getFileName().toString(), trouble == null ? "keeps" : trouble);
      assertThat(task(template, HistoryMode.AS_TEMPLATE).turns()).isEqualTo(3);
      if (trouble == null) {
        assertThat(task(template, HistoryMode.KEEP).turns()).isEqualTo(3);
        assertEachTurnGoesOnFromTheOneBefore(template);
      } else {
        assertThatExceptionOfType(BadInput.class)
            .as(file.toString())
            .isThrownBy(() -> task(template, HistoryMode.KEEP))
            .withMessage(
                "history must be as_template with the chat template of "
                    + file
                    + ", since "
                    + trouble
                    + ", got keep");
      }
    }
    assertThat(troubles)
        .hasSizeGreaterThanOrEqualTo(6)
        .containsEntry("chatml.jinja", "keeps")
        .containsEntry("deepseek_r1.jinja", "it leaves the thinking of earlier turns out")
        .allSatisfy((name, trouble) -> assertThat(trouble).as(name).matches("keeps|it .*"));
  }

  /// A model that reads a conversation as its template writes it has read, before each answer, what
  /// it had read before the last one, that answer, and something more.
  private static void assertEachTurnGoesOnFromTheOneBefore(ChatTemplate template) {
    List<ObjectNode> messages = new ArrayList<>(List.of(Conversation.message("user", "Hello")));
    String read = written(template, messages);
    for (int turn = 0; turn < 4; turn++) {
      String answer = "<think>\nthought " + turn + "\n</think>\n\nanswer " + turn;
      messages.add(Conversation.message("assistant", answer));
      messages.add(Conversation.message("user", "reply " + turn));
      String more = written(template, messages);
      boolean opened = template.thinkingPrefilled(Map.of());
      assertThat(more).startsWith(read + (opened ? answer.replace("<think>\n", "") : answer));
      read = more;
    }
  }

  private static String written(ChatTemplate template, List<ObjectNode> messages) {
    return template.render(new Conversation(messages, null, null, Map.of()), true).text();
  }

  /// Plays an episode, and returns what the policy read and wrote.
  private static Trajectory played(ChatTask task, Tokenizer tokenizer, String... turns) {
    Problem problem = task.problem(0);
    Trajectory trajectory = Trajectory.of(task.promptTokens(problem, tokenizer));
    try (Episode episode = task.reset(problem, new CompletionText(tokenizer, Set.of()))) {
      for (String turn : turns) {
        int[] ids = tokenizer.encode(turn);
        trajectory = trajectory.append(Segment.sampled(ids, new float[ids.length]));
        Step step = episode.step(new Turn(ids, FinishReason.EOS));
        if (step instanceof Step.Observation read) {
          trajectory =
              trajectory.append(
                  read.anew() ? Segment.anew(read.tokens()) : Segment.read(read.tokens()));
        }
      }
    }
    return trajectory;
  }

  @Test
  void whatIsKeptIsWhatTheTemplateWrites() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.require("tokenizers/qwen2_style"))) {
      ChatTask task = task(fixture("chatml.jinja"), HistoryMode.KEEP);
      Trajectory all = played(task, tokenizer, "one<|im_end|>", "two<|im_end|>");
      Conversation same =
          Conversation.of(
              "user",
              "Count.",
              "assistant",
              "one",
              "user",
              "turn 1",
              "assistant",
              "two",
              "user",
              "turn 2");
      String written = task.template().render(same, true).text();
      assertThat(tokenizer.decodeWithSpecials(all.ids())).isEqualTo(written);
      assertThat(all.starts()).containsExactly(0);
      List<Integer> learned = new ArrayList<>();
      for (int i = 0; i < all.length(); i++) {
        if (all.mask()[i]) {
          learned.add(all.ids()[i]);
        }
      }
      assertThat(tokenizer.decodeWithSpecials(learned.stream().mapToInt(n -> n).toArray()))
          .isEqualTo("one<|im_end|>two<|im_end|>");
    }
  }

  @Test
  void aHistoryThatStaysTheSameIsAppendedTo() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.require("tokenizers/qwen2_style"))) {
      ChatTask keeping = task(fixture("chatml.jinja"), HistoryMode.KEEP);
      ChatTask writing = task(fixture("chatml.jinja"), HistoryMode.AS_TEMPLATE);
      String[] turns = {"one<|im_end|>", "two<|im_end|>"};
      assertThat(played(writing, tokenizer, turns).ids())
          .containsExactly(played(keeping, tokenizer, turns).ids());
    }
  }

  @Test
  void aHistoryThatChangesBeginsAnew() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.require("tokenizers/qwen2_style"))) {
      ChatTask task = task(ChatTemplate.parse(THOUGHTFUL, "forgetful"), HistoryMode.AS_TEMPLATE);
      Trajectory all =
          played(
              task, tokenizer, "<think>hm</think>one<|im_end|>", "<think>so</think>two<|im_end|>");
      assertThat(all.starts()).hasSize(3);
      assertThat(tokenizer.decodeWithSpecials(all.context()))
          .isEqualTo(
              """
              <|im_start|>user
              Count.<|im_end|>
              <|im_start|>assistant
              one<|im_end|>
              <|im_start|>user
              turn 1<|im_end|>
              <|im_start|>assistant
              two<|im_end|>
              <|im_start|>user
              turn 2<|im_end|>
              <|im_start|>assistant
              """);
      assertThat(tokenizer.decodeWithSpecials(all.sampled()))
          .isEqualTo("<think>hm</think>one<|im_end|><think>so</think>two<|im_end|>");
      assertThat(all.turnLengths()).hasSize(2);
    }
  }

  @Test
  void limitsEndAnEpisodeByName() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.require("tokenizers/qwen2_style"))) {
      Counting task = new Counting();
      CompletionText text = new CompletionText(tokenizer, Set.of());
      Turn turn = new Turn(tokenizer.encode("go"), FinishReason.EOS);
      try (Episode episode = task.reset(task.problem(0), text)) {
        assertThat(episode.step(turn).points()).isEqualTo(0.25);
        episode.step(turn);
        assertThat(episode.step(turn))
            .isEqualTo(new Step.End("unfinished", 0.25, Ending.TURN_LIMIT, ""));
      }
      try (Episode episode = task.reset(task.problem(0), text)) {
        assertThat(episode.step(new Turn(turn.tokens(), FinishReason.LENGTH)))
            .isEqualTo(new Step.End("unfinished", Ending.TOKEN_LIMIT));
      }
      try (Episode episode = task.reset(task.problem(0), text)) {
        Step end = episode.step(new Turn(tokenizer.encode("stop"), FinishReason.EOS));
        assertThat(end).isEqualTo(new Step.End("stop", 1, Ending.ANSWERED, ""));
      }
    }
  }
}
