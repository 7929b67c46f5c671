package dev.tesuji.model;

import dev.tesuji.model.Parameter.Part;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Makes and owns the parameters of one model, in the order in which its layers ask for them.
final class Parameters implements AutoCloseable {
  private final Scope owner = Scope.owner();
  private final List<Parameter> all = new ArrayList<>();
  private final Dtype dtype;
  private final Device device;

  Parameters(Dtype dtype, Device device) {
    this.dtype = dtype;
    this.device = device;
  }

  /// One projection of a fused weight: its name without `.weight` or `.bias`, and its rows.
  record Rows(String name, long rows) {}

  /// Makes a parameter with undefined values.
  Tensor make(String name, long... shape) {
    return make(List.of(new Part(name, 0, shape[0])), shape);
  }

  /// Makes the weight `[sum of rows, in]` of projections that share an input.
  Tensor weight(List<Rows> projections, long in) {
    List<Part> parts = parts(projections, ".weight");
    return make(parts, rows(parts), in);
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

  Scope owner() {
    return owner;
  }

  @Override
  public void close() {
    owner.close();
  }

  private Tensor make(List<Part> parts, long... shape) {
    try (Scope _ = Scope.open()) {
      Tensor tensor = owner.adopt(Tensor.empty(dtype, device, shape));
      all.add(new Parameter(tensor, parts));
      return tensor;
    }
  }

  private static List<Part> parts(List<Rows> projections, String suffix) {
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
