package dev.tesuji.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.nn.LoraConfig;
import dev.tesuji.nn.Parameter;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.Leaf;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.policy.Policy;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.MicroBatches;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.NewModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Updates that are cut into leaves.
@ExtendWith(LeakCheck.class)
class LeavesTest {
  private static final int TEXTS = 23;
  private static final int PER_DEVICE = 24; // tokens; most leaves have several passes

  /// A step in proportion to the gradient, so that equal gradients give equal weights.
  private static final OptimizerConfig PLAIN =
      OptimizerConfig.DEFAULT
          .change()
          .learningRate(0.1)
          .beta1(0)
          .beta2(0)
          .epsilon(1)
          .clipNorm(0)
          .build();

  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void makeModel() {
    new NewModel(1, 16, 24, 2, 1, 64).create(folder.resolve("model"), 5);
  }

  private static List<TokenSequence> texts() {
    List<TokenSequence> texts = new ArrayList<>();
    for (int i = 0; i < TEXTS; i++) {
      int[] ids = new int[5 + Rng.below(9, 3, 0, i, 0)];
      for (int t = 0; t < ids.length; t++) {
        ids[t] = 1 + Rng.below(9, 4, 0, i, t);
      }
      texts.add(TokenSequence.from(ids, 1 + i % 3));
    }
    return texts;
  }

  @Test
  void everyTextIsInOneLeafAndLeavesAreAboutAsLong() {
    List<TokenSequence> texts = texts();
    int longest = texts.stream().mapToInt(TokenSequence::length).max().orElseThrow();
    int all = texts.stream().mapToInt(TokenSequence::length).sum();
    for (int leaves = 0; leaves <= TEXTS + 2; leaves++) {
      List<List<int[]>> cut = MicroBatches.leaves(texts, leaves, PER_DEVICE);
      int count = Math.max(1, Math.min(leaves, TEXTS));
      assertThat(cut).hasSize(count);
      assertThat(cut.stream().flatMap(List::stream).flatMapToInt(Arrays::stream).sorted())
          .containsExactlyElementsOf(IntStream.range(0, TEXTS).boxed().toList());
      for (List<int[]> leaf : cut) {
        int tokens =
            leaf.stream().flatMapToInt(Arrays::stream).map(i -> texts.get(i).length()).sum();
        assertThat(tokens).isBetween(1, all / count + longest);
      }
    }
  }

  @Test
  void withoutLeavesPartsAreWhatTheyWere() {
    for (int leaves = 0; leaves <= 1; leaves++) {
      assertThat(MicroBatches.leaves(texts(), leaves, PER_DEVICE).getFirst())
          .usingRecursiveComparison()
          .isEqualTo(MicroBatches.split(texts(), PER_DEVICE));
    }
  }

  @Test
  void noTextsAreALeafWithoutParts() {
    assertThat(MicroBatches.leaves(List.of(), 4, PER_DEVICE)).containsExactly(List.of());
  }

  private LoadedModel model(String type) {
    Dtype dtype = type.equals("bfloat16") ? Dtype.BFLOAT16 : Dtype.FLOAT32;
    LoadedModel model = LoadedModel.load(folder.resolve("model"), dtype, Device.CPU);
    if (type.equals("adapters")) {
      model.decoder().adapt(new LoraConfig(4, 16, 0.3, List.of("all-linear"), false), 3);
    }
    return model;
  }

  /// Makes two updates.
  ///
  /// @param ends of the workers' shares; empty for this process
  /// @return weights and optimizer, bit for bit
  private List<float[]> trained(String type, int leaves, int... ends) throws Exception {
    ComputeConfig compute =
        new ComputeConfig(PER_DEVICE, false, 0, 0, MatmulPrecision.AUTO).withLeaves(leaves);
    try (LoadedModel model = model(type);
        Learner learner = Learner.of(model, compute, PLAIN);
        Scope _ = Scope.open()) {
      Path there = Files.createTempDirectory(folder, "worker");
      if (ends.length > 0) {
        List<Integer> shares = Arrays.stream(ends).boxed().toList();
        learner.computeLeavesOn(new SimulatedWorkers(model, there, shares));
      }
      Policy policy = new Policy(model.decoder(), 1, compute);
      for (int step = 0; step < 2; step++) {
        learner.backward(policy, leaves(learner, compute));
        learner.update(step, 2, new Metrics());
      }
      List<float[]> all = new ArrayList<>();
      for (Parameter p : model.decoder().trained()) {
        all.add(p.tensor().detach().to(Dtype.FLOAT32).toFloats());
      }
      return all;
    }
  }

  private static List<Leaf> leaves(Learner learner, ComputeConfig compute) {
    List<TokenSequence> texts = texts();
    int scored = texts.stream().mapToInt(TokenSequence::scored).sum();
    List<Leaf> leaves = new ArrayList<>();
    for (List<int[]> parts : MicroBatches.leaves(texts, compute.leaves(), PER_DEVICE)) {
      List<Leaf.Pass> passes = new ArrayList<>();
      for (int[] part : parts) {
        List<TokenSequence> some = Arrays.stream(part).mapToObj(texts::get).toList();
        float[] gradient = new float[some.stream().mapToInt(TokenSequence::scored).sum()];
        Arrays.fill(gradient, -1f / scored);
        Policy.Micro micro = Policy.Micro.of(some, texts.size(), learner.nextPass());
        passes.add(new Leaf.Pass(micro, new Policy.LinearLoss(gradient)));
      }
      leaves.add(new Leaf(passes));
    }
    return leaves;
  }

  @ParameterizedTest
  @ValueSource(strings = {"float32", "bfloat16"})
  void theGradientIsThatOfOneSumToRounding(String type) throws Exception {
    List<float[]> one = trained(type, 0);
    assertThat(trained(type, 1)).usingRecursiveComparison().isEqualTo(one);
    for (int leaves : new int[] {2, 5, TEXTS}) {
      List<float[]> many = trained(type, leaves);
      for (int p = 0; p < one.size(); p++) {
        float off = type.equals("float32") ? 2e-6f : 4e-3f;
        assertThat(many.get(p)).containsExactly(one.get(p), within(off));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"float32", "bfloat16", "adapters"})
  void anyWorkersComeToTheSameBits(String type) throws Exception {
    for (int leaves : new int[] {5, 8}) {
      List<float[]> here = trained(type, leaves);
      for (int[] ends : new int[][] {{leaves}, {4}, {2, 4}, {1, 3}}) {
        assertThat(trained(type, leaves, ends))
            .as(leaves + " leaves in shares " + Arrays.toString(ends))
            .usingRecursiveComparison()
            .isEqualTo(here);
      }
    }
  }

  @Test
  void aNegativeNumberOfLeavesIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ComputeConfig.DEFAULT.withLeaves(-1))
        .withMessage("leaves must be at least 0, got -1");
  }

  @Test
  void aDifferentTextIsSeen() throws Exception {
    // What is compared above does depend on the gradient.
    try (LoadedModel model = model("float32");
        Scope _ = Scope.open()) {
      List<float[]> trained = trained("float32", 2);
      int p = 0;
      int moved = 0;
      for (Parameter parameter : model.decoder().trained()) {
        Tensor before = parameter.tensor().detach();
        moved += Arrays.equals(before.toFloats(), trained.get(p++)) ? 0 : 1;
      }
      assertThat(moved).isEqualTo(p);
    }
  }
}
