package dev.tesuji.compute.cpu;

import dev.tesuji.kernel.WeightGradient;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.nn.ModelConfig.SharedExpert;
import org.jspecify.annotations.Nullable;

/// The bytes that tokens take in the experts of a layer: the tensors that [CpuExperts] and
/// [CpuExpertsBackward] make, counted at the moment when most of them live.
///
/// @param config the experts
/// @param typed bytes of a factor of a product
record CpuExpertMemory(ExpertsConfig config, long typed) {
  private static final long WIDE = Float.BYTES;

  /// Measures the experts of a model; null where it has none.
  static @Nullable CpuExpertMemory of(ModelConfig model, long typed) {
    ExpertsConfig experts = model.feedForward().experts();
    return experts == null ? null : new CpuExpertMemory(experts, typed);
  }

  /// Experts that tokens go through together.
  ///
  /// @param perToken how many of them each
  /// @param inner I
  /// @param count E
  private record Group(long perToken, long inner, long count) {}

  private Group routed() {
    return new Group(config.perToken(), config.intermediateSize(), config.routed());
  }

  private Group shared() {
    SharedExpert shared = config.shared();
    return new Group(1, shared == null ? 0 : shared.intermediateSize(), 1);
  }

  /// Returns what is kept of a token: scores, gate and up.
  long kept() {
    return WIDE * config.routed()
        + typed * 2 * (routed().perToken * routed().inner + shared().inner);
  }

  /// Returns what is made besides on the way forwards.
  ///
  /// @param width C
  /// @param keep whether gate and up go where they are kept
  long forward(long width, long tokens, boolean keep) {
    long entered = WIDE * width + narrowed(width) + (keep ? 0 : WIDE * config.routed());
    long most = Math.max(forward(routed(), width, keep), forward(shared(), width, keep));
    return tokens * (entered + Math.max(WIDE * config.routed(), most));
  }

  private long forward(Group group, long width, boolean keep) {
    boolean direct = keep && typed == WIDE;
    long before = typed * width + (direct ? 0 : WIDE * 2 * group.inner);
    return group.perToken * (typed * group.inner + Math.max(before, WIDE * width));
  }

  /// Returns what is made besides on the way back.
  long back(long width, long tokens) {
    long entered = 2 * WIDE * width + narrowed(width); // and the gradient there
    long routing = tokens * (WIDE * 2 * config.routed() + WIDE * width);
    long most = Math.max(back(routed(), width, tokens), back(shared(), width, tokens));
    return tokens * entered + Math.max(routing, most);
  }

  private long back(Group group, long width, long tokens) {
    long pairs = tokens * group.perToken;
    long room = WeightGradient.room(pairs, group.count); // of either factor
    long inner = group.inner;
    long down =
        typed * room * (width + inner) + pairs * (WIDE * inner + typed * Math.max(width, inner));
    long gateUp = typed * room * (2 * inner + width) + pairs * typed * width;
    return Math.max(pairs * WIDE * width, Math.max(down, gateUp));
  }

  private long narrowed(long width) {
    return typed == WIDE ? 0 : typed * width;
  }
}
