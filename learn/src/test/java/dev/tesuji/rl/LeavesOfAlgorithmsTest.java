package dev.tesuji.rl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.EntropyConfig;
import dev.tesuji.rl.algorithm.KlConfig;
import dev.tesuji.rl.algorithm.UpdateConfig;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rl.grpo.GrpoLoss;
import dev.tesuji.rl.grpo.Ratio;
import dev.tesuji.rl.ppo.Ppo;
import dev.tesuji.rl.prime.Prime;
import dev.tesuji.rl.reinforce.ReMax;
import dev.tesuji.rl.reinforce.ReinforcePlusPlus;
import dev.tesuji.rl.rloo.Rloo;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.train.LeafRunner;
import dev.tesuji.train.Metrics;
import dev.tesuji.train.SimulatedWorkers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Every algorithm with updates that are cut into leaves.
@ExtendWith(LeakCheck.class)
class LeavesOfAlgorithmsTest {
  private static final UpdateConfig FOUR = UpdateConfig.of(2, 2);
  private static final KlConfig HELD = KlConfig.of(1e-3);

  @TempDir private Path folder = Path.of("");

  private static Map<String, Algorithm> algorithms() {
    Map<String, Algorithm> all = new LinkedHashMap<>();
    for (GrpoLoss loss : RlTrainerTest.losses()) {
      all.put("grpo, " + loss.getClass().getSimpleName(), Grpo.DEFAULT.with(loss).with(FOUR));
    }
    all.put(
        "gspo, held, for entropy",
        Grpo.DEFAULT
            .with(Ratio.SEQUENCE)
            .with(HELD, Grpo.Reference.DEFAULT)
            .with(FOUR.with(new EntropyConfig(1e-4, 0.9))));
    all.put("rloo", new Rloo(HELD, 1, true, ClippedSurrogate.DEFAULT, FOUR));
    all.put("reinforce++", ReinforcePlusPlus.DEFAULT);
    all.put("remax", ReMax.DEFAULT);
    all.put("ppo", Ppo.DEFAULT);
    all.put("prime", Prime.DEFAULT);
    return all;
  }

  @TestFactory
  Stream<DynamicTest> workersComeToTheBytesOfOneProcess() {
    List<DynamicTest> tests = new ArrayList<>();
    algorithms()
        .forEach((name, algorithm) ->
            tests.add(
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      Map<String, byte[]> here = trained(name, algorithm, List.of());
                      Map<String, byte[]> there = trained(name, algorithm, List.of(2, 3));
                      assertThat(there.keySet()).isEqualTo(here.keySet());
                      here.forEach(
                          (file, bytes) -> assertThat(there.get(file)).as(file).isEqualTo(bytes));
                    })));
    return tests.stream();
  }

  /// Makes two steps.
  ///
  /// @param ends of the workers' shares; empty for this process
  /// @return what a checkpoint keeps
  private Map<String, byte[]> trained(String name, Algorithm algorithm, List<Integer> ends)
      throws IOException {
    TinyRun run = new TinyRun(Files.createTempDirectory(folder, "run"));
    int group = algorithm instanceof ReinforcePlusPlus ? 1 : 4;
    RlConfig usual = TinyRun.config(algorithm, group, 1, 40);
    ComputeConfig compute = new ComputeConfig(40, false, 0, 0, MatmulPrecision.FLOAT32);
    RlConfig config =
        new RlConfig(
            2,
            usual.promptsPerStep(),
            group,
            usual.maxNewTokens(),
            usual.sampling(),
            algorithm,
            1,
            usual.optimizer(),
            compute.withLeaves(5));
    Map<String, byte[]> files = new LinkedHashMap<>();
    Path saved = Files.createTempDirectory(folder, "saved");
    int[] updates = {0};
    run.train(
        config,
        TinyRun::digit,
        (trainer, model) -> {
          LeafRunner workers =
              ends.isEmpty()
                  ? LeafRunner.LOCAL
                  : new SimulatedWorkers(model, run.folder().resolve("weights"), ends);
          trainer.computeLeavesOn((policy, leaves, tree) -> {
            updates[0]++;
            return workers.run(policy, leaves, tree);
          });
          for (int step = 0; step < 2; step++) {
            Metrics metrics = trainer.step(step);
            files.put("loss " + step, Double.toString(metrics.get("loss")).getBytes(UTF_8));
          }
          trainer.save(saved);
        });
    assertThat(updates[0]).as("updates of " + name).isPositive();
    for (Path file : list(saved)) {
      files.put(saved.relativize(file).toString(), Files.readAllBytes(file));
    }
    return files;
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
