package dev.tesuji.tokenized;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/// Splits a batch into parts that fit into memory, each of sequences that share a prompt or are of
/// similar length.
public final class MicroBatches {
  private MicroBatches() {}

  /// Groups sequences, those of one prompt side by side and the longest prompts' first, so that no
  /// part exceeds `maxTokens` (one sequence may).
  ///
  /// @return the numbers of the sequences in each part
  public static List<int[]> split(List<TokenSequence> sequences, int maxTokens) {
    return fill(order(sequences), i -> sequences.get(i).length(), maxTokens);
  }

  /// Cuts sequences into leaves of about as many tokens each, and each leaf into parts as [#split]
  /// does. Which sequences are together follows from them and the settings alone.
  ///
  /// @param leaves how many, or as many as there are sequences where those are fewer; 0 or 1 for a
  ///   single one
  /// @return by leaf, the numbers of the sequences in each of its parts
  public static List<List<int[]>> leaves(List<TokenSequence> sequences, int leaves, int maxTokens) {
    List<Integer> order = order(sequences);
    IntUnaryOperator lengths = i -> sequences.get(i).length();
    int count = Math.max(1, Math.min(leaves, order.size()));
    long all = sequences.stream().mapToLong(TokenSequence::length).sum();
    List<List<int[]>> cut = new ArrayList<>();
    int from = 0;
    long before = 0; // tokens
    for (int leaf = 1; leaf <= count; leaf++) {
      int last = order.size() - (count - leaf); // so that each of the others has a sequence
      int to = from;
      while (to < last
          && (to == from
              || 2L * count * before + count * lengthAt(order, lengths, to) <= 2 * all * leaf)) {
        before += lengthAt(order, lengths, to++);
      }
      cut.add(fill(order.subList(from, to), lengths, maxTokens));
      from = to;
    }
    return cut;
  }

  private static long lengthAt(List<Integer> order, IntUnaryOperator lengths, int place) {
    return lengths.applyAsInt(order.get(place));
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
    return fill(order, i -> lengths[i], maxTokens);
  }

  private static List<int[]> fill(List<Integer> order, IntUnaryOperator lengths, int maxTokens) {
    List<int[]> parts = new ArrayList<>();
    List<Integer> part = new ArrayList<>();
    int tokens = 0;
    for (int i : order) {
      int length = lengths.applyAsInt(i);
      if (!part.isEmpty() && tokens + length > maxTokens) {
        parts.add(part.stream().mapToInt(n -> n).toArray());
        part.clear();
        tokens = 0;
      }
      part.add(i);
      tokens += length;
    }
    if (!part.isEmpty()) {
      parts.add(part.stream().mapToInt(n -> n).toArray());
    }
    return parts;
  }

  private static List<Integer> order(List<TokenSequence> sequences) {
    Comparator<Integer> longestFirst =
        Comparator.comparingInt((Integer i) -> -sequences.get(i).length());
    Map<List<Integer>, List<Integer>> prompts = new LinkedHashMap<>();
    IntStream.range(0, sequences.size())
        .boxed()
        .sorted(longestFirst)
        .forEach(i -> {
          TokenSequence s = sequences.get(i);
          List<Integer> prompt = Arrays.stream(s.ids(), 0, s.given()).boxed().toList();
          prompts.computeIfAbsent(prompt, _ -> new ArrayList<>()).add(i);
        });
    return prompts.values().stream().flatMap(List::stream).toList();
  }
}
