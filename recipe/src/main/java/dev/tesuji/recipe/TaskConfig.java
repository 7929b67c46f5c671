package dev.tesuji.recipe;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.DataFiles;
import dev.tesuji.env.ChatTask;
import dev.tesuji.env.FileTask;
import dev.tesuji.env.HistoryMode;
import dev.tesuji.env.PromptTemplate;
import dev.tesuji.env.Task;
import dev.tesuji.json.Json;
import dev.tesuji.math.MathAnswers;
import dev.tesuji.preference.Pair;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.weights.ModelParts;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// A task that a recipe can name.
public interface TaskConfig {
  /// Opens the task.
  ///
  /// @param data the recipe's `data`
  /// @throws BadInput when a file is missing or unreadable
  Task open(@Nullable Path data);

  /// Opens the task for a model, whose chat template is used where the task asks for it.
  ///
  /// @param model the model's directory; null for a new model, which has none
  /// @throws BadInput when a file is missing or unreadable
  default Task open(@Nullable Path data, @Nullable Path model) {
    Task task = open(data);
    if (!template().equals(PromptTemplate.CHAT)) {
      return task;
    }
    if (model == null) {
      throw new BadInput("task template 'chat' needs 'model', whose chat template is used");
    }
    ChatTemplate own = ModelParts.of(model).chatTemplate();
    return ChatTask.of(task, own == null ? ChatTemplate.read(model) : own, asking(), history());
  }

  /// Returns how conversations of several turns go on in the model's chat template.
  default HistoryMode history() {
    return HistoryMode.AS_TEMPLATE;
  }

  /// Opens the task for a model behind an endpoint, which has its chat template itself.
  ///
  /// @throws BadInput when a file is missing or unreadable
  default Task openServed(@Nullable Path data) {
    Task task = open(data);
    return template().equals(PromptTemplate.CHAT) ? ChatTask.served(task, asking()) : task;
  }

  /// Returns the name or text of the prompt's template.
  default String template() {
    return "plain";
  }

  /// Returns what is added to the conversations that the template `chat` makes.
  default ChatTask.Asking asking() {
    return ChatTask.Asking.PLAIN;
  }

  private static ChatTask.Asking asking(@Nullable String system, @Nullable String variables) {
    Map<String, JsonNode> map = new LinkedHashMap<>();
    if (variables != null) {
      try {
        JsonNode json = Json.MAPPER.readTree(variables);
        if (!json.isObject()) {
          throw new IllegalArgumentException("not an object");
        }
        json.properties().forEach(e -> map.put(e.getKey(), e.getValue()));
      } catch (JacksonException | IllegalArgumentException e) {
        throw new BadInput(
            "task.variables must be a JSON object of the chat template's variables, such as"
                + " '{\"enable_thinking\": false}', got "
                + BadInput.brief(variables),
            e);
      }
    }
    return new ChatTask.Asking(system, map);
  }

  /// GSM8K from its own files.
  ///
  /// @param heldOut the file to evaluate on; null to hold part of `data` out
  /// @param template the prompt: `plain`, `r1-zero`, `chat` (the user's turn in the model's chat
  ///   template), or a text with {problem} in it
  /// @param strict whether an answer must stand in answer tags or a box to count; otherwise it is
  ///   also found after `####`, after "the answer is", or last in the text
  /// @param system the system message before the problem; with template `chat`
  /// @param variables variables of the chat template as a JSON object, such as `{"enable_thinking":
  ///   false}`; with template `chat`
  /// @param badRows what happens to rows that are no problems: `error` lists them and ends, `skip`
  ///   leaves them out and counts them, a number does so for at most so many
  record Gsm8k(
      @Nullable Path heldOut,
      String template,
      boolean strict,
      @Nullable String system,
      @Nullable String variables,
      String badRows)
      implements TaskConfig {
    /// R1-Zero's prompt.
    public static final Gsm8k DEFAULT = new Gsm8k(null, "r1-zero", true, null, null, "error");

    /// Checks the policy.
    public Gsm8k {
      DataFiles.requirePolicy(badRows);
    }

    @Override
    public ChatTask.Asking asking() {
      return TaskConfig.asking(system, variables);
    }

    @Override
    public Task open(@Nullable Path data) {
      return FileTask.read(
          "gsm8k",
          required(data, "gsm8k"),
          heldOut,
          new FileTask.Layout(
              FileTask.Columns.GSM8K,
              PromptTemplate.named(template),
              MathAnswers.numbers(strict),
              badRows));
    }
  }

