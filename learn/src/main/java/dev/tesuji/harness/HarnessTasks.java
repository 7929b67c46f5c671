package dev.tesuji.harness;

import dev.tesuji.check.BadInput;
import dev.tesuji.dataset.DataFiles;
import dev.tesuji.dataset.Row;
import dev.tesuji.harness.HarnessTask.Choosing;
import dev.tesuji.harness.HarnessTask.Prompt;
import dev.tesuji.harness.HarnessTask.Question;
import dev.tesuji.harness.HarnessTask.Writing;
import dev.tesuji.instruction.Instruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The tasks of lm-evaluation-harness that there are here, by their names there.
public enum HarnessTasks {
  /// AI2's easy questions.
  ARC_EASY("ARC-Easy/test-*.parquet"),
  /// AI2's hard questions.
  ARC_CHALLENGE("ARC-Challenge/test-*.parquet"),
  /// Endings of short stories.
  HELLASWAG("data/validation-*.parquet"),
  /// School mathematics, with five worked examples.
  GSM8K("main/test-*.parquet"),
  /// MATH-500, graded by spelling.
  HENDRYCKS_MATH500("test.jsonl"),
  /// Constraints that a program can check.
  IFEVAL("ifeval_input_data.jsonl");

  /// What names of these tasks may begin with, where another task has the same.
  public static final String PREFIX = "harness/";

  private static final String SHOTS = "main/train-*.parquet";
  private static final long SHOTS_SEED = 1234; // the harness's own
  private static final int MAX_NEW_TOKENS = 256; // where a task of the harness does not say
  private static final int IFEVAL_TOKENS = 1280;
  private static final Pattern STRICT = Pattern.compile("#### (-?[0-9.,]+)");
  private static final Pattern FLEXIBLE = Pattern.compile("(-?[$0-9.,]{2,})|(-?[0-9]+)");

  private final String file;

  HarnessTasks(String file) {
    this.file = file;
  }

  /// Returns its name, as the harness has it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Finds a task by its name: `arc_easy`, `harness/gsm8k`. Of a task that has its name from
  /// another one here, only the longer form is meant.
  public static Optional<HarnessTasks> named(String name) {
    String bare = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    String task = bare.equals("math_500") ? "hendrycks_math500" : bare;
    for (HarnessTasks each : values()) {
      if (each.toString().equals(task)) {
        return each == GSM8K && !name.startsWith(PREFIX) ? Optional.empty() : Optional.of(each);
      }
    }
    if (name.startsWith(PREFIX)) {
      throw new BadInput(
          "a task of the harness must be one of arc_easy, arc_challenge, hellaswag, gsm8k,"
              + " math_500, ifeval, got '"
              + bare
              + "'");
    }
    return Optional.empty();
  }

  /// Where the data of a task lies.
  ///
  /// @param items the file with its items, or the folder of the data set as the hub has it
  /// @param shots the file with examples to show; null for those of the folder
  /// @param fewShots how many are shown; absent for as many as the harness shows
  public record Data(Path items, @Nullable Path shots, @Nullable Integer fewShots) {}

  /// Reads the items.
  ///
  /// @param most how many at most
  /// @throws BadInput when a file is missing, or a row is none of this task
  public HarnessTask read(Data data, int most) {
    return switch (this) {
      case ARC_EASY, ARC_CHALLENGE -> new Choosing(toString(), rows(data, most, HarnessTasks::arc));
      case HELLASWAG -> new Choosing(toString(), rows(data, most, HarnessTasks::hellaswag));
      case GSM8K -> gsm8k(data, most);
      case HENDRYCKS_MATH500 ->
          new Writing(
              toString(),
              rows(data, most, HarnessTasks::math),
              List.of("Problem:"),
              MAX_NEW_TOKENS);
      case IFEVAL ->
          new Writing(toString(), rows(data, most, HarnessTasks::ifeval), List.of(), IFEVAL_TOKENS);
    };
  }

