package dev.tesuji.optim;

import dev.tesuji.nn.Parameter;
import dev.tesuji.optim.OptimizerConfig.Moments;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.Map;

/// AdamW's state of one parameter.
sealed interface ParameterState permits CpuParameterState, TorchParameterState {
  /// Returns the kind of state that parameters on a device have.
  static Kind on(Device device) {
    return device.isCpu() ? CpuParameterState.KIND : TorchParameterState.KIND;
  }

  /// Makes states of one kind, and tells what they take.
  interface Kind {
    /// Makes the state of a parameter, with moments of 0.
    ///
    /// @param owner of its tensors
    ParameterState of(Parameter parameter, Moments moments, Scope owner);

    /// Returns the bytes that a weight of a type needs besides to be exact in float32.
    int masterBytes(Dtype dtype);

    /// Returns the bytes of one moment of one weight.
    int momentBytes(Moments moments);
  }

  /// Returns the parameter.
  Parameter parameter();

  /// Returns its gradient.
  GradientSum gradient();

  /// Sets its values, exactly.
  ///
  /// @param values float32, of the parameter's shape
  void assign(Tensor values);

  /// Returns the sum of the squares of its gradient; 0 where it has none.
  double squaredNorm();

  /// Moves it.
  void update(Step step);

  /// Returns the tensors that a checkpoint keeps, by what they are called there; each has the
  /// parameter's rows as its first dimension.
  Map<String, Tensor> state();

  /// Takes over what was read into [#state].
  void restored();

  /// One update.
  ///
  /// @param config the settings
  /// @param number its number, from 1
  /// @param rate η
  /// @param gradientScale what the gradients are multiplied with first, to limit their norm
  record Step(OptimizerConfig config, int number, double rate, double gradientScale) {
    /// Returns what is left of a weight after its decay.
    double kept() {
      return 1 - rate * config.weightDecay();
    }

    /// Returns η / (1 - β1^t).
    double stepSize() {
      return rate / (1 - Math.pow(config.beta1(), number));
    }

    /// Returns 1 / √(1 - β2^t).
    double secondScale() {
      return 1 / Math.sqrt(1 - Math.pow(config.beta2(), number));
    }
  }
}
