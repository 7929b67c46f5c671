package dev.tesuji.rewardmodel;

import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// All comparisons and labels of some opinions, over their answers end to end.
///
/// @param better the number of the better answer of each comparison
/// @param worse the number of the worse one
/// @param margin the margin of each
/// @param weight the weight of each in the loss: those of one group share the weight of one
/// @param labelled the number of each labelled answer
/// @param sign 1 where it is good, -1 where it is not
record Comparisons(
    int[] better, int[] worse, double[] margin, double[] weight, int[] labelled, double[] sign) {
  /// Lists them.
  static Comparisons of(List<RewardExample> opinions) {
    List<int[]> pairs = new ArrayList<>();
    List<Integer> labelled = new ArrayList<>();
    List<Double> margins = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    List<Double> signs = new ArrayList<>();
    int first = 0;
    for (RewardExample opinion : opinions) {
      switch (opinion) {
        case RewardExample.Compared compared -> {
          for (RewardExample.Comparison c : compared.comparisons()) {
            pairs.add(new int[] {first + c.better(), first + c.worse()});
            margins.add(c.margin());
            weights.add(1.0 / compared.count());
          }
        }
        case RewardExample.Labelled l -> {
          labelled.add(first);
          signs.add(l.good() ? 1.0 : -1.0);
        }
      }
      first += opinion.answers().size();
    }
    return new Comparisons(
        pairs.stream().mapToInt(p -> p[0]).toArray(),
        pairs.stream().mapToInt(p -> p[1]).toArray(),
        wide(margins),
        wide(weights),
        labelled.stream().mapToInt(i -> i).toArray(),
        wide(signs));
  }

  private static double[] wide(List<Double> list) {
    return list.stream().mapToDouble(d -> d).toArray();
  }

  /// Returns the sum of the opinions' losses: a group's is the mean over its comparisons.
  ///
  /// @param scores of all answers, `[n]`
  /// @param centering the coefficient of [RewardModelLoss#centering]
  Tensor loss(Tensor scores, double centering) {
    Tensor loss = scores.sum().mul(0);
    if (better.length > 0) {
      Tensor high = pick(scores, better);
      Tensor low = pick(scores, worse);
      boolean apart = Arrays.stream(margin).anyMatch(m -> m != 0);
      Tensor each = RewardModelLoss.bradleyTerry(high, low, apart ? column(scores, margin) : null);
      if (centering > 0) {
        each = each.add(RewardModelLoss.centering(high, low).mul(centering));
      }
      loss = loss.add(each.mul(column(scores, weight)).sum());
    }
    if (labelled.length > 0) {
      Tensor each = RewardModelLoss.crossEntropy(pick(scores, labelled), column(scores, sign));
      loss = loss.add(each.sum());
    }
    return loss;
  }

  private static Tensor pick(Tensor scores, int[] which) {
    return scores.indexSelect(0, Tensor.of(which, which.length).to(scores.device()));
  }

  private static Tensor column(Tensor scores, double[] numbers) {
    return Tensor.of(numbers, numbers.length).to(scores.dtype()).to(scores.device());
  }

  /// Returns the share of comparisons and labels that scores agree with; equal scores agree with
  /// none.
  double accuracy(float[] scores) {
    int right = 0;
    for (int i = 0; i < better.length; i++) {
      right += scores[better[i]] > scores[worse[i]] ? 1 : 0;
    }
    for (int i = 0; i < labelled.length; i++) {
      right += scores[labelled[i]] * sign[i] > 0 ? 1 : 0;
    }
    return (double) right / (better.length + labelled.length);
  }

  /// Returns by how much better answers are scored above worse ones: the mean difference over
  /// comparisons; over labels, that of the means of good and bad ones (NaN where either is
  /// missing).
  double margin(float[] scores) {
    if (better.length > 0) {
      double sum = 0;
      for (int i = 0; i < better.length; i++) {
        sum += (double) scores[better[i]] - scores[worse[i]];
      }
      return sum / better.length;
    }
    return mean(scores, 1) - mean(scores, -1);
  }

  private double mean(float[] scores, double wanted) {
    double sum = 0;
    int n = 0;
    for (int i = 0; i < labelled.length; i++) {
      if (sign[i] == wanted) {
        sum += scores[labelled[i]];
        n++;
      }
    }
    return sum / n;
  }
}