  /// Problems with numbers for answers, from data files: JSON lines, JSON, CSV or Parquet.
  ///
  /// @param heldOut the file to evaluate on; null to hold part of `data` out
  /// @param promptColumn the field with the problem
  /// @param answerColumn the field with the answer
  /// @param template the prompt: `plain`, `r1-zero`, `chat` (the user's turn in the model's chat
  ///   template), or a text with {problem} in it
  /// @param strict whether an answer must stand in answer tags or a box to count; otherwise it is
  ///   also found after `####`, after "the answer is", or last in the text
  /// @param system the system message before the problem; with template `chat`
  /// @param variables variables of the chat template as a JSON object, such as `{"enable_thinking":
  ///   false}`; with template `chat`
  /// @param badRows what happens to rows that are no problems: `error` lists them and ends, `skip`
  ///   leaves them out and counts them, a number does so for at most so many
  record Jsonl(
      @Nullable Path heldOut,
      String promptColumn,
      String answerColumn,
      String template,
      boolean strict,
      @Nullable String system,
      @Nullable String variables,
      String badRows)
      implements TaskConfig {
    /// The fields `prompt` and `answer`, the prompt as it is.
    public static final Jsonl DEFAULT =
        new Jsonl(null, "prompt", "answer", "plain", true, null, null, "error");

    /// Checks the policy.
    public Jsonl {
      DataFiles.requirePolicy(badRows);
    }

    @Override
    public ChatTask.Asking asking() {
      return TaskConfig.asking(system, variables);
    }

    @Override
    public Task open(@Nullable Path data) {
      return FileTask.read(
          "jsonl",
          required(data, "jsonl"),
          heldOut,
          new FileTask.Layout(
              new FileTask.Columns(promptColumn, answerColumn),
              PromptTemplate.named(template),
              MathAnswers.numbers(strict),
              badRows));
    }
  }

  /// Problems with mathematical expressions for answers ([MathAnswers]), from data files: JSON
  /// lines, JSON, CSV or Parquet. An answer may be a worked solution that ends in a box or `####
  /// ANSWER`.
  ///
  /// @param heldOut the file to evaluate on; null to hold part of `data` out
  /// @param promptColumn the field with the problem
  /// @param answerColumn the field with the answer
  /// @param template the prompt: `plain`, `r1-zero`, `chat` (the user's turn in the model's chat
  ///   template), or a text with {problem} in it
  /// @param strict whether an answer must stand in answer tags or a box to count; otherwise it is
  ///   also found after `####`, after "the answer is", or last in the text
  /// @param system the system message before the problem; with template `chat`
  /// @param variables variables of the chat template as a JSON object, such as `{"enable_thinking":
  ///   false}`; with template `chat`
  /// @param badRows what happens to rows that are no problems: `error` lists them and ends, `skip`
  ///   leaves them out and counts them, a number does so for at most so many
  @SuppressWarnings("AvoidCommonTypeNames") // its name is what recipes say
  record Math(
      @Nullable Path heldOut,
      String promptColumn,
      String answerColumn,
      String template,
      boolean strict,
      @Nullable String system,
      @Nullable String variables,
      String badRows)
      implements TaskConfig {
    /// The fields `problem` and `answer`, as MATH-500 has them, the problem as it is.
    public static final Math DEFAULT =
        new Math(null, "problem", "answer", "plain", true, null, null, "error");

    /// Checks the policy.
    public Math {
      DataFiles.requirePolicy(badRows);
    }

    @Override
    public ChatTask.Asking asking() {
      return TaskConfig.asking(system, variables);
    }

    @Override
    public Task open(@Nullable Path data) {
      return FileTask.read(
          "math",
          required(data, "math"),
          heldOut,
          new FileTask.Layout(
              new FileTask.Columns(promptColumn, answerColumn),
              PromptTemplate.named(template),
              MathAnswers.of(strict),
              badRows));
    }
  }

  /// A task that speaks to the policy as its settings say.
  interface Speaking extends TaskConfig {
    /// Returns how it speaks.
    Speech speech();

    @Override
    default String template() {
      return speech().template();
    }

    @Override
    default HistoryMode history() {
      return speech().history();
    }

    @Override
    default ChatTask.Asking asking() {
      return speech().asking();
    }
  }

  /// A task that has texts of its own to learn its language from.
  interface WithCorpus extends TaskConfig {
    /// Returns the texts.
    Corpus corpus();
  }

  /// A task for which preference pairs can be made up.
  interface WithPairs extends TaskConfig {
    /// Makes pairs.
    ///
    /// @param count how many
    /// @param words how texts become tokens
    List<Pair> pairs(int count, TokenizedDataset.Words words);
  }

  /// Says that something goes with another task than the recipe's.
  ///
  /// @param what such as `corpus chainSums goes`
  static IllegalArgumentException belongs(String what, String task) {
    return new IllegalArgumentException(what + " with task " + task);
  }

  /// Returns the recipe's `data`.
  ///
  /// @throws BadInput when there is none
  static Path required(@Nullable Path data, String task) {
    if (data == null) {
      throw new BadInput(
          "task '"
              + task
              + "' needs 'data', the file with its problems (on the command line:"
              + " data=FILE)");
    }
    return data;
  }
}
