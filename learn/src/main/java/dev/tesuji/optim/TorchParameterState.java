package dev.tesuji.optim;

import dev.tesuji.nn.Parameter;
import dev.tesuji.optim.OptimizerConfig.Moments;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/// AdamW by libtorch's operations, for parameters on a GPU: float32 moments, and a float32 copy of
/// a narrower weight.
final class TorchParameterState implements ParameterState {
  /// Makes such states.
  static final Kind KIND =
      new Kind() {
        @Override
        public ParameterState of(Parameter parameter, Moments moments, Scope owner) {
          return new TorchParameterState(parameter, owner);
        }

        @Override
        public int masterBytes(Dtype dtype) {
          return dtype == Dtype.FLOAT32 ? 0 : Float.BYTES;
        }

        @Override
        public int momentBytes(Moments moments) {
          return Float.BYTES;
        }
      };

  private final Parameter parameter;
  private final Tensor weight;
  private final GradientSum gradient;
  private final Tensor master;
  private final Tensor first;
  private final Tensor second;

  TorchParameterState(Parameter parameter, Scope owner) {
    this.parameter = parameter;
    weight = parameter.tensor();
    gradient = new GradientSum(weight);
    long[] shape = weight.shape().sizes();
    master =
        weight.dtype() == Dtype.FLOAT32 ? weight : owner.adopt(weight.detach().to(Dtype.FLOAT32));
    first = owner.adopt(Tensor.zeros(Dtype.FLOAT32, shape).to(weight.device()));
    second = owner.adopt(Tensor.zeros(Dtype.FLOAT32, shape).to(weight.device()));
  }

  @Override
  public Parameter parameter() {
    return parameter;
  }

  @Override
  public GradientSum gradient() {
    return gradient;
  }

  @Override
  public void assign(Tensor values) {
    master.copy_(values);
    restored();
  }

  @Override
  public double squaredNorm() {
    if (!gradient.isPresent()) {
      return 0;
    }
    double norm = gradient.value().to(Dtype.FLOAT32).norm().item();
    return norm * norm;
  }

  @Override
  public void update(Step step) {
    OptimizerConfig config = step.config();
    master.mul_(step.kept());
    first.mul_(config.beta1());
    second.mul_(config.beta2());
    if (gradient.isPresent()) {
      Tensor g = gradient.value().to(Dtype.FLOAT32).mul(step.gradientScale());
      first.add_(g, 1 - config.beta1());
      second.addcmul_(g, g, 1 - config.beta2());
    }
    Tensor denominator = second.sqrt().mul_(step.secondScale()).add(config.epsilon());
    master.addcdiv_(first, denominator, -step.stepSize());
    restored();
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("first_moment", first);
    state.put("second_moment", second);
    if (weight.dtype() != Dtype.FLOAT32) {
      state.put("master", master);
    }
    return state;
  }

  @Override
  public void restored() {
    if (weight.dtype() != Dtype.FLOAT32) {
      weight.copy_(master);
    }
  }
}
