package dev.tesuji.rl;

import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.Parameter;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.Safetensors;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The weights of a policy as they were at a step, in memory of their own: its adapters' where it
/// has any, else all.
public final class WeightSnapshot implements AutoCloseable {
  private final Scope owner = Scope.owner();
  private final Map<String, Tensor> values = new LinkedHashMap<>();

  private WeightSnapshot() {}

  private static List<Parameter> moving(CausalLm decoder) {
    return decoder.lora() == null ? decoder.parameters() : decoder.lora().parameters();
  }

  private static String name(Parameter parameter) {
    return parameter.parts().getFirst().name();
  }

  /// Returns the bytes that a snapshot of a policy takes.
  public static long bytes(CausalLm decoder) {
    return moving(decoder).stream()
        .map(Parameter::tensor)
        .mapToLong(t -> t.elements() * t.dtype().bytes())
        .sum();
  }

  /// Copies the weights of a policy as they are now.
  static WeightSnapshot of(CausalLm decoder) {
    WeightSnapshot copy = new WeightSnapshot();
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      for (Parameter p : moving(decoder)) {
        copy.values.put(name(p), copy.owner.adopt(p.tensor().detach().copy()));
      }
    }
    return copy;
  }

  /// Reads what [#save] wrote.
  ///
  /// @param like a policy of the same shapes
  static WeightSnapshot read(Path file, CausalLm like) {
    WeightSnapshot copy = of(like);
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on();
        Safetensors saved = Safetensors.open(file)) {
      copy.values.forEach(saved::readInto);
    }
    return copy;
  }

  /// Writes it to a file.
  void save(Path file) {
    Safetensors.write(file, values);
  }

  /// Copies it over the weights of a policy of the same shapes.
  void copyTo(CausalLm decoder) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      for (Parameter p : moving(decoder)) {
        Tensor value = values.get(name(p));
        if (value == null) {
          throw new IllegalStateException("the policy has other weights: " + name(p));
        }
        p.tensor().copy_(value);
      }
    }
  }

  @Override
  public void close() {
    owner.close();
  }
}
