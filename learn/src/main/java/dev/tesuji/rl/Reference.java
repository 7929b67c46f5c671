package dev.tesuji.rl;

import dev.tesuji.nn.Lora;
import dev.tesuji.nn.Parameter;
import dev.tesuji.policy.Policy;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.Safetensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The policy that a KL term holds to: the one that the stage began with, or a later one.
sealed interface Reference extends AutoCloseable {
  /// Finds the reference of a policy as it is now: a copy of its adapters where it has any, else a
  /// model of its own.
  ///
  /// @param model the reference's model; null where the policy has adapters
  /// @param temperature divides the logits
  /// @throws IllegalArgumentException when there is neither
  static Reference of(LoadedModel policy, @Nullable LoadedModel model, double temperature) {
    if (model != null) {
      return new Whole(model, new Policy(model.decoder(), temperature));
    }
    if (policy.decoder().lora() == null) {
      throw new IllegalArgumentException("the algorithm needs a reference model");
    }
    return new Adapters(policy, temperature);
  }

  /// Lets work be done with the reference as a scorer.
  void score(Consumer<Policy> work);

  /// Makes it what the policy is now.
  void become(LoadedModel policy);

  /// Writes it to a folder.
  void save(Path folder);

  /// Reads what [#save] wrote.
  void restore(Path folder);

  @Override
  void close();

  /// A model of its own.
  ///
  /// @param model owned by others
  record Whole(LoadedModel model, Policy scorer) implements Reference {
    @Override
    public void score(Consumer<Policy> work) {
      work.accept(scorer);
    }

    @Override
    public void become(LoadedModel policy) {
      copy(policy.decoder().parameters(), tensors(model.decoder().parameters()));
    }

    @Override
    public void save(Path folder) {
      model.save(folder);
    }

    @Override
    public void restore(Path folder) {
      model.restore(folder);
    }

    @Override
    public void close() {}
  }

  /// A frozen copy of the policy's adapters, on the base that both share. The policy wears them
  /// while it is asked.
  final class Adapters implements Reference {
    private static final String FILE = "adapters.safetensors";

    private final List<Parameter> worn;
    private final List<Tensor> frozen = new ArrayList<>();
    private final Scope owner = Scope.owner();
    private final Policy base;
    private final Policy adapted;
    private boolean fresh; // B is 0: the reference is the base, which is faster without adapters

    private Adapters(LoadedModel policy, double temperature) {
      Lora lora = java.util.Objects.requireNonNull(policy.decoder().lora());
      worn = lora.parameters();
      base = Policy.ofBase(policy.decoder(), temperature);
      adapted = new Policy(policy.decoder(), temperature);
      try (Scope _ = Scope.open();
          NoGrad _ = NoGrad.on()) {
        for (Parameter p : worn) {
          frozen.add(owner.adopt(p.tensor().detach().copy()));
        }
        fresh = isFresh();
      }
    }

    private boolean isFresh() {
      for (int i = 0; i < frozen.size(); i++) {
        if (worn.get(i).parts().getFirst().name().contains("lora_B")
            && frozen.get(i).norm().item() != 0) {
          return false;
        }
      }
      return true;
    }

    @Override
    public void score(Consumer<Policy> work) {
      if (fresh) {
        work.accept(base);
        return;
      }
      try (Scope kept = Scope.owner()) {
        List<Tensor> own = new ArrayList<>();
        try (Scope _ = Scope.open();
            NoGrad _ = NoGrad.on()) {
          worn.forEach(p -> own.add(kept.adopt(p.tensor().detach().copy())));
        }
        try {
          wear(frozen);
          work.accept(adapted);
        } finally {
          wear(own);
        }
      }
    }

    private void wear(List<Tensor> values) {
      copyInto(values, tensors(worn));
    }

    @Override
    public void become(LoadedModel policy) {
      copy(worn, frozen);
      fresh = false;
    }

    @Override
    public void save(Path folder) {
      Safetensors.write(folder.resolve(FILE), named());
    }

    @Override
    public void restore(Path folder) {
      try (Scope _ = Scope.open();
          NoGrad _ = NoGrad.on();
          Safetensors saved = Safetensors.open(folder.resolve(FILE))) {
        named().forEach(saved::readInto);
        fresh = isFresh();
      }
    }

    private Map<String, Tensor> named() {
      Map<String, Tensor> named = new LinkedHashMap<>();
      for (int i = 0; i < frozen.size(); i++) {
        named.put(worn.get(i).parts().getFirst().name(), frozen.get(i));
      }
      return named;
    }

    @Override
    public void close() {
      owner.close();
    }
  }

  private static List<Tensor> tensors(List<Parameter> parameters) {
    return parameters.stream().map(Parameter::tensor).toList();
  }

  private static void copy(List<Parameter> from, List<Tensor> to) {
    copyInto(tensors(from), to);
  }

  private static void copyInto(List<Tensor> from, List<Tensor> to) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      for (int i = 0; i < to.size(); i++) {
        to.get(i).copy_(from.get(i));
      }
    }
  }
}
