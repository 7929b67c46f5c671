package dev.tesuji.nn;

import dev.tesuji.kernel.BlockPanels;
import dev.tesuji.nn.Parameter.Part;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes and owns the parameters of one model, in the order in which its layers ask for them.
public final class Parameters implements AutoCloseable {
  private final Scope owner = Scope.owner();
  private final List<Parameter> all = new ArrayList<>();
  private final List<Linear> projections = new ArrayList<>();
  private final ExpertLoads loads = new ExpertLoads();
  private final Dtype dtype;
  private final Device device;
  private final Device memory;
  private final BlockStorage storage;
  private final IdentityHashMap<Tensor, BlockPanels> blocks = new IdentityHashMap<>();

  private Parameters(Dtype dtype, Device device, Device memory, BlockStorage storage) {
    this.dtype = dtype;
    this.device = device;
    this.memory = memory;
    this.storage = storage;
  }

  /// Makes none yet, to be made on a device.
  public static Parameters on(Device device, Dtype dtype) {
    return new Parameters(dtype, device, device, (_, _, _, _) -> null);
  }

  /// Makes none yet, to be made without memory, for a model that is only planned.
  ///
  /// @param device where the model would compute
  public static Parameters planned(Device device, Dtype dtype) {
    return new Parameters(dtype, device, Device.META, (_, _, _, _) -> null);
  }

  /// Makes none yet, to be made in the CPU's memory in float32, but for matrices that stay in
  /// blocks.
  public static Parameters inBlocks(BlockStorage storage) {
    return new Parameters(Dtype.FLOAT32, Device.CPU, Device.CPU, storage);
  }

  /// One projection of a fused weight: its name without `.weight` or `.bias`, and its rows.
  record Rows(String name, long rows) {}

  /// Makes a parameter with undefined values.
  Tensor make(String name, long... shape) {
    return make(List.of(new Part(name, 0, shape[0])), shape);
  }

  /// Makes float32 values `[n]` that are kept in checkpoints and have no gradient.
  public Tensor buffer(String name, long n) {
    return add(Dtype.FLOAT32, List.of(new Part(name, 0, n)), false, n);
  }

  /// Makes the weight `[sum of rows, in]` of projections that share an input.
  Parameter weight(List<Rows> projections, long in) {
    List<Part> parts = parts(projections, ".weight");
    make(parts, rows(parts), in);
    return all.getLast();
  }

  /// Returns one of `count` equal ranges of rows of a weight, on the same memory and without
  /// history; lives as long as the parameters.
  Tensor rows(Tensor weight, int number, long count) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      long each = weight.size(0) / count;
      return owner.adopt(weight.narrow(0, number * each, each));
    }
  }

  /// Remembers projections, for adapters.
  Linear register(Linear linear) {
    projections.add(linear);
    return linear;
  }

  List<Linear> projections() {
    return projections;
  }

  /// Makes the bias `[sum of rows]` of projections that share an input.
  Tensor bias(List<Rows> projections) {
    List<Part> parts = parts(projections, ".bias");
    return make(parts, rows(parts));
  }

  List<Parameter> all() {
    return Collections.unmodifiableList(all);
  }

  Dtype dtype() {
    return dtype;
  }

  Device device() {
    return device;
  }

  public ExpertLoads loads() {
    return loads;
  }

  @Override
  public void close() {
    owner.close();
  }

  private Tensor make(List<Part> parts, long... shape) {
    return add(dtype, parts, true, shape);
  }

  /// Returns a matrix that is kept in blocks; null for one whose values its tensor has.
  @Nullable BlockPanels blocks(Tensor matrix) {
    return blocks.get(matrix);
  }

  private Tensor add(Dtype type, List<Part> parts, boolean trained, long... shape) {
    try (Scope _ = Scope.open()) {
      BlockPanels kept = shape.length == 2 ? storage.read(parts, shape[0], shape[1], owner) : null;
      Device place = kept == null ? memory : Device.META;
      Tensor tensor = owner.adopt(Tensor.empty(type, place, shape));
      if (kept != null) {
        blocks.put(tensor, kept);
      }
      all.add(new Parameter(tensor, parts, trained));
      return tensor;
    }
  }

  /// Returns the ranges of rows of projections that lie one after the other.
  static List<Part> parts(List<Rows> projections, String suffix) {
    List<Part> parts = new ArrayList<>();
    long start = 0;
    for (Rows p : projections) {
      parts.add(new Part(p.name() + suffix, start, p.rows()));
      start += p.rows();
    }
    return parts;
  }

  private static long rows(List<Part> parts) {
    return parts.getLast().start() + parts.getLast().rows();
  }
}
