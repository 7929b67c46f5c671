package dev.tesuji.preference;

import dev.tesuji.policy.Policy;
import dev.tesuji.tokenized.MicroBatches;
import dev.tesuji.tokenized.TokenSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The answers of some examples laid in one row, and sums over the tokens of each.
final class AnswerScores {
  private final PreferenceObjective objective;
  private final int[] examples;
  private final List<TokenSequence> sequences = new ArrayList<>(); // example by example
  private final List<int[]> places = new ArrayList<>(); // of each: example of the batch, answer

  AnswerScores(PreferenceObjective objective, int[] examples) {
    this.objective = objective;
    this.examples = examples;
    for (int b = 0; b < examples.length; b++) {
      List<TokenSequence> answers = objective.answers(examples[b]);
      for (int a = 0; a < answers.size(); a++) {
        sequences.add(answers.get(a));
        places.add(new int[] {b, a});
      }
    }
  }

  /// Returns how many tokens the answers have, prompts and all.
  long tokens() {
    return sequences.stream().mapToLong(TokenSequence::length).sum();
  }

  /// Returns how many answers there are.
  int size() {
    return sequences.size();
  }

  /// Returns the numbers of those that are learned from, or of the others.
  int[] numbers(boolean learned) {
    return IntStream.range(0, sequences.size())
        .filter(i -> places.get(i)[1] < objective.learned() == learned)
        .toArray();
  }

  /// Splits some of them into parts that fit into memory.
  List<int[]> split(int[] numbers, int maxTokens) {
    List<TokenSequence> some = sequences(numbers);
    return numbers(MicroBatches.split(some, maxTokens), numbers);
  }

  /// Cuts some of them into leaves, and each into parts that fit into memory.
  List<List<int[]>> leaves(int[] numbers, int leaves, int maxTokens) {
    List<TokenSequence> some = sequences(numbers);
    return MicroBatches.leaves(some, leaves, maxTokens).stream()
        .map(parts -> numbers(parts, numbers))
        .toList();
  }

  private static List<int[]> numbers(List<int[]> parts, int[] numbers) {
    return parts.stream().map(part -> Arrays.stream(part).map(i -> numbers[i]).toArray()).toList();
  }

  List<TokenSequence> sequences(int[] part) {
    return Arrays.stream(part).mapToObj(sequences::get).toList();
  }

  /// Makes room for a sum per answer, by example and answer.
  double[][] sums() {
    double[][] sums = new double[examples.length][];
    for (int b = 0; b < sums.length; b++) {
      sums[b] = new double[objective.answers(examples[b]).size()];
    }
    return sums;
  }

  /// Adds up the log-probabilities of a part's tokens, answer by answer.
  void addUp(int[] part, float[] logProbs, double[][] sums) {
    int at = 0;
    for (int number : part) {
      int[] place = places.get(number);
      double sum = 0;
      for (int t = 0; t < sequences.get(number).scored(); t++) {
        sum += weight(place, t) * logProbs[at++];
      }
      sums[place[0]][place[1]] = sum;
    }
  }

  /// Scores some of them without gradients.
  void score(Policy policy, int[] numbers, int maxTokens, double[][] sums) {
    for (int[] part : split(numbers, maxTokens)) {
      addUp(part, policy.score(sequences(part)).logProbs(), sums);
    }
  }

  /// Spreads a gradient at the sums to the tokens of a part.
  float[] spread(int[] part, double[][] gradient) {
    float[] spread = new float[sequences(part).stream().mapToInt(TokenSequence::scored).sum()];
    int at = 0;
    for (int number : part) {
      int[] place = places.get(number);
      for (int t = 0; t < sequences.get(number).scored(); t++) {
        spread[at++] = (float) (gradient[place[0]][place[1]] * weight(place, t));
      }
    }
    return spread;
  }

  private double weight(int[] place, int token) {
    return objective.weight(examples[place[0]], place[1], token);
  }
}
