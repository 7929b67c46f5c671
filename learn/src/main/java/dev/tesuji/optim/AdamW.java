package dev.tesuji.optim;

import dev.tesuji.kernel.Profile;
import dev.tesuji.nn.Parameter;
import dev.tesuji.nn.Parameter.Part;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.Safetensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// AdamW ([Loshchilov and Hutter, 2019](https://arxiv.org/abs/1711.05101)) with float32 master
/// weights.
///
/// With g the gradient, θ the weight and t the update, counted from 1:
///
/// ```
/// θ ← θ - η λ θ
/// m ← β1 m + (1 - β1) g            v ← β2 v + (1 - β2) g²
/// θ ← θ - η (m / (1 - β1^t)) / (√(v / (1 - β2^t)) + ε)
/// ```
///
/// Where the model computes in a narrower type, θ is float32 all the same and the model's weight is
/// θ rounded. Owns the moments and what rounding takes off; close it to free them.
public final class AdamW implements AutoCloseable {
  private final OptimizerConfig config;
  private final List<ParameterState> states = new ArrayList<>();
  private final Scope owner = Scope.owner();
  private final @Nullable WeightAverage average; // null where none is kept
  private int updates;
  private double gradientScale = 1;

  /// Makes an optimizer with moments of 0 and lets the parameters collect gradients.
  public AdamW(List<Parameter> parameters, OptimizerConfig config) {
    this.config = config;
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      for (Parameter p : parameters) {
        states.add(ParameterState.on(p.tensor().device()).of(p, config.moments(), owner));
      }
      boolean averages = config.emaDecay() > 0;
      average = averages ? new WeightAverage(config.emaDecay(), states, owner) : null;
      parameters.forEach(p -> p.tensor().requiresGrad(true));
    }
  }

  /// Ends a pass of an update, so that the gradient of the next one is added to it in float32.
  public void endPass() {
    states.forEach(s -> s.gradient().endPass());
  }

  /// Begins an update whose gradient is summed as a tree, which [#take] is given at its end.
  public GradientTree tree() {
    return new GradientTree(states.stream().map(ParameterState::gradient).toList(), 0);
  }

  /// Makes the sum of a tree the gradient.
  public void take(GradientTree tree) {
    tree.finish();
  }

  /// Makes the moving average of the weights the weights, where one is kept.
  public void takeAverage() {
    if (average != null) {
      try (NoGrad _ = NoGrad.on()) {
        average.assign();
      }
    }
  }

  /// Returns how many updates were made.
  public int updates() {
    return updates;
  }

  /// Measures the gradient, and lets the next update scale it down to the largest norm that the
  /// settings allow.
  ///
  /// @return its norm as it is
  public double clip() {
    try (Scope _ = Scope.open();
        Profile.Span _ = Profile.span("optimizer");
        NoGrad _ = NoGrad.on()) {
      double norm = Math.sqrt(states.stream().mapToDouble(ParameterState::squaredNorm).sum());
      double limit = config.clipNorm();
      gradientScale = limit > 0 && norm > limit ? limit / (norm + 1e-6) : 1; // as torch's
      return norm;
    }
  }

  /// Moves the weights by the gradients collected, which are then dropped. A weight that has none
  /// while others do (an expert that no token was sent to) counts as having a gradient of 0; where
  /// none has any, nothing moves.
  ///
  /// @param rate the learning rate η
  public void update(double rate) {
    updates++;
    ParameterState.Step step = new ParameterState.Step(config, updates, rate, gradientScale);
    gradientScale = 1;
    try (NoGrad _ = NoGrad.on();
        Profile.Span _ = Profile.span("optimizer")) {
      boolean any = states.stream().anyMatch(s -> s.gradient().isPresent());
      for (ParameterState s : any ? states : List.<ParameterState>of()) {
        try (Scope _ = Scope.open()) {
          s.update(step);
        }
        s.gradient().drop();
      }
      if (average != null) {
        average.follow();
      }
    }
  }

  /// Drops the gradients collected.
  public void dropGradients() {
    states.forEach(s -> s.gradient().drop());
  }

  /// Writes what the optimizer holds beside the weights to a safetensors file.
  public void save(Path file) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Safetensors.write(file, state());
    }
  }

  /// Reads what [#save] wrote, after the weights themselves.
  ///
  /// @param updatesMade how many updates had been made by then
  /// @throws dev.tesuji.check.BadInput when the file is corrupt or belongs to another model
  public void restore(Path file, int updatesMade) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on();
        Safetensors saved = Safetensors.open(file)) {
      state().forEach(saved::readInto);
      states.forEach(ParameterState::restored);
    }
    updates = updatesMade;
  }

  private Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (int i = 0; i < states.size(); i++) {
      ParameterState s = states.get(i);
      for (Part part : s.parameter().parts()) {
        s.state().forEach((what, whole) -> state.put(part.name() + "." + what, part.of(whole)));
        if (average != null) {
          state.put(part.name() + ".average", part.of(average.of(i)));
        }
      }
    }
    return state;
  }

  @Override
  public void close() {
    for (ParameterState s : states) {
      s.gradient().drop();
      s.parameter().tensor().requiresGrad(false);
    }
    owner.close();
  }
}
