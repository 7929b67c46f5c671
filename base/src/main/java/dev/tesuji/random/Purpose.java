package dev.tesuji.random;

/// The uses of randomness in a run, one stream each.
///
/// A stream is keyed by the constant's name, so the order of the constants means nothing and a new
/// one changes no other. Renaming one changes what it gives.
public enum Purpose {
  /// The first weights of a new model.
  WEIGHTS,
  /// The first weights of adapters, or of a head that is put on a model.
  ADAPTERS,
  /// The order in which training problems are posed.
  PROBLEMS,
  /// The tokens of completions by which the pass rates of problems are measured.
  PASS_RATES,
  /// The order of problems whose pass rates were measured.
  CURRICULUM,
  /// The tokens of completions that are trained on or kept.
  COMPLETIONS,
  /// The order of texts, preferences or comparisons.
  EXAMPLES,
  /// The order of the texts of each source of a mixture.
  MIXTURE,
  /// The choice of the examples that are held out.
  HELD_OUT,
  /// The tokens of responses to held-out problems that models are compared by.
  EVALUATION,
  /// The tokens of responses to held-out problems that a guardian watches a stage by.
  GUARDIAN,
  /// The tokens of pairs of responses that a reward model learns from.
  COMPARISONS,
  /// The tokens of pairs of responses that a reward model is measured on.
  HELD_OUT_COMPARISONS,
  /// The choices in data that a recipe makes up: authors, candidates, noise.
  MADE_UP_DATA,
  /// The choice of the completions that a report shows.
  TRANSCRIPTS,
  /// The choice between student, teacher and data as the author of a batch.
  AUTHORS,
  /// The tokens of texts that a teacher writes.
  TEACHER,
  /// The tokens of answers to thinking that was cut off or made to go on.
  THINKING
}
