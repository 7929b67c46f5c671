package dev.tesuji.rl.algorithm;

import dev.tesuji.check.Require;
import java.util.stream.IntStream;

/// The turns of a completion that has several.
///
/// @param lengths how many of its tokens each turn has; together all of them
/// @param points what each turn was worth by itself; they are in the completion's reward
public record Turns(int[] lengths, double[] points) {
  /// Checks that there is a number for each turn.
  public Turns {
    Require.that(lengths.length == points.length, "points", "one for each turn", points.length);
  }

  /// Makes a completion of one turn, which is worth nothing by itself.
  public static Turns one(int tokens) {
    return new Turns(new int[] {tokens}, new double[1]);
  }

  /// Returns what each turn led to: its own points, those of the turns after it, and what the whole
  /// was worth besides the points of turns.
  ///
  /// @param reward the completion's, with the points of its turns
  public double[] returns(double reward) {
    double[] returns = new double[points.length];
    double sum = reward - IntStream.range(0, points.length).mapToDouble(k -> points[k]).sum();
    for (int k = points.length - 1; k >= 0; k--) {
      sum += points[k];
      returns[k] = sum;
    }
    return returns;
  }

  /// Repeats one number per turn for each of the turn's tokens.
  public float[] perToken(double[] perTurn) {
    float[] all = new float[IntStream.of(lengths).sum()];
    int at = 0;
    for (int k = 0; k < lengths.length; k++) {
      for (int t = 0; t < lengths[k]; t++) {
        all[at++] = (float) perTurn[k];
      }
    }
    return all;
  }
}
