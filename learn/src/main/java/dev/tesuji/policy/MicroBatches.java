package dev.tesuji.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Splits a batch into parts that fit into memory, each of sequences of similar length.
public final class MicroBatches {
  private MicroBatches() {}

  /// Groups sequences, longest first, so that no part exceeds `maxTokens` (one sequence may).
  ///
  /// @return the numbers of the sequences in each part
  public static List<int[]> split(List<TokenSequence> sequences, int maxTokens) {
    return split(sequences.stream().mapToInt(TokenSequence::length).toArray(), maxTokens);
  }

  /// Groups what has these lengths, longest first, so that no part exceeds `maxTokens` (one length
  /// may).
  ///
  /// @return the numbers of the lengths in each part
  public static List<int[]> split(int[] lengths, int maxTokens) {
    List<Integer> order =
        IntStream.range(0, lengths.length)
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> -lengths[i]))
            .toList();
    List<int[]> parts = new ArrayList<>();
    int start = 0;
    int tokens = 0;
    for (int i = 0; i < order.size(); i++) {
      int length = lengths[order.get(i)];
      if (i > start && tokens + length > maxTokens) {
        parts.add(order.subList(start, i).stream().mapToInt(n -> n).toArray());
        start = i;
        tokens = 0;
      }
      tokens += length;
    }
    if (start < order.size()) {
      parts.add(order.subList(start, order.size()).stream().mapToInt(n -> n).toArray());
    }
    return parts;
  }
}
