package dev.tesuji.generate;

import dev.tesuji.compute.TokenMath;
import dev.tesuji.compute.choice.TokenMaths;
import dev.tesuji.kernel.CategoricalSampler;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns logits into next-token distributions and draws from them: pure functions of tensors.
final class Sampler {
  static final double DROPPED = Double.NEGATIVE_INFINITY;

  private Sampler() {}

  /// A token per row and how likely it was.
  ///
  /// @param tokens the tokens
  /// @param logProbs their log-probabilities under the distribution that they were drawn from; for
  ///   greedy choices, under the model's own distribution at temperature 1
  /// @param alternatives per row, the most likely tokens; null where none were asked for
  record Drawn(int[] tokens, float[] logProbs, @Nullable List<List<TokenLogProb>> alternatives) {
    Drawn(int[] tokens, float[] logProbs) {
      this(tokens, logProbs, null);
    }

    /// Makes room for some rows.
    static Drawn of(int rows) {
      List<List<TokenLogProb>> none = new ArrayList<>(Collections.nCopies(rows, List.of()));
      return new Drawn(new int[rows], new float[rows], none);
    }

    /// Returns the most likely tokens of a row; none where none were asked for.
    List<TokenLogProb> top(int row) {
      return alternatives == null ? List.of() : alternatives.get(row);
    }

    /// Puts the rows of another at places of this.
    void put(int[] places, Drawn some) {
      for (int i = 0; i < places.length; i++) {
        tokens[places[i]] = some.tokens[i];
        logProbs[places[i]] = some.logProbs[i];
        if (alternatives != null) {
          alternatives.set(places[i], some.top(i));
        }
      }
    }
  }

  /// How tokens are chosen, and what is told of them.
  ///
  /// @param top how many of the most likely tokens are told of
  record Wanted(Sampling sampling, int top) {}

  /// Draws one token per row, and lists the most likely ones.
  ///
  /// @param logits float32 `[R, V]`; may be overwritten
  /// @param contexts the tokens before it, per row; read only with a repetition penalty
  /// @param uniforms a number in (0, 1) per row
  static Drawn draw(Tensor logits, List<int[]> contexts, Wanted wanted, double[] uniforms) {
    List<List<TokenLogProb>> top =
        wanted.top() == 0 ? null : top(reported(logits, contexts, wanted.sampling()), wanted.top());
    Drawn drawn = draw(logits, contexts, wanted.sampling(), uniforms);
    return new Drawn(drawn.tokens(), drawn.logProbs(), top);
  }

  /// Returns tokens that were drawn, with what another distribution says of them and of the most
  /// likely tokens.
  ///
  /// @param logProbs `[R, V]`
  static Drawn retold(int[] tokens, Tensor logProbs, int top) {
    Tensor index = Tensor.of(tokens).to(logProbs.device()).unsqueeze(1);
    List<List<TokenLogProb>> best = top == 0 ? null : top(logProbs, top);
    return new Drawn(tokens, logProbs.gather(1, index).toFloats(), best);
  }

  private static Drawn filteredDraw(Tensor scores, Sampling sampling, double[] uniforms) {
    return drawn(TokenMaths.on(scores.device()).drawFrom(filtered(scores, sampling), uniforms));
  }

  /// Returns the distribution that log-probabilities are told under.
  private static Tensor reported(Tensor logits, List<int[]> contexts, Sampling sampling) {
    return sampling.isGreedy()
        ? penalise(logits, contexts, sampling.repetitionPenalty()).logSoftmax(1)
        : distribution(logits, contexts, sampling);
  }

  private static List<List<TokenLogProb>> top(Tensor logProbs, int wanted) {
    int k = (int) Math.min(wanted, logProbs.size(1));
    Tensor.Sorted best = logProbs.topk(k);
    int[] tokens = best.indices().toInts();
    float[] values = best.values().toFloats();
    List<List<TokenLogProb>> rows = new ArrayList<>();
    for (int from = 0; from < tokens.length; from += k) {
      List<TokenLogProb> row = new ArrayList<>(k);
      for (int i = from; i < from + k; i++) {
        row.add(new TokenLogProb(tokens[i], values[i]));
      }
      rows.add(List.copyOf(row));
    }
    return rows;
  }

  private static Drawn draw(
      Tensor logits, List<int[]> contexts, Sampling sampling, double[] uniforms) {
    TokenMath math = TokenMaths.on(logits.device());
    if (sampling.isPlain()) {
      return drawn(math.draw(logits, sampling.temperature(), uniforms));
    }
    Tensor scores = penalise(logits, contexts, sampling.repetitionPenalty());
    if (sampling.isGreedy()) {
      Tensor best = scores.argmax(1);
      return drawn(scores.logSoftmax(1), best.unsqueeze(1));
    }
    return filteredDraw(scores, sampling, uniforms);
  }

  /// Returns the log-probabilities `[R, V]` that tokens are drawn from; -infinity where a token is
  /// dropped.
  static Tensor distribution(Tensor logits, List<int[]> contexts, Sampling sampling) {
    return filtered(penalise(logits, contexts, sampling.repetitionPenalty()), sampling);
  }

  private static Tensor filtered(Tensor scores, Sampling sampling) {
    Tensor s = sampling.temperature() == 1 ? scores : scores.div(sampling.temperature());
    if (sampling.topK() > 0 && sampling.topK() < s.size(1)) {
      Tensor kth = s.topk(sampling.topK()).values().narrow(1, sampling.topK() - 1, 1);
      s = s.maskedFill(s.lt(kth), DROPPED);
    }
    if (sampling.topP() < 1) {
      s = keepNucleus(s, sampling.topP());
    }
    if (sampling.minP() > 0) {
      Tensor p = s.softmax(1);
      s = s.maskedFill(p.lt(p.max(1, true).mul(sampling.minP())), DROPPED);
    }
    return s.logSoftmax(1);
  }

  /// Drops, from the least likely upwards, the tokens whose probabilities add up to at most 1 - p;
  /// the most likely one always stays.
  private static Tensor keepNucleus(Tensor s, double p) {
    long v = s.size(1);
    Tensor.Sorted ascending = s.sort(false);
    Tensor below = ascending.values().softmax(1).cumsum(1);
    Tensor drop = below.gt(1 - p).eq(0);
    Tensor best = drop.narrow(1, v - 1, 1);
    best.fill_(0);
    // Back to the order of the vocabulary.
    return s.maskedFill(drop.scatter(1, ascending.indices(), drop), DROPPED);
  }

  private static Tensor penalise(Tensor logits, List<int[]> contexts, double penalty) {
    if (penalty == 1) {
      return logits;
    }
    Tensor out = logits.copy();
    for (int r = 0; r < contexts.size(); r++) {
      int[] seen = Arrays.stream(contexts.get(r)).distinct().toArray();
      if (seen.length > 0) {
        Tensor row = out.select(0, r);
        Tensor index = Tensor.of(seen).to(logits.device());
        Tensor values = row.indexSelect(0, index);
        row.indexCopy_(
            0, index, Tensor.where(values.lt(0), values.mul(penalty), values.div(penalty)));
      }
    }
    return out;
  }

  private static Drawn drawn(CategoricalSampler.Drawn drawn) {
    return new Drawn(drawn.tokens(), drawn.logProbs());
  }

  private static Drawn drawn(Tensor logProbs, Tensor tokens) {
    return new Drawn(tokens.toInts(), logProbs.gather(1, tokens).toFloats());
  }
}
