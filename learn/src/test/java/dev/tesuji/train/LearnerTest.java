package dev.tesuji.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import dev.tesuji.nn.Parameter;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.optim.Schedule;
import dev.tesuji.random.Rng;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.run.StopSignal;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.Safetensors;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A network that is no language model in the loop that trains language models.
@ExtendWith(LeakCheck.class)
class LearnerTest {
  private static final OptimizerConfig OPTIMIZER =
      new OptimizerConfig(
          2e-2, Schedule.LINEAR, 0, 0.1, 0.9, 0.99, 1e-8, 0, 1, OptimizerConfig.Moments.FLOAT32);
  private static final int STEPS = 100;

  @TempDir private Path folder = Path.of("");

  /// A regression net of two layers: w2 tanh(w1 x + b1) + b2.
  private static final class Regression implements Network, AutoCloseable {
    private static final int WIDTH = 16;
    private static final String FILE = "weights.safetensors";

    private final Scope owner = Scope.owner();
    private final Map<String, Tensor> weights = new LinkedHashMap<>();

    Regression() {
      try (Scope _ = Scope.open()) {
        weights.put("hidden.weight", owner.adopt(Tensor.of(uniform(1, WIDTH * 2), WIDTH, 2)));
        weights.put("hidden.bias", owner.adopt(Tensor.zeros(Dtype.FLOAT32, WIDTH)));
        weights.put("out.weight", owner.adopt(Tensor.of(uniform(2, WIDTH), 1, WIDTH)));
        weights.put("out.bias", owner.adopt(Tensor.zeros(Dtype.FLOAT32, 1)));
      }
    }

    private static float[] uniform(int stream, int n) {
      float[] values = new float[n];
      for (int i = 0; i < n; i++) {
        values[i] = (float) (Rng.uniform(7, stream, i, 0) - 0.5);
      }
      return values;
    }

    Tensor forward(Tensor x) {
      Tensor hidden = x.linear(weight("hidden.weight"), weight("hidden.bias"));
      Tensor tanh = hidden.mul(2).sigmoid().mul(2).sub(1);
      return tanh.linear(weight("out.weight"), weight("out.bias")).squeeze(1);
    }

    private Tensor weight(String name) {
      return java.util.Objects.requireNonNull(weights.get(name));
    }

    float[] flat() {
      try (Scope _ = Scope.open()) {
        List<Tensor> all = new ArrayList<>();
        weights.values().forEach(w -> all.add(w.detach().reshape(w.elements())));
        return Tensor.cat(all, 0).toFloats();
      }
    }

    @Override
    public List<Parameter> trained() {
      return weights.entrySet().stream()
          .map(e ->
              new Parameter(
                  e.getValue(),
                  List.of(new Parameter.Part(e.getKey(), 0, e.getValue().size(0))),
                  true))
          .toList();
    }

    @Override
    public void save(Path folder) {
      try (Scope _ = Scope.open();
          NoGrad _ = NoGrad.on()) {
        Map<String, Tensor> plain = new LinkedHashMap<>();
        weights.forEach((name, w) -> plain.put(name, w.detach()));
        Safetensors.write(folder.resolve(FILE), plain);
      }
    }

    @Override
    public void restore(Path folder) {
      try (Scope _ = Scope.open();
          NoGrad _ = NoGrad.on();
          Safetensors saved = Safetensors.open(folder.resolve(FILE))) {
        weights.forEach(saved::readInto);
      }
    }

    @Override
    public void close() {
      owner.close();
    }
  }

  /// Learns y = max(x0, x1) from 32 points a step, in passes of a given size.
  private static final class RegressionTrainer implements Trainer, AutoCloseable {
    private static final int POINTS = 32;

    private final Regression net = new Regression();
    private final Learner learner;
    private final int points;
    private final IntConsumer before;
    private long consumed;

    RegressionTrainer(int pointsPerPass, IntConsumer before) {
      this(OPTIMIZER, pointsPerPass, before);
    }

    RegressionTrainer(OptimizerConfig optimizer, int pointsPerPass, IntConsumer before) {
      learner = new Learner(net, optimizer);
      points = pointsPerPass;
      this.before = before;
    }

    @Override
    public Metrics step(int step) {
      before.accept(step);
      double loss = 0;
      for (int from = 0; from < POINTS; from += points) {
        long first = consumed + from;
        loss += learner.backward(() -> loss(first));
      }
      consumed += POINTS;
      Metrics metrics = new Metrics();
      metrics.put("grad_norm", learner.update(step, STEPS, metrics));
      return metrics.put("loss", loss).put("trained", POINTS);
    }

    private Tensor loss(long first) {
      float[] x = new float[2 * points];
      float[] y = new float[points];
      for (int i = 0; i < points; i++) {
        x[2 * i] = (float) (2 * Rng.uniform(3, first + i, 0, 0) - 1);
        x[2 * i + 1] = (float) (2 * Rng.uniform(3, first + i, 1, 0) - 1);
        y[i] = Math.max(x[2 * i], x[2 * i + 1]);
      }
      Tensor error = net.forward(Tensor.of(x, points, 2)).sub(Tensor.of(y));
      return error.square().sum().div(POINTS);
    }

    @Override
    public void finish() {
      learner.finish();
    }

    @Override
    public void save(Path folder) {
      learner.save(folder);
    }

