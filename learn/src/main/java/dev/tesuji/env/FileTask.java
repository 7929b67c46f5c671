package dev.tesuji.env;

import dev.tesuji.answer.AnswerKind;
import dev.tesuji.answer.Verdict;
import dev.tesuji.chat.Conversation;
import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.ConversationFields;
import dev.tesuji.dataset.Conversations;
import dev.tesuji.dataset.DataFiles;
import dev.tesuji.dataset.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Problems from data files: GSM8K, MATH, or anything of that shape.
///
/// Problems to evaluate on come from a file of their own, else they are every tenth problem, in an
/// order of chance. Either way, no row is trained on that asks one of them, in whatever dress
/// ([Problem#key]): rows that repeat a problem are on its side. A task all of whose problems are
/// held out is there to be evaluated on alone, and one whose rows all ask one problem to be trained
/// on alone.
public final class FileTask implements SplitTask {
  private static final long SEED = 0x5917;

  private final String name;
  private final Layout layout;
  private final ProblemSplit split;

  private FileTask(String name, Layout layout, ProblemSplit split) {
    this.name = name;
    this.layout = layout;
    this.split = split;
  }

  /// The columns of a file.
  ///
  /// @param prompt the column with the problem
  /// @param answer the column with the gold answer
  public record Columns(String prompt, String answer) {
    /// The columns that Tesuji looks for unless told otherwise.
    public static final Columns DEFAULT = new Columns("prompt", "answer");

    /// GSM8K's columns; its answers are worked solutions that end in `#### 42`.
    public static final Columns GSM8K = new Columns("question", "answer");
  }

  /// How the problems of a file are read, put and graded.
  ///
  /// @param badRows what happens to rows that are no problems: `error`, `skip`, or the most that
  ///   may be left out
  public record Layout(
      Columns columns, PromptTemplate template, AnswerKind answers, String badRows) {
    /// Refuses rows that are no problems.
    public Layout(Columns columns, PromptTemplate template, AnswerKind answers) {
      this(columns, template, answers, "error");
    }
  }

  /// Reads problems.
  ///
  /// @param file a file of any format that [DataFiles] reads, a folder or a pattern
  /// @param heldOutFile problems to evaluate on, which are left out of the first file; null to hold
  ///   some of that out
  /// @throws BadInput when a file is missing or empty, or more lines than may be left out lack a
  ///   column or a readable answer
  public static FileTask read(String name, Path file, @Nullable Path heldOutFile, Layout layout) {
    List<Problem> all = problems(file, layout, 0);
    return new FileTask(
        name,
        layout,
        heldOutFile == null
            ? ProblemSplit.drawn(all, SEED)
            : ProblemSplit.of(all, problems(heldOutFile, layout, all.size())));
  }

  private static List<Problem> problems(Path file, Layout layout, long firstId) {
    List<Problem> problems = new ArrayList<>();
    DataFiles.forEach(
        file,
        layout.badRows(),
        row -> problems.add(problem(row, layout, firstId + problems.size())));
    if (problems.isEmpty()) {
      throw BadInput.in(file, "has no row that is a problem");
    }
    return problems;
  }

  private static Problem problem(Row row, Layout layout, long id) {
    String column = layout.columns().answer();
    Conversation conversation = conversation(row, layout.columns().prompt());
    String text =
        conversation == null
            ? row.requireText(layout.columns().prompt())
            : conversation.messages().getLast().path("content").asString("");
    String solution = solution(row, column);
    String answer = layout.answers().gold(solution);
    if (!layout.answers().isReadable(answer)) {
      throw row.bad(
          "field '"
              + column
              + "' must be "
              + layout.answers().wanted()
              + ", got '"
              + tail(solution)
              + "'");
    }
    return new Problem(id, text, answer, row.place().toString(), conversation);
  }

  /// Returns the messages that a row asks with: those of the prompt's column, or where that is
  /// absent of `messages` or ShareGPT's `conversations`; null where it asks with a text.
  private static @Nullable Conversation conversation(Row row, String prompt) {
    JsonNode given = row.get(prompt);
    String column =
        given != null && given.isArray()
            ? prompt
            : given == null ? row.get("messages") != null ? "messages" : "conversations" : "";
    if (column.isEmpty() || row.get(column) == null) {
      ConversationFields.refuseBesideText(row, prompt);
      return null;
    }
    List<ObjectNode> messages = Conversations.of(row, column);
    if (messages.getLast().path("role").asString("").equals("assistant")) {
      throw row.bad(
          "field '"
              + column
              + "' must end with a message that the assistant is to answer, got one of the"
              + " assistant's");
    }
    ConversationFields fields = ConversationFields.of(row);
    return new Conversation(messages, fields.tools(), fields.documents(), fields.variables());
  }

  /// Returns a solution as text; a file may hold its answers as numbers.
  private static String solution(Row row, String column) {
    JsonNode given = row.require(column);
    boolean finite = given.isNumber() && Double.isFinite(given.doubleValue(Double.NaN));
    return given.isIntegralNumber() || finite
        ? given.decimalValue().toPlainString()
        : row.requireText(column);
  }

  private static String tail(String text) {
    return text.length() <= 40 ? text : "..." + text.substring(text.length() - 40);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ProblemSplit split() {
    return split;
  }

  @Override
  public String prompt(Problem problem) {
    if (problem.conversation() != null) {
      throw new BadInput(problem.source() + ": is a conversation; set the task's template to chat");
    }
    return layout.template().fill(problem.text());
  }

  @Override
  public String response(String completion) {
    return layout.template().thinkingPrefilled() ? "<think>" + completion : completion;
  }

  @Override
  public String extract(String response) {
    return layout.answers().extract(response);
  }

  @Override
  public boolean same(Problem problem, String answer, String other) {
    return layout.answers().same(answer, other);
  }

  @Override
  public Verdict grade(Problem problem, String response) {
    return layout.answers().grade(problem.answer(), extract(response));
  }
}
