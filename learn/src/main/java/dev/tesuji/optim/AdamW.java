package dev.tesuji.optim;

import dev.tesuji.model.Parameter;
import dev.tesuji.model.Parameter.Part;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.Safetensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
/// Where the model computes in a narrower type, θ is a float32 copy and the model's weight is θ
/// rounded. Owns the moments and copies; close it to free them.
public final class AdamW implements AutoCloseable {
  private final OptimizerConfig config;
  private final List<Slot> slots = new ArrayList<>();
  private final Scope owner = Scope.owner();
  private int updates;

  /// A parameter with its moments.
  private record Slot(Parameter parameter, Tensor master, Tensor first, Tensor second) {}

  /// Makes an optimizer with moments of 0 and lets the parameters collect gradients.
  public AdamW(List<Parameter> parameters, OptimizerConfig config) {
    this.config = config;
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      for (Parameter p : parameters) {
        Tensor weight = p.tensor();
        long[] shape = weight.shape().sizes();
        Tensor master =
            weight.dtype() == Dtype.FLOAT32
                ? weight
                : owner.adopt(weight.detach().to(Dtype.FLOAT32));
        Tensor first = owner.adopt(Tensor.zeros(Dtype.FLOAT32, shape).to(weight.device()));
        Tensor second = owner.adopt(Tensor.zeros(Dtype.FLOAT32, shape).to(weight.device()));
        slots.add(new Slot(p, master, first, second));
        weight.requiresGrad(true);
      }
    }
  }

  /// Returns how many updates were made.
  public int updates() {
    return updates;
  }

  /// Scales the gradient down to the largest norm that the settings allow and returns its norm
  /// before.
  public double clip() {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      double square = 0;
      for (Slot s : slots) {
        if (s.parameter().tensor().hasGrad()) {
          double norm = s.parameter().tensor().grad().to(Dtype.FLOAT32).norm().item();
          square += norm * norm;
        }
      }
      double norm = Math.sqrt(square);
      double limit = config.clipNorm();
      if (limit > 0 && norm > limit) {
        double factor = limit / (norm + 1e-6); // as torch.nn.utils.clip_grad_norm_
        for (Slot s : slots) {
          if (s.parameter().tensor().hasGrad()) {
            s.parameter().tensor().grad().mul_(factor);
          }
        }
      }
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
    double correction1 = 1 - Math.pow(config.beta1(), updates);
    double correction2 = Math.sqrt(1 - Math.pow(config.beta2(), updates));
    try (NoGrad _ = NoGrad.on()) {
      boolean any = slots.stream().anyMatch(s -> s.parameter().tensor().hasGrad());
      for (Slot s : any ? slots : List.<Slot>of()) {
        try (Scope _ = Scope.open()) {
          update(s, rate, correction1, correction2);
        }
        s.parameter().tensor().clearGrad();
      }
    }
  }

  private void update(Slot s, double rate, double correction1, double correction2) {
    Tensor weight = s.parameter().tensor();
    boolean has = weight.hasGrad();
    Tensor theta = s.master();
    if (config.weightDecay() > 0) {
      theta.mul_(1 - rate * config.weightDecay());
    }
    s.first().mul_(config.beta1());
    s.second().mul_(config.beta2());
    if (has) {
      Tensor g = weight.grad().to(Dtype.FLOAT32);
      s.first().add_(g, 1 - config.beta1());
      s.second().addcmul_(g, g, 1 - config.beta2());
    }
    Tensor denominator = s.second().sqrt().mul_(1 / correction2).add(config.epsilon());
    theta.addcdiv_(s.first(), denominator, -rate / correction1);
    if (weight.dtype() != Dtype.FLOAT32) {
      weight.copy_(theta);
    }
  }

  /// Drops the gradients collected.
  public void dropGradients() {
    slots.forEach(s -> s.parameter().tensor().clearGrad());
  }

  /// Writes the moments and master weights to a safetensors file.
  public void save(Path file) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Safetensors.write(file, state());
    }
  }

  /// Reads what [#save] wrote.
  ///
  /// @param updatesMade how many updates had been made by then
  /// @throws dev.tesuji.input.BadInput when the file is corrupt or belongs to another model
  public void restore(Path file, int updatesMade) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on();
        Safetensors saved = Safetensors.open(file)) {
      state().forEach(saved::readInto);
      for (Slot s : slots) {
        if (s.parameter().tensor().dtype() != Dtype.FLOAT32) {
          s.parameter().tensor().copy_(s.master());
        }
      }
    }
    updates = updatesMade;
  }

  private Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (Slot s : slots) {
      for (Part part : s.parameter().parts()) {
        state.put(part.name() + ".first_moment", part.of(s.first()));
        state.put(part.name() + ".second_moment", part.of(s.second()));
        if (s.parameter().tensor().dtype() != Dtype.FLOAT32) {
          state.put(part.name() + ".master", part.of(s.master()));
        }
      }
    }
    return state;
  }

  @Override
  public void close() {
    for (Slot s : slots) {
      s.parameter().tensor().clearGrad();
      s.parameter().tensor().requiresGrad(false);
    }
    owner.close();
  }
}