    @Override
    public ObjectNode state() {
      return learner.state().put("consumed", consumed);
    }

    @Override
    public void restore(Path folder, JsonNode state) {
      learner.restore(folder, state);
      consumed = state.path("consumed").asLong();
    }

    @Override
    public ObjectNode summary() {
      return Json.MAPPER.createObjectNode().put("points", consumed);
    }

    @Override
    public String note(Metrics m) {
      return String.format(Locale.ROOT, "loss %.3f", m.get("loss"));
    }

    @Override
    public void close() {
      learner.close();
      net.close();
    }
  }

  private static void run(RunDirectory run, Trainer trainer) {
    try (StopSignal stop = new StopSignal()) {
      TrainingLoop.Pace pace = new TrainingLoop.Pace(7, Duration.ofHours(1));
      new TrainingLoop(run, "regression", STEPS, pace, stop).run(trainer);
    }
  }

  /// Returns the metrics of all steps but for times and memory.
  private static List<Map<String, Double>> metrics(RunDirectory run) {
    return JsonLines.readAll(run.metrics()).stream()
        .map(row -> {
          Map<String, Double> numbers = new HashMap<>(MetricsLog.metrics(row.fields()).values());
          numbers.keySet().removeIf(n -> n.startsWith("perf") || n.equals("step_time"));
          return numbers;
        })
        .toList();
  }

  @Test
  void aNetworkThatIsNoLanguageModelLearnsInTheLoop() {
    try (RunDirectory run = RunDirectory.create(folder.resolve("run"));
        RegressionTrainer trainer = new RegressionTrainer(32, _ -> {})) {
      run(run, trainer);
      List<Map<String, Double>> all = metrics(run);
      assertThat(all).hasSize(STEPS);
      assertThat(all.getFirst()).containsKeys("loss", "grad_norm", "learning_rate", "trained");
      assertThat(all.getFirst().get("loss")).isGreaterThan(0.2);
      assertThat(all.getLast().get("loss")).isLessThan(0.05);
      assertThat(all.getFirst().get("learning_rate")).isCloseTo(2e-2, within(1e-12));
    }
  }

  @Test
  void aRunThatWasKilledEqualsOneThatWasNotBitForBit() {
    float[] straight;
    List<Map<String, Double>> wanted;
    try (RunDirectory run = RunDirectory.create(folder.resolve("straight"));
        RegressionTrainer trainer = new RegressionTrainer(8, _ -> {})) {
      run(run, trainer);
      straight = trainer.net.flat();
      wanted = metrics(run);
    }
    try (RunDirectory run = RunDirectory.create(folder.resolve("killed"))) {
      try (RegressionTrainer trainer = new RegressionTrainer(8, LearnerTest::killAtStep17)) {
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> run(run, trainer));
      }
      try (RegressionTrainer resumed = new RegressionTrainer(8, _ -> {})) {
        run(run, resumed);
        assertThat(resumed.net.flat()).containsExactly(straight);
        assertThat(metrics(run)).isEqualTo(wanted);
      }
    }
  }

  /// The average of the last steps is killed and resumed like everything else, and is what the last
  /// checkpoint holds.
  @Test
  void aRunThatEndsWithTheAverageOfItsWeightsIsResumedBitForBit() {
    OptimizerConfig averaging = OPTIMIZER.change().emaDecay(0.9).build();
    float[] plain;
    try (RunDirectory run = RunDirectory.create(folder.resolve("plain"));
        RegressionTrainer trainer = new RegressionTrainer(32, _ -> {})) {
      run(run, trainer);
      plain = trainer.net.flat();
    }
    float[] straight;
    try (RunDirectory run = RunDirectory.create(folder.resolve("straight"));
        RegressionTrainer trainer = new RegressionTrainer(averaging, 32, _ -> {})) {
      run(run, trainer);
      straight = trainer.net.flat();
      assertThat(straight).isNotEqualTo(plain);
      assertThat(straight).containsExactly(plain, within(0.1f));
      trainer.step(0); // moves on
      trainer.net.restore(run.checkpoints("regression").resolve("step-000100"));
      assertThat(trainer.net.flat()).containsExactly(straight);
    }
    try (RunDirectory run = RunDirectory.create(folder.resolve("killed"))) {
      try (RegressionTrainer trainer =
          new RegressionTrainer(averaging, 32, LearnerTest::killAtStep17)) {
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> run(run, trainer));
      }
      try (RegressionTrainer resumed = new RegressionTrainer(averaging, 32, _ -> {})) {
        run(run, resumed);
        assertThat(resumed.net.flat()).containsExactly(straight);
      }
    }
  }

  private static void killAtStep17(int step) {
    if (step == 17) {
      throw new IllegalStateException("killed");
    }
  }

  @Test
  void anUpdateDoesNotDependOnHowItIsCutIntoPasses() {
    List<float[]> weights = new ArrayList<>();
    for (int points : new int[] {32, 8, 1}) {
      try (RegressionTrainer trainer = new RegressionTrainer(points, _ -> {})) {
        for (int step = 0; step < 3; step++) {
          trainer.step(step);
        }
        weights.add(trainer.net.flat());
      }
    }
    for (float[] w : weights) {
      assertThat(w).containsExactly(weights.getFirst(), within(2e-5f));
    }
  }
}
