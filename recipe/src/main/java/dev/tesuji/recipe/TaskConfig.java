package dev.tesuji.recipe;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.check.BadInput;
import dev.tesuji.env.ChatTask;
import dev.tesuji.env.FileTask;
import dev.tesuji.env.PromptTemplate;
import dev.tesuji.env.Task;
import dev.tesuji.json.Json;
import dev.tesuji.math.MathAnswers;
import dev.tesuji.weights.ModelParts;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The tasks that a recipe can name.
public sealed interface TaskConfig {
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
    return ChatTask.of(task, own == null ? ChatTemplate.read(model) : own, asking());
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

  /// The built-in sums of several digits.
  ///
  /// @param minTerms the fewest terms
  /// @param maxTerms the most terms
  record ChainSums(int minTerms, int maxTerms) implements TaskConfig {
    /// Sums of 4 to 8 digits.
    public static final ChainSums DEFAULT = new ChainSums(4, 8);

    /// Checks the ranges.
    public ChainSums {
      new dev.tesuji.chainsums.ChainSums(minTerms, maxTerms);
    }

    @Override
    public dev.tesuji.chainsums.ChainSums open(@Nullable Path data) {
      return new dev.tesuji.chainsums.ChainSums(minTerms, maxTerms);
    }
  }

  /// The built-in world of puzzles, requests and harmful questions in two languages.
  ///
  /// @param world its settings: `kinds`, `languages` and `difficulty`
  record World(@Flat dev.tesuji.world.World world) implements TaskConfig {
    /// Everything there is.
    public static final World DEFAULT = new World(dev.tesuji.world.World.DEFAULT);

    @Override
    public dev.tesuji.world.World open(@Nullable Path data) {
      return world;
    }
  }

  /// GSM8K from its own files.
  ///
  /// @param heldOut the file to evaluate on; null to hold part of `data` out
  /// @param template the prompt: `plain`, `r1-zero`, `chat` (the user's turn in the model's chat
  ///   template), or a text with {problem} in it
  /// @param system the system message before the problem; with template `chat`
  /// @param variables variables of the chat template as a JSON object, such as `{"enable_thinking":
  ///   false}`; with template `chat`
  record Gsm8k(
      @Nullable Path heldOut, String template, @Nullable String system, @Nullable String variables)
      implements TaskConfig {
    /// R1-Zero's prompt.
    public static final Gsm8k DEFAULT = new Gsm8k(null, "r1-zero");

    /// Adds nothing to a problem.
    public Gsm8k(@Nullable Path heldOut, String template) {
      this(heldOut, template, null, null);
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
          FileTask.Columns.GSM8K,
          PromptTemplate.named(template));
    }
  }

  /// Problems with numbers for answers, from data files: JSON lines, JSON, CSV or Parquet.
  ///
  /// @param heldOut the file to evaluate on; null to hold part of `data` out
  /// @param promptColumn the field with the problem
  /// @param answerColumn the field with the answer
  /// @param template the prompt: `plain`, `r1-zero`, `chat` (the user's turn in the model's chat
  ///   template), or a text with {problem} in it
  /// @param system the system message before the problem; with template `chat`
  /// @param variables variables of the chat template as a JSON object, such as `{"enable_thinking":
  ///   false}`; with template `chat`
  record Jsonl(
      @Nullable Path heldOut,
      String promptColumn,
      String answerColumn,
      String template,
      @Nullable String system,
      @Nullable String variables)
      implements TaskConfig {
    /// The fields `prompt` and `answer`, the prompt as it is.
    public static final Jsonl DEFAULT = new Jsonl(null, "prompt", "answer", "plain");

    /// Adds nothing to a problem.
    public Jsonl(
        @Nullable Path heldOut, String promptColumn, String answerColumn, String template) {
      this(heldOut, promptColumn, answerColumn, template, null, null);
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
          new FileTask.Columns(promptColumn, answerColumn),
          PromptTemplate.named(template));
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
  /// @param system the system message before the problem; with template `chat`
  /// @param variables variables of the chat template as a JSON object, such as `{"enable_thinking":
  ///   false}`; with template `chat`
  @SuppressWarnings("AvoidCommonTypeNames") // its name is what recipes say
  record Math(
      @Nullable Path heldOut,
      String promptColumn,
      String answerColumn,
      String template,
      @Nullable String system,
      @Nullable String variables)
      implements TaskConfig {
    /// The fields `problem` and `answer`, as MATH-500 has them, the problem as it is.
    public static final Math DEFAULT = new Math(null, "problem", "answer", "plain");

    /// Adds nothing to a problem.
    public Math(@Nullable Path heldOut, String promptColumn, String answerColumn, String template) {
      this(heldOut, promptColumn, answerColumn, template, null, null);
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
              MathAnswers.INSTANCE));
    }
  }

  private static Path required(@Nullable Path data, String task) {
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
