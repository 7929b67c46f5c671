package dev.tesuji.reward;

import dev.tesuji.policy.LossFixture;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/// Holds the rewards of lengths, repetition and format to the numbers of TRL and open-r1.
public class ShapedRewardsTest {
  @TestFactory
  public Stream<DynamicTest> everyCase() {
    return LossFixture.tests(
        "shaped_rewards",
        c -> {
          String kind = c.param("kind").stringValue();
          switch (kind) {
            case "soft_overlong_punishment" -> overlong(c);
            case "repetition_penalty" -> repetition(c);
            case "think_format" ->
                check(c, "completions", text -> Format.thinks(text.stringValue()) ? 1 : 0);
            default -> throw new AssertionError("no test of kind " + kind);
          }
        });
  }

  private static void overlong(LossFixture c) {
    int limit = c.param("max_completion_len").intValue();
    int buffer = c.param("soft_punish_cache").intValue();
    check(c, "lengths", length -> Lengths.overlong(length.intValue(), limit, buffer));
  }

  private static void repetition(LossFixture c) {
    int n = c.param("ngram_size").intValue();
    double most = c.param("max_penalty").doubleValue();
    check(c, "completion_ids", ids -> Repetition.penalty(ids(ids), n, most));
  }

  private static int[] ids(JsonNode list) {
    return IntStream.range(0, list.size()).map(i -> list.get(i).intValue()).toArray();
  }

  private static void check(LossFixture c, String list, ToDoubleFunction<JsonNode> reward) {
    List<JsonNode> responses = c.param(list).valueStream().toList();
    c.check("rewards", responses.stream().mapToDouble(reward).toArray());
  }
}
