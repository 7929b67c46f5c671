package dev.tesuji.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class RolloutLinesTest {
  @TempDir Path folder;

  @Test
  void fieldsBecomeColumnsAndTheRestParts() throws IOException {
    Path first = folder.resolve("step-000001.jsonl");
    Path second = folder.resolve("it's [2].jsonl");
    Files.writeString(
        first,
        """
        {"step":1,"problem_id":"p","sample":0,"source":"s","completion":"a","accuracy":1,"reward":1.5,"advantage":null,"token_data":{"offset":8}}
        {"step":1,"problem_id":"p","sample":1,"completion":"ü \\n","note":"said","reward":0.5,"finish_reason":"length"}
        """);
    Files.writeString(second, "{\"step\":2,\"completion\":\"c\",\"tokens\":7}\n");
    Path parquet = folder.resolve("all's.parquet");
    RolloutLines.toParquet(List.of(first, second), parquet);
    List<ObjectNode> rows = new ArrayList<>();
    Parquet.forEach(parquet, row -> rows.add(row.fields()));
    assertThat(rows).hasSize(3);
    rows.sort(java.util.Comparator.comparing(r -> r.path("completion").asString()));
    ObjectNode one = rows.getFirst();
    assertThat(one.path("file").asString()).isEqualTo("step-000001.jsonl");
    assertThat(one.path("line").intValue()).isEqualTo(1);
    assertThat(one.path("problem").asString()).isEqualTo("p");
    assertThat(one.path("reward").doubleValue()).isEqualTo(1.5);
    assertThat(one.path("advantage").isNull()).isTrue();
    assertThat(one.path("parts").toString()).isEqualTo("{\"accuracy\":1}");
    assertThat(rows.get(1).path("tokens").intValue()).isEqualTo(7);
    assertThat(rows.get(1).path("line").intValue()).isEqualTo(1);
    assertThat(rows.get(2).path("completion").asString()).isEqualTo("ü \n");
    assertThat(rows.get(2).path("finish").asString()).isEqualTo("length");
    assertThat(rows.get(2).path("parts").toString()).isEqualTo("{\"note\":\"said\"}");
  }

  @Test
  void whatIsNoLineIsSaidAndLeavesNothing() throws IOException {
    Path file = Files.writeString(folder.resolve("step-000001.jsonl"), "this is no JSON\n");
    Path parquet = folder.resolve("rl.parquet");
    assertThatThrownBy(() -> RolloutLines.toParquet(List.of(file), parquet))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("rl.parquet");
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }
}
