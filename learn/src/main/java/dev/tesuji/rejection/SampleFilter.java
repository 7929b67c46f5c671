package dev.tesuji.rejection;

import dev.tesuji.env.Problem;
import dev.tesuji.overlap.Fingerprints;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Decides which samples are kept. Rules are asked in one order, and the first that refuses a
/// sample is the reason: unfinished, too long, the rewards in the order of the recipe (ungraded
/// where one could not be had), contaminated, duplicate, surplus.
///
/// Of what it kept it remembers fingerprints.
public final class SampleFilter {
  static final String UNFINISHED = "unfinished";
  static final String TOO_LONG = "too_long";
  static final String UNGRADED = "ungraded";
  static final String CONTAMINATED = "contaminated";
  static final String DUPLICATE = "duplicate";
  static final String SURPLUS = "surplus";

  private static final List<String> OWN =
      List.of(UNFINISHED, TOO_LONG, UNGRADED, CONTAMINATED, DUPLICATE, SURPLUS);

  private final FilterSettings keeping;
  private final List<Threshold> thresholds;
  private final Decontamination decontamination;
  private final Fingerprints kept = new Fingerprints();

  /// Makes a sieve that has seen nothing.
  ///
  /// @param thresholds what rewards must pay
  /// @param evaluation the problems that the model is evaluated on
  /// @throws IllegalArgumentException when a reward has the name of another rule
  public SampleFilter(
      FilterSettings keeping, List<Threshold> thresholds, List<Problem> evaluation) {
    this.keeping = keeping;
    this.thresholds = List.copyOf(thresholds);
    decontamination =
        new Decontamination(
            keeping.decontaminate(), evaluation.stream().map(Problem::text).toList());
    for (Threshold t : thresholds) {
      if (OWN.contains(t.reward())) {
        throw new IllegalArgumentException(
            "the name of a reward must not be that of another rule, got '" + t.reward() + "'");
      }
    }
  }

  /// Returns the reasons to refuse a sample, in their order.
  List<String> reasons() {
    List<String> reasons = new ArrayList<>(List.of(UNFINISHED, TOO_LONG));
    thresholds.forEach(t -> reasons.add(t.reward()));
    reasons.addAll(List.of(UNGRADED, CONTAMINATED, DUPLICATE, SURPLUS));
    return reasons;
  }

  /// The samples of one prompt on their way through the sieve.
  final class OfPrompt {
    private final Problem problem;
    private final boolean contaminated;
    private int passed;

    private OfPrompt(Problem problem) {
      this.problem = problem;
      contaminated = decontamination.touchesProblem(problem.text());
    }

    /// Decides on the next sample.
    ///
    /// @param completion its text as it is kept
    /// @return why it is refused; nothing where it is kept
    Optional<String> refuse(Graded graded, String completion) {
      Optional<String> reason = byItself(graded);
      if (reason.isPresent()) {
        return reason;
      }
      if (contaminated || decontamination.touches(completion)) {
        return Optional.of(CONTAMINATED);
      }
      long fingerprint = fingerprint(problem.text(), completion);
      boolean told = keeping.deduplicate() != FilterSettings.Duplicates.NONE;
      if (told && kept.contains(fingerprint)) {
        return Optional.of(DUPLICATE);
      }
      if (passed == keeping.maxPerPrompt()) {
        return Optional.of(SURPLUS);
      }
      passed++;
      if (told) {
        kept.add(fingerprint);
      }
      return Optional.empty();
    }
  }

  /// Begins with the samples of a prompt.
  OfPrompt of(Problem problem) {
    return new OfPrompt(problem);
  }

  private Optional<String> byItself(Graded graded) {
    Response response = graded.response();
    if (keeping.finished() && !response.ended()) {
      return Optional.of(UNFINISHED);
    }
    Integer longest = keeping.maxCompletionTokens();
    if (longest != null && response.tokens() > longest) {
      return Optional.of(TOO_LONG);
    }
    for (Threshold t : thresholds) {
      Double paid = graded.parts().get(t.reward());
      if (paid == null) {
        return Optional.of(UNGRADED);
      }
      if (paid < t.atLeast()) {
        return Optional.of(t.reward());
      }
    }
    return Optional.empty();
  }

  private long fingerprint(String problem, String completion) {
    return keeping.deduplicate() == FilterSettings.Duplicates.EXACT
        ? Fingerprints.join(Fingerprints.of(problem), Fingerprints.of(completion))
        : Fingerprints.join(
            Fingerprints.of(Fingerprints.normalized(problem)),
            Fingerprints.of(Fingerprints.normalized(completion)));
  }

  /// Forgets what it kept.
  void clear() {
    kept.clear();
  }

  /// Remembers a sample that was kept before.
  void remember(String problem, String completion) {
    if (keeping.deduplicate() != FilterSettings.Duplicates.NONE) {
      kept.add(fingerprint(problem, completion));
    }
  }

  /// Returns the bytes that the memory of what was kept takes.
  long bytes() {
    return kept.bytes();
  }
}
