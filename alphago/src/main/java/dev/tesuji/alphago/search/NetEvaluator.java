package dev.tesuji.alphago.search;

import dev.tesuji.alphago.net.FoldedNet;
import dev.tesuji.alphago.net.NetConfig;
import dev.tesuji.alphago.net.Outputs;
import dev.tesuji.play.GameState;
import dev.tesuji.tensor.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Evaluates states with a network. Owns neither.
///
/// @param net the network
/// @param ownership whether evaluations say whose each cell will be
public record NetEvaluator(FoldedNet net, boolean ownership) implements Evaluator {
  /// States of a batch; more are evaluated in several.
  private static final int MOST = 512;

  /// Makes one that does not say whose each cell will be.
  public NetEvaluator(FoldedNet net) {
    this(net, false);
  }

  @Override
  public List<Evaluation> evaluate(List<? extends GameState> states) {
    Evaluation[] all = new Evaluation[states.size()];
    for (int from = 0; from < all.length; from += MOST) {
      int to = Math.min(all.length, from + MOST);
      evaluate(states.subList(from, to), all, from);
    }
    return Arrays.asList(all);
  }

  private void evaluate(List<? extends GameState> states, Evaluation[] all, int at) {
    NetConfig config = net.config();
    int size = config.planes() * config.cells();
    float[] planes = new float[states.size() * size];
    IntStream.range(0, states.size())
        .parallel()
        .forEach(i -> states.get(i).planes(planes, i * size));
    try (Scope _ = Scope.open()) {
      Outputs out = net.forward(planes, states.size());
      float[] policy = out.policy().toFloats();
      float[] value = out.value().toFloats();
      float[] score = out.score().toFloats();
      float[] owners = ownership ? out.ownership().toFloats() : new float[0];
      for (int i = 0; i < states.size(); i++) {
        int actions = config.actions();
        int cells = config.cells();
        float[] own =
            ownership ? Arrays.copyOfRange(owners, i * cells, (i + 1) * cells) : new float[0];
        for (int cell = 0; cell < own.length; cell++) {
          own[cell] = (float) Math.tanh(own[cell] / 2);
        }
        all[at + i] =
            new Evaluation(
                Arrays.copyOfRange(policy, i * actions, (i + 1) * actions),
                Math.tanh(value[i] / 2), // 2 σ(v) - 1
                score[i] * Outputs.SCORE_UNIT,
                own);
      }
    }
  }
}
