package dev.tesuji.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.env.FileTask;
import dev.tesuji.env.PromptTemplate;
import dev.tesuji.env.Task;
import dev.tesuji.math.MathAnswers;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.NewModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptStreamTest {
  @TempDir private Path folder = Path.of("");

  /// Returns the ids of the first problems of a stream.
  private List<Long> ids(Task task, long seed, int count) {
    if (!Files.exists(folder.resolve("model"))) {
      new NewModel(1, 16, 24, 2, 1, 64).create(folder.resolve("model"), 5);
    }
    try (LoadedModel model = LoadedModel.load(folder.resolve("model"), Dtype.FLOAT32, Device.CPU)) {
      PromptStream stream =
          new PromptStream(task, model.requireTokenizer(), PromptStream.Limit.DEFAULT, seed);
      return LongStream.range(0, count).mapToObj(p -> stream.at(p).problem().id()).toList();
    }
  }

  @Test
  void streamsOfDifferentSeedsPoseDifferentProblemsOfAnEndlessTask() {
    List<Long> one = ids(ChainSums.DEFAULT, 1, 2000);
    Set<Long> other = ids(ChainSums.DEFAULT, 2, 2000).stream().collect(Collectors.toSet());
    assertThat(one).doesNotHaveDuplicates().noneMatch(other::contains);
    assertThat(ids(ChainSums.DEFAULT, 1, 2000)).isEqualTo(one);
  }

  @Test
  void problemsOfAnEndlessTaskAreNeverHeldOut() {
    Set<String> heldOut =
        ChainSums.DEFAULT.heldOut(500).stream().map(p -> p.text()).collect(Collectors.toSet());
    for (long id : ids(ChainSums.DEFAULT, 3, 500)) {
      assertThat(heldOut).doesNotContain(ChainSums.DEFAULT.problem(id / 2).text());
    }
  }

  @Test
  void aFiniteTaskIsPosedWholeInEachEpochInAnOrderOfItsSeed() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      lines.append("{\"prompt\": \"" + i + "+0\", \"answer\": \"" + i + "\"}\n");
    }
    Path file = Files.writeString(folder.resolve("sums.jsonl"), lines);
    FileTask task =
        FileTask.read(
            "sums",
            file,
            null,
            new FileTask.Layout(
                FileTask.Columns.DEFAULT,
                new PromptTemplate("{problem}"),
                MathAnswers.numbers(true)));
    int size = (int) task.size();
    List<Long> one = ids(task, 1, 2 * size);
    assertThat(one.subList(0, size)).doesNotHaveDuplicates();
    assertThat(one.subList(size, 2 * size))
        .containsExactlyInAnyOrderElementsOf(one.subList(0, size))
        .isNotEqualTo(one.subList(0, size));
    assertThat(ids(task, 2, size)).isNotEqualTo(one.subList(0, size));
  }
}
