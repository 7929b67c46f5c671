package dev.tesuji.alphago.learn;

import dev.tesuji.alphago.net.FoldedNet;
import dev.tesuji.alphago.net.NetConfig;
import dev.tesuji.alphago.net.Outputs;
import dev.tesuji.play.Symmetry;
import dev.tesuji.tensor.Tensor;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/// Examples as tensors, each turned by one of the board's symmetries. Belongs to the scope that it
/// was made in.
///
/// @param planes `[B, H, W, P]`
/// @param illegal bool `[B, A]`
/// @param policy `[B, A]`, zeros where there is nothing to learn
/// @param value `[B]`, shares of a win
/// @param score `[B]`, in units of points
/// @param ownership `[B, cells]`, from 0 to 1
/// @param owned `[B]`, 1 where the game tells whose cells are, else 0
public record ExampleBatch(
    Tensor planes,
    Tensor illegal,
    Tensor policy,
    Tensor value,
    Tensor score,
    Tensor ownership,
    Tensor owned) {
  /// Makes a batch.
  ///
  /// @param turn chooses a symmetry for each example, from 0 to 7; taken modulo how many there are
  public static ExampleBatch of(NetConfig config, List<Example> examples, IntUnaryOperator turn) {
    Arrays arrays = new Arrays(config, examples.size());
    IntStream.range(0, examples.size())
        .parallel()
        .forEach(i -> arrays.put(i, examples.get(i), turn.applyAsInt(i)));
    return arrays.batch();
  }

  /// Makes a batch as it lies.
  public static ExampleBatch of(NetConfig config, List<Example> examples) {
    return of(config, examples, _ -> 0);
  }

  /// The numbers of a batch on their way.
  private static final class Arrays {
    private final NetConfig config;
    private final int n;
    private final float[] planes;
    private final boolean[] illegal;
    private final float[] policy;
    private final float[] value;
    private final float[] score;
    private final float[] ownership;
    private final float[] owned;

    Arrays(NetConfig config, int n) {
      this.config = config;
      this.n = n;
      planes = new float[n * config.planes() * config.cells()];
      illegal = new boolean[n * config.actions()];
      policy = new float[n * config.actions()];
      value = new float[n];
      score = new float[n];
      ownership = new float[n * config.cells()];
      owned = new float[n];
      java.util.Arrays.fill(illegal, true);
    }

    void put(int i, Example example, int turn) {
      List<Symmetry> symmetries = example.state().game().symmetries();
      Symmetry symmetry = symmetries.get(turn % symmetries.size());
      int cells = config.cells();
      float[] own = new float[config.planes() * cells];
      example.state().planes(own, 0);
      float[] turned = new float[own.length];
      symmetry.turnCells(own, turned);
      System.arraycopy(turned, 0, planes, i * own.length, own.length);
      int actions = config.actions();
      for (int action : example.state().legalActions()) {
        illegal[i * actions + symmetry.actions()[action]] = false;
      }
      for (int action = 0; action < example.policy().length; action++) {
        policy[i * actions + symmetry.actions()[action]] = example.policy()[action];
      }
      value[i] = (1 + example.value()) / 2;
      score[i] = (float) (example.score() / Outputs.SCORE_UNIT);
      byte[] owners = example.outcome().ownership();
      owned[i] = owners.length > 0 ? 1 : 0;
      for (int cell = 0; cell < owners.length; cell++) {
        int owner = owners[cell] * example.state().toMove();
        ownership[i * cells + symmetry.cells()[cell]] = (1 + owner) / 2f;
      }
    }

    ExampleBatch batch() {
      return new ExampleBatch(
          FoldedNet.image(config, planes, n),
          Tensor.of(illegal, n, config.actions()),
          Tensor.of(policy, n, config.actions()),
          Tensor.of(value, n),
          Tensor.of(score, n),
          Tensor.of(ownership, n, config.cells()),
          Tensor.of(owned, n));
    }
  }
}
