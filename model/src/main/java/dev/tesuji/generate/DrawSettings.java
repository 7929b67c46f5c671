package dev.tesuji.generate;

/// The settings that rows must share to be drawn together.
///
/// @param sampling how tokens are chosen
/// @param top how many of the most likely tokens are told of
/// @param changed whether logits are changed before
/// @param own whether log-probabilities are told under the model's own distribution
record DrawSettings(Sampling sampling, int top, boolean changed, boolean own) {
  /// Returns those of a request.
  static DrawSettings of(GenerationRequest request) {
    Steering steering = request.steering();
    return new DrawSettings(
        request.sampling(),
        request.topLogProbs(),
        steering.changesLogits(),
        steering.modelLogProbs());
  }
}
