package dev.tesuji.wordproblems;

import dev.tesuji.check.Require;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.recipe.MadeData;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.recipe.TaskMixtureConfig;
import dev.tesuji.wordproblems.WordProblems.Worked;
import dev.tesuji.yaml.Named;
import dev.tesuji.yaml.Shorthand;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/// Sums told in words with their solutions, thought through between `<think>` and `</think>`: a
/// cold start, as in DeepSeek-R1 (section 2.3.1), for a model that answers without thinking.
///
/// Steps go in turn from one to three; the problems are those that training draws, never held-out
/// ones. A row has `prompt` and `completion`, each a conversation of one turn.
///
/// @param count how many
@Named("wordProblems")
public record WordProblemsData(@Shorthand int count) implements MadeData {
  private static final int MOST_STEPS = 3;
  private static final int INDICES = 1 << 30;

  /// Checks the range.
  public WordProblemsData {
    Require.atLeast(1, "wordProblems", count);
  }

  @Override
  public String label() {
    return "wordProblems";
  }

  @Override
  public void requireTask(TaskConfig task) {
    boolean fits =
        task instanceof WordProblemsTask
            || (task instanceof TaskMixtureConfig mixture
                && mixture.tasks().stream().anyMatch(e -> e.task() instanceof WordProblemsTask));
    if (!fits) {
      throw TaskConfig.belongs("data of word problems goes", "wordProblems");
    }
  }

  @Override
  public void write(Path file, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SafeFiles.replace(
        file,
        IntStream.range(0, count)
            .mapToObj(i -> Json.line(row(1 + i % MOST_STEPS, random.nextInt(INDICES))) + "\n")
            .collect(Collectors.joining()));
  }

  private static ObjectNode row(int steps, int index) {
    Worked worked = new WordProblems(steps, 99, Told.AS_TRAINED, false).worked(index, false);
    ObjectNode row = Json.MAPPER.createObjectNode();
    turn(row, "prompt", "user", worked.problem().text());
    turn(row, "completion", "assistant", solution(worked));
    return row;
  }

  private static String solution(Worked worked) {
    return "<think>"
        + String.join(". Then ", worked.sums())
        + ".</think>\nThe answer is "
        + worked.problem().answer()
        + ".";
  }

  private static void turn(ObjectNode row, String column, String role, String content) {
    row.putArray(column).addObject().put("role", role).put("content", content);
  }
}
