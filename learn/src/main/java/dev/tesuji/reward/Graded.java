package dev.tesuji.reward;

import dev.tesuji.answer.Verdict;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// A response with everything that was found about it.
///
/// @param response the response
/// @param verdict whether its answer is right, whatever the reward pays for
/// @param parts what each part of the reward paid, before weighting, by name
/// @param total the weighted sum; meaningless unless [#trainable]
/// @param trainable whether every part could be judged
/// @param trouble what went wrong in judging it, in one sentence; empty where nothing did
/// @param cost what judging it took
public record Graded(
    Response response,
    Verdict verdict,
    Map<String, Double> parts,
    double total,
    boolean trainable,
    String trouble,
    Cost cost) {
  /// Copies the map, keeping its order.
  public Graded {
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  /// The cost of judging a response.
  ///
  /// @param queued seconds until its rules began to compute
  /// @param cpu seconds of CPU time that they took; waiting for other machines is not in it
  public record Cost(double queued, double cpu) {
    /// Nothing was measured.
    public static final Cost NONE = new Cost(0, 0);
  }

  /// Makes what is known of a response that could not be judged.
  static Graded withheld(Response response, Verdict verdict, String trouble, Cost cost) {
    return new Graded(response, verdict, Map.of(), 0, false, trouble, cost);
  }

  /// Makes what is known of a response that nobody judged, for a reason in one sentence.
  public static Graded withheld(Response response, Verdict verdict, String trouble) {
    return withheld(response, verdict, trouble, Cost.NONE);
  }

  Graded withCost(Cost spent) {
    return new Graded(response, verdict, parts, total, trainable, trouble, spent);
  }
}
