package dev.tesuji.gguf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Turns the scores of SentencePiece's tokens into a list of merges.
final class SentencePieces {
  private SentencePieces() {}

  /// Two tokens that are joined to a third.
  ///
  /// @param score that of the token that they make
  /// @param leftId how early the left one stands among the tokens
  /// @param rightId how early the right one does
  record Merge(String left, String right, double score, int leftId, int rightId) {}

  /// Lists the ways to make tokens of two others, the highest score first, then the longest.
  ///
  /// @param scores tokens and their scores, in the order of ids
  static List<Merge> merges(Map<String, Double> scores) {
    Map<String, Integer> ids = new HashMap<>();
    scores.keySet().forEach(token -> ids.put(token, ids.size()));
    List<Merge> merges = new ArrayList<>();
    scores.forEach((token, score) -> {
      List<Merge> own = new ArrayList<>();
      for (int at =
              token.offsetByCodePoints(0, Math.min(1, token.codePointCount(0, token.length())));
          at < token.length();
          at += Character.charCount(token.codePointAt(at))) {
        Integer left = ids.get(token.substring(0, at));
        Integer right = ids.get(token.substring(at));
        if (left != null && right != null) {
          own.add(new Merge(token.substring(0, at), token.substring(at), score, left, right));
        }
      }
      own.sort(Comparator.comparingInt(Merge::leftId).thenComparingInt(Merge::rightId));
      merges.addAll(own);
    });
    merges.sort(
        Comparator.comparingDouble(Merge::score)
            .thenComparingInt(m -> m.left().codePointCount(0, m.left().length()))
            .thenComparingInt(m -> m.right().codePointCount(0, m.right().length()))
            .reversed());
    return merges;
  }
}
