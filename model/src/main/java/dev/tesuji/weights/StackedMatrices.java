package dev.tesuji.weights;

import static java.util.Objects.requireNonNull;

import dev.tesuji.nn.Lora;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The adapters of a layer's E experts as PEFT keeps them where transformers holds the experts'
/// weights as one tensor (`target_parameters`): A is `[E r, in]`, expert after expert; B is `[out,
/// r E]`, whose column j E + e is column j of expert e.
///
/// `gate_up_proj` is one matrix of 2 I outputs, those of `gate_proj` before those of `up_proj`,
/// with one A for both. PEFT wraps it first: where a layer's `down_proj` has an adapter too, the
/// names of that of `gate_up_proj` have `base_layer` in them.
final class StackedMatrices {
  private static final Pattern EXPERT =
      Pattern.compile("(.*\\.experts)\\.(\\d+)\\.(gate|up|down)_proj(\\.lora_([AB])\\.weight)?");

  /// A matrix of one expert.
  ///
  /// @param kind `gate`, `up` or `down`
  private record Slice(int expert, boolean isB, String kind, Tensor tensor) {
    boolean isFused() {
      return !kind.equals("down");
    }

    /// Makes a tensor of the stack's shape, in the CPU's memory.
    Tensor stack(int experts) {
      long rows = tensor.size(0);
      long columns = tensor.size(1);
      return isB
          ? Tensor.empty(tensor.dtype(), isFused() ? 2 * rows : rows, columns * experts)
          : Tensor.empty(tensor.dtype(), rows * experts, columns);
    }

    void takeFrom(Tensor stack, int experts) {
      long rows = tensor.size(0);
      if (isB) {
        Tensor own = stack.view(stack.size(0), tensor.size(1), experts).select(2, expert);
        tensor.copy_(own.narrow(0, kind.equals("up") ? rows : 0, rows));
      } else {
        tensor.copy_(stack.narrow(0, expert * rows, rows));
      }
    }
  }

  private final Map<String, List<Slice>> slices = new LinkedHashMap<>(); // by their file's names
  private final Set<String> parts = new LinkedHashSet<>();

  private StackedMatrices() {}

  /// Returns whether a projection, or a matrix of its adapter, is that of one expert of many.
  static boolean isOfExpert(String name) {
    return EXPERT.matcher(name).matches();
  }

  /// Returns the name of the parameter that transformers holds a projection's weight in.
  static String parameter(String projection) {
    Matcher name = EXPERT.matcher(projection);
    if (!name.matches()) {
      return projection + ".weight";
    }
    return name.group(1) + (name.group(3).equals("down") ? ".down_proj" : ".gate_up_proj");
  }

  /// Returns the size of the stack that the matrices of a projection go into: that of
  /// `gate_up_proj` has the columns of both its projections' B, each in its own rows.
  static Lora.Size whole(String parameter, Lora.Size part) {
    return new Lora.Size(part.rank() * projections(parameter), part.scale());
  }

  /// Returns the size of the matrices of each projection in such a stack.
  static Lora.Size part(String parameter, Lora.Size whole) {
    return new Lora.Size(whole.rank() / projections(parameter), whole.scale());
  }

  private static int projections(String parameter) {
    return parameter.endsWith(".gate_up_proj") ? 2 : 1;
  }

  /// Finds the matrices that a file has no tensors of their own for, but as slices of others.
  ///
  /// @param wanted by their names, each expert's own
  /// @param there the names of a file's tensors
  static StackedMatrices among(Map<String, Tensor> wanted, Set<String> there) {
    StackedMatrices stacked = new StackedMatrices();
    wanted.forEach((name, tensor) -> {
      Matcher own = EXPERT.matcher(name);
      if (!there.contains(name) && own.matches() && own.group(4) != null) {
        boolean down = own.group(3).equals("down");
        String inner = own.group(1) + ".base_layer" + own.group(4);
        String whole = !down && there.contains(inner) ? inner : own.group(1) + own.group(4);
        if (there.contains(whole)) {
          stacked.parts.add(name);
          stacked.slices.computeIfAbsent(whole, _ -> new ArrayList<>()).add(slice(own, tensor));
        }
      }
    });
    return stacked;
  }

  private static Slice slice(Matcher name, Tensor tensor) {
    boolean isB = requireNonNull(name.group(5)).equals("B");
    return new Slice(Integer.parseInt(name.group(2)), isB, name.group(3), tensor);
  }

  /// Returns the names of the file's tensors that are taken apart.
  Set<String> names() {
    return slices.keySet();
  }

  /// Returns the names of the matrices that are slices.
  Set<String> parts() {
    return parts;
  }

  /// Reads all slices.
  ///
  /// @param reader fills a tensor by its name in the file, or refuses its shape
  void read(BiConsumer<String, Tensor> reader) {
    slices.forEach((name, all) -> {
      try (Scope _ = Scope.open()) {
        int experts = 1 + all.stream().mapToInt(Slice::expert).max().orElse(0);
        Tensor stack = all.getFirst().stack(experts);
        reader.accept(name, stack);
        all.forEach(slice -> slice.takeFrom(stack, experts));
      }
    });
  }
}