  /// Returns the files of a split: where a folder is laid out as the hub has it, those; else
  /// itself.
  private static Path split(Path data, String pattern) {
    if (!Files.isDirectory(data)) {
      return data;
    }
    Path inside = data.resolve(pattern);
    Path folder = inside.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return data;
    }
    return inside;
  }

  private <T> List<T> rows(Data data, int most, Function<Row, T> reader) {
    return read(split(data.items(), file), most, reader);
  }

  private static <T> List<T> read(Path path, int most, Function<Row, T> reader) {
    List<T> items = new ArrayList<>();
    DataFiles.forEach(
        path,
        row -> {
          if (items.size() < most) {
            items.add(reader.apply(row));
          }
        });
    return items;
  }

  private static Question arc(Row row) {
    List<String> answers = texts(row, row.require("choices").path("text"));
    List<String> labels = texts(row, row.require("choices").path("label"));
    int gold = labels.indexOf(row.requireText("answerKey"));
    if (gold < 0 || answers.size() != labels.size()) {
      throw row.bad("field 'answerKey' must be one of the labels in 'choices', got " + labels);
    }
    return new Question("Question: " + row.requireText("question") + "\nAnswer:", answers, gold);
  }

  private static List<String> texts(Row row, JsonNode list) {
    if (!list.isArray()) {
      throw row.bad("field 'choices' must hold the lists 'text' and 'label'");
    }
    List<String> texts = new ArrayList<>();
    list.forEach(t -> texts.add(t.asString("")));
    return texts;
  }

  private static Question hellaswag(Row row) {
    String second = row.requireText("ctx_b");
    String context = row.requireText("ctx_a") + " " + capitalized(second);
    List<String> endings = new ArrayList<>();
    row.require("endings").forEach(e -> endings.add(plain(e.asString(""))));
    int gold = Integer.parseInt(row.require("label").asString("-1"));
    if (gold < 0 || gold >= endings.size()) {
      throw row.bad("field 'label' must be the number of one of the 'endings', got " + gold);
    }
    return new Question(plain(row.requireText("activity_label") + ": " + context), endings, gold);
  }

  /// Writes the first letter large and all others small.
  private static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int end = text.offsetByCodePoints(0, 1);
    return Character.toString(Character.toTitleCase(text.codePointAt(0)))
        + text.substring(end).toLowerCase(Locale.ROOT);
  }

  /// Takes the marks of WikiHow's pages out.
  private static String plain(String text) {
    String stripped = text.strip().replace(" [title]", ". ");
    return stripped.replaceAll("(?d)\\[.*?]", "").replace("  ", " ");
  }

  private Writing gsm8k(Data data, int most) {
    int count = data.fewShots() == null ? 5 : data.fewShots();
    List<String> shown = new ArrayList<>();
    if (count > 0) {
      Path shots = data.shots() == null ? split(data.items(), SHOTS) : data.shots();
      if (shots.equals(data.items())) {
        throw new BadInput(
            "task harness/gsm8k needs --few-shot-data, the file with worked examples (GSM8K's train"
                + " split); or --few-shots 0");
      }
      shown.addAll(
          read(
              shots,
              Integer.MAX_VALUE,
              row -> question(row) + " " + row.requireText("answer") + "\n\n"));
      if (shown.size() < count) {
        throw BadInput.in(shots, "must have at least " + count + " rows, got " + shown.size());
      }
    }
    PythonRandom random = new PythonRandom(SHOTS_SEED);
    List<Prompt> prompts =
        rows(
            data,
            most,
            row -> {
              String before = String.join("", random.sample(shown, count));
              String gold = row.requireText("answer");
              return new Prompt(before + question(row), written -> gsm8k(gold, written));
            });
    return new Writing(
        toString(), prompts, List.of("Question:", "</s>", "<|im_end|>"), MAX_NEW_TOKENS);
  }

  private static String question(Row row) {
    return "Question: " + row.requireText("question") + "\nAnswer:";
  }

  private static Map<String, List<Boolean>> gsm8k(String gold, String written) {
    Matcher strict = STRICT.matcher(written);
    String first = strict.find() ? strict.group(1).strip() : "[invalid]";
    String last = "[invalid]";
    Matcher flexible = FLEXIBLE.matcher(written);
    while (flexible.find()) {
      last = flexible.group().strip();
    }
    Map<String, List<Boolean>> found = new LinkedHashMap<>();
    found.put("exact_match,strict-match", List.of(number(first).equals(number(gold))));
    found.put("exact_match,flexible-extract", List.of(number(last).equals(number(gold))));
    return found;
  }

  /// Takes out what does not count in a comparison: commas, dollar signs, the working, a full stop.
  private static String number(String text) {
    return text.replace(",", "")
        .replace("$", "")
        .replaceFirst("(?s).*#### ", "")
        .replaceFirst("\\.$", "")
        .toLowerCase(Locale.ROOT);
  }

  private static Prompt math(Row row) {
    String gold = MathStrings.boxed(row.requireText("solution"));
    return new Prompt(
        "Problem: " + row.requireText("problem") + "\nAnswer:",
        written ->
            Map.of("exact_match", List.of(MathStrings.same(MathStrings.answer(written), gold))));
  }

  private static Prompt ifeval(Row row) {
    String prompt = row.requireText("prompt");
    JsonNode ids = row.require("instruction_id_list");
    JsonNode settings = row.require("kwargs");
    List<Instruction> instructions = new ArrayList<>();
    try {
      for (int i = 0; i < ids.size(); i++) {
        instructions.add(Instruction.of(ids.path(i).asString(""), settings.path(i), prompt));
      }
    } catch (IllegalArgumentException e) {
      throw row.bad(String.valueOf(e.getMessage()));
    }
    return new Prompt(prompt, written -> ifeval(instructions, written));
  }

  private static Map<String, List<Boolean>> ifeval(List<Instruction> instructions, String written) {
    List<Boolean> strict = instructions.stream().map(i -> i.holds(written)).toList();
    List<Boolean> loose = instructions.stream().map(i -> i.holdsLoosely(written)).toList();
    Map<String, List<Boolean>> found = new LinkedHashMap<>();
    found.put("prompt_level_strict_acc", List.of(!strict.contains(false)));
    found.put("inst_level_strict_acc", strict);
    found.put("prompt_level_loose_acc", List.of(!loose.contains(false)));
    found.put("inst_level_loose_acc", loose);
    return found;
  }
}
