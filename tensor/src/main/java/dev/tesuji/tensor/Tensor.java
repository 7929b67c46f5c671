package dev.tesuji.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/// An n-dimensional array in native memory, on one device, that libtorch computes with.
///
/// A tensor belongs to the [Scope] in which it was made and is freed with it; operations never
/// close their arguments. Operations return new tensors and record gradients unless [NoGrad] is on;
/// those whose names end in `_` change this tensor in place and return it. Dimensions count from 0;
/// negative ones count from the last. Shapes broadcast as in PyTorch.
///
/// Every operation throws [TensorException] when libtorch refuses it (shapes or types that do not
/// fit) and [IllegalStateException] when this tensor is closed.
@SuppressWarnings("MethodName") // a trailing underscore marks in-place operations, as in PyTorch
public final class Tensor implements AutoCloseable {
  static { // the libraries, and what lives as long as they do
    Native.load();
    Handles.load();
    TensorAllocator.load();
  }

  private org.bytedeco.pytorch.@Nullable Tensor handle;
  private @Nullable Scope scope;
  @Nullable Tensor previous; // neighbours in the scope's list
  @Nullable Tensor next;

  private Tensor(org.bytedeco.pytorch.Tensor handle) {
    this.handle = handle;
  }

  // ---- Making tensors

  /// Returns a tensor of zeros on the CPU.
  public static Tensor zeros(Dtype dtype, long... shape) {
    return make(() -> TensorAllocator.zeros(dtype, Device.CPU, shape));
  }

  /// Returns a tensor of ones on the CPU.
  public static Tensor ones(Dtype dtype, long... shape) {
    return make(() -> torch.ones(shape, dtype.options()));
  }

  /// Returns a tensor on the CPU whose content is undefined: write it before you read it.
  public static Tensor empty(Dtype dtype, long... shape) {
    return make(() -> TensorAllocator.empty(dtype, shape));
  }

  /// Returns a tensor on a device whose content is undefined: write it before you read it.
  public static Tensor empty(Dtype dtype, Device device, long... shape) {
    return make(() -> TensorAllocator.empty(dtype, device, shape));
  }

  /// Makes the identity matrix `[n, n]`.
  public static Tensor eye(Dtype dtype, long n) {
    return make(() -> torch.eye(n, dtype.options()));
  }

  /// Copies numbers into a float32 tensor on the CPU; without a shape it is `[values.length]`.
  public static Tensor of(float[] values, long... shape) {
    Tensor t = allocate(Dtype.FLOAT32, values.length, shape);
    MemorySegment.copy(values, 0, t.data(), ValueLayout.JAVA_FLOAT, 0, values.length);
    return t;
  }

  /// Copies numbers into a float64 tensor on the CPU; without a shape it is `[values.length]`.
  public static Tensor of(double[] values, long... shape) {
    Tensor t = allocate(Dtype.FLOAT64, values.length, shape);
    MemorySegment.copy(values, 0, t.data(), ValueLayout.JAVA_DOUBLE, 0, values.length);
    return t;
  }

  /// Copies numbers into an int64 tensor on the CPU; without a shape it is `[values.length]`.
  public static Tensor of(long[] values, long... shape) {
    Tensor t = allocate(Dtype.INT64, values.length, shape);
    MemorySegment.copy(values, 0, t.data(), ValueLayout.JAVA_LONG, 0, values.length);
    return t;
  }

  /// Copies numbers, such as token ids, into an int64 tensor on the CPU; without a shape it is
  /// `[values.length]`.
  public static Tensor of(int[] values, long... shape) {
    long[] wide = new long[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return of(wide, shape);
  }

  /// Copies truth values into a bool tensor on the CPU; without a shape it is `[values.length]`.
  public static Tensor of(boolean[] values, long... shape) {
    Tensor t = allocate(Dtype.BOOL, values.length, shape);
    MemorySegment data = t.data();
    for (int i = 0; i < values.length; i++) {
      data.set(ValueLayout.JAVA_BYTE, i, (byte) (values[i] ? 1 : 0));
    }
    return t;
  }

  /// Returns a tensor over memory that somebody else owns, without copying it.
  ///
  /// The memory must stay valid for as long as the tensor or any view of it is used.
  ///
  /// @throws IllegalArgumentException when the segment's size is not that of the shape
  public static Tensor over(MemorySegment memory, Dtype dtype, long... shape) {
    long bytes = Shape.times(new Shape(shape).elements(), dtype.bytes());
    if (memory.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "memory must have %s bytes for %s %s, got %s"
              .formatted(bytes, dtype, new Shape(shape), memory.byteSize()));
    }
    return make(() -> {
      try (Pointer address = Handles.address(memory.address())) {
        return torch.from_blob(address, shape, dtype.options());
      }
    });
  }

  /// Joins tensors along a dimension that exists.
  public static Tensor cat(List<Tensor> tensors, int dim) {
    return make(() -> {
      try (TensorVector all = Handles.vector(tensors.stream().map(Tensor::handle).toList())) {
        return torch.cat(all, dim);
      }
    });
  }

  /// Joins tensors of one shape along a new dimension.
  public static Tensor stack(List<Tensor> tensors, int dim) {
    return make(() -> {
      try (TensorVector all = Handles.vector(tensors.stream().map(Tensor::handle).toList())) {
        return torch.stack(all, dim);
      }
    });
  }

  /// Takes from `yes` where `condition` (bool) holds and from `no` elsewhere.
  public static Tensor where(Tensor condition, Tensor yes, Tensor no) {
    return make(() -> torch.where(condition.handle(), yes.handle(), no.handle()));
  }

  // ---- What a tensor is

  /// Returns the sizes of all dimensions.
  public Shape shape() {
    int rank = rank();
    long[] sizes = new long[rank];
    for (int i = 0; i < rank; i++) {
      sizes[i] = handle().size(i);
    }
    return new Shape(sizes);
  }

  /// Returns the size of one dimension.
  public long size(int dim) {
    return get(() -> handle().size(dim));
  }

  /// Returns the number of dimensions.
  public int rank() {
    return (int) handle().dim();
  }

  /// Returns the number of elements.
  public long elements() {
    return handle().numel();
  }

  /// Returns the type of the elements.
  public Dtype dtype() {
    return Dtype.of(handle().scalar_type());
  }

  /// Returns where the elements live.
  public Device device() {
    if (handle().is_cpu()) {
      return Device.CPU;
    }
    try (org.bytedeco.pytorch.Device d = handle().device()) {
      return d.is_cuda() ? new Device(Device.Kind.CUDA, d.index()) : Device.META;
    }
  }

  /// Returns whether the elements lie in memory in the order of the dimensions without gaps.
  public boolean isContiguous() {
    return handle().is_contiguous();
  }

  // ---- Reading

  /// Returns the only element of a tensor as a double.
  public double item() {
    return get(() -> {
      try (Scalar s = handle().item()) {
        return s.toDouble();
      }
    });
  }

  /// Copies all elements out as floats, in the order of the dimensions.
  public float[] toFloats() {
    float[] out = new float[Math.toIntExact(elements())];
    read(
        Dtype.FLOAT32,
        from -> MemorySegment.copy(from, ValueLayout.JAVA_FLOAT, 0, out, 0, out.length));
    return out;
  }

  /// Copies all elements out as doubles, in the order of the dimensions.
  public double[] toDoubles() {
    double[] out = new double[Math.toIntExact(elements())];
    read(
        Dtype.FLOAT64,
        from -> MemorySegment.copy(from, ValueLayout.JAVA_DOUBLE, 0, out, 0, out.length));
    return out;
  }

  /// Copies all elements out as longs, in the order of the dimensions.
  public long[] toLongs() {
    long[] out = new long[Math.toIntExact(elements())];
    read(
        Dtype.INT64,
        from -> MemorySegment.copy(from, ValueLayout.JAVA_LONG, 0, out, 0, out.length));
    return out;
  }

  /// Copies all elements out as ints, in the order of the dimensions.
  public int[] toInts() {
    int[] out = new int[Math.toIntExact(elements())];
    read(
        Dtype.INT32, from -> MemorySegment.copy(from, ValueLayout.JAVA_INT, 0, out, 0, out.length));
    return out;
  }

  /// Returns the elements' own memory, for reading or writing in place while this tensor lives.
  ///
  /// @throws IllegalStateException when the tensor is on another device or not contiguous
  @SuppressWarnings("restricted") // the size is that of the tensor
  public MemorySegment data() {
    if (!isContiguous() || !device().isCpu()) {
      throw new IllegalStateException(
          "data needs a contiguous tensor on the CPU, got "
              + (isContiguous() ? "one on " + device() : "a strided view"));
    }
    long bytes = elements() * dtype().bytes();
    try (Pointer p = handle().data_ptr()) {
      return bytes == 0
          ? MemorySegment.NULL
          : MemorySegment.ofAddress(p.address()).reinterpret(bytes);
    }
  }

  // ---- Type, place, ownership

  /// Returns this tensor in another type; itself (another handle, same memory) where it has it.
  public Tensor to(Dtype dtype) {
    return make(() -> handle().to(dtype.scalarType()));
  }

  /// Returns this tensor on another device; itself (another handle, same memory) where it is there.
  public Tensor to(Device device) {
    return make(() -> {
      try (var place = new org.bytedeco.pytorch.Device(device.toString())) {
        return handle().to(place, handle().scalar_type());
      }
    });
  }

  /// Returns a copy with memory of its own.
  public Tensor copy() {
    return make(() -> handle().clone(Handles.MEMORY_FORMAT));
  }

  /// Returns the same memory without its history of operations.
  public Tensor detach() {
    return make(() -> handle().detach());
  }

  // ---- Gradients

  /// Makes this leaf tensor collect gradients, or stops it.
  public Tensor requiresGrad(boolean on) {
    get(() -> handle().set_requires_grad(on));
    return this;
  }

  /// Returns whether operations on this tensor are recorded.
  public boolean requiresGrad() {
    return handle().requires_grad();
  }

  /// Returns whether a gradient has arrived since the last [#clearGrad].
  public boolean hasGrad() {
    return handle().mutable_grad().defined();
  }

  /// Returns the gradient collected so far, on the same memory.
  ///
  /// @throws IllegalStateException when none has arrived
  public Tensor grad() {
    if (!hasGrad()) {
      throw new IllegalStateException("no gradient has arrived at this tensor: " + this);
    }
    return make(() -> new org.bytedeco.pytorch.Tensor(handle().mutable_grad()));
  }

  /// Returns the gradient collected so far, zeros where none has arrived, to add to in place.
  public Tensor startedGrad() {
    if (!hasGrad()) {
      try (var zeros = TensorAllocator.zeros(dtype(), device(), shape().sizes())) {
        handle().mutable_grad().put(zeros);
      }
    }
    return grad();
  }

  /// Drops the collected gradient and frees its memory.
  public void clearGrad() {
    handle().mutable_grad().reset();
  }

  /// Adds the gradient of this scalar to every leaf that it depends on.
  public void backward() {
    run(() ->
        handle()
            .backward(Handles.UNDEFINED, Handles.BOOL, /* create_graph= */ false, Handles.TENSORS));
  }

  /// Adds the gradient of (`this` · `gradient`).sum() to every leaf that it depends on.
  public void backward(Tensor gradient) {
    run(() ->
        handle()
            .backward(gradient.handle(), Handles.BOOL, /* create_graph= */ false, Handles.TENSORS));
  }

  // ---- Arithmetic

  /// Adds, element by element.
  public Tensor add(Tensor other) {
    return make(() -> handle().add(other.handle()));
  }

  /// Adds a number to every element.
  public Tensor add(double number) {
    return withScalar(number, s -> handle().add(s));
  }

  /// Adds `factor` times the other tensor.
  public Tensor add(Tensor other, double factor) {
    return withScalar(factor, s -> handle().add(other.handle(), s));
  }

  /// Subtracts, element by element.
  public Tensor sub(Tensor other) {
    return make(() -> handle().sub(other.handle()));
  }

  /// Subtracts a number from every element.
  public Tensor sub(double number) {
    return add(-number);
  }

  /// Multiplies, element by element.
  public Tensor mul(Tensor other) {
    return make(() -> handle().mul(other.handle()));
  }

  /// Multiplies every element by a number.
  public Tensor mul(double number) {
    return withScalar(number, s -> handle().mul(s));
  }

  /// Divides, element by element.
  public Tensor div(Tensor other) {
    return make(() -> handle().div(other.handle()));
  }

  /// Divides every element by a number.
  public Tensor div(double number) {
    return withScalar(number, s -> handle().div(s));
  }

  /// Negates every element.
  public Tensor neg() {
    return make(() -> handle().neg());
  }

  /// Squares every element.
  public Tensor square() {
    return make(() -> handle().square());
  }

  /// Takes the square root of every element.
  public Tensor sqrt() {
    return make(() -> handle().sqrt());
  }

  /// Takes the absolute value of every element.
  public Tensor abs() {
    return make(() -> handle().abs());
  }

  /// Raises e to every element.
  public Tensor exp() {
    return make(() -> handle().exp());
  }

  /// Takes the natural logarithm of every element.
  public Tensor log() {
    return make(() -> handle().log());
  }

  /// Applies 1 / (1 + exp(-x)).
  public Tensor sigmoid() {
    return make(() -> handle().sigmoid());
  }

  /// Applies x · sigmoid(x).
  public Tensor silu() {
    return make(() -> torch.silu(handle()));
  }

  /// Applies tanh.
  public Tensor tanh() {
    return make(() -> torch.tanh(handle()));
  }

  /// Applies x · Φ(x), with Φ approximated by tanh.
  public Tensor geluTanh() {
    return make(() -> torch.gelu(handle(), "tanh"));
  }

  /// Limits every element to [low, high]; outside, the gradient is 0.
  public Tensor clamp(double low, double high) {
    return make(() -> {
      try (Scalar l = new Scalar(low);
          Scalar h = new Scalar(high);
          ScalarOptional from = new ScalarOptional(l);
          ScalarOptional to = new ScalarOptional(h)) {
        return handle().clamp(from, to);
      }
    });
  }

  /// Takes the smaller of two, element by element.
  public Tensor minimum(Tensor other) {
    return make(() -> handle().minimum(other.handle()));
  }

  // ---- Reductions

  /// Sums all elements.
  public Tensor sum() {
    return make(() -> handle().sum());
  }

  /// Sums over one dimension and drops it.
  public Tensor sum(int dim) {
    return sum(dim, false);
  }

  /// Sums over one dimension; `keep` leaves it with size 1.
  public Tensor sum(int dim, boolean keep) {
    return make(() -> handle().sum(new long[] {dim}, keep, Handles.DTYPE));
  }

  /// Takes the mean of all elements.
  public Tensor mean() {
    return make(() -> handle().mean());
  }

  /// Takes the mean over one dimension; `keep` leaves it with size 1.
  public Tensor mean(int dim, boolean keep) {
    return make(() -> handle().mean(new long[] {dim}, keep, Handles.DTYPE));
  }

  /// Finds the largest element over one dimension; `keep` leaves it with size 1.
  public Tensor max(int dim, boolean keep) {
    return make(() -> handle().amax(new long[] {dim}, keep));
  }

  /// Finds the index of the largest element over one dimension and drops it (int64).
  public Tensor argmax(int dim) {
    return make(() -> {
      try (LongOptional d = new LongOptional(dim)) {
        return handle().argmax(d, false);
      }
    });
  }

  /// Adds up along one dimension.
  public Tensor cumsum(int dim) {
    return make(() -> handle().cumsum(dim, Handles.DTYPE));
  }

  /// Takes the Euclidean norm of all elements.
  public Tensor norm() {
    return make(() -> handle().norm());
  }

  /// Applies the softmax over one dimension.
  public Tensor softmax(int dim) {
    return make(() -> handle().softmax(dim, Handles.DTYPE));
  }

  /// Applies the logarithm of the softmax over one dimension.
  public Tensor logSoftmax(int dim) {
    return make(() -> handle().log_softmax(dim, Handles.DTYPE));
  }

  // ---- Products

  /// Multiplies matrices; leading dimensions are a batch.
  public Tensor matmul(Tensor other) {
    return make(() -> handle().matmul(other.handle()));
  }

  /// Applies a linear map: `[..., in]` with `weight` `[out, in]` and `bias` `[out]` to `[...,
  /// out]`.
  ///
  /// @param bias null for none
  public Tensor linear(Tensor weight, @Nullable Tensor bias) {
    if (WidenedProducts.take(this, weight)) {
      return WidenedProducts.linear(this, weight, bias);
    }
    return make(() ->
        bias == null
            ? torch.linear(handle(), weight.handle())
            : torch.linear(handle(), weight.handle(), bias.handle()));
  }

  /// Computes softmax(q kᵀ · scale + mask) v.
  ///
  /// @param query `[B, H, T, D]`
  /// @param key `[B, H, S, D]`
  /// @param value `[B, H, S, D]`
  /// @param mask added to the scores, broadcast to `[B, H, T, S]`; null for none
  /// @param causal whether position t sees only positions up to t (then `mask` must be null)
  public static Tensor attention(
      Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, boolean causal, double scale) {
    return make(() -> {
      try (TensorOptional m =
              mask == null ? new TensorOptional() : new TensorOptional(mask.handle());
          DoubleOptional s = new DoubleOptional(scale)) {
        return torch.scaled_dot_product_attention(
            query.handle(), key.handle(), value.handle(), m, 0.0, causal, s, false);
      }
    });
  }

  /// Divides by the root mean square over the last dimension and multiplies by `weight` ([Zhang and
  /// Sennrich, 2019](https://arxiv.org/abs/1910.07467)).
  ///
  /// @param weight `[C]`, C the size of the last dimension
  /// @param epsilon added to the mean square
  public Tensor rmsNorm(Tensor weight, double epsilon) {
    return make(() -> {
      try (TensorOptional w = new TensorOptional(weight.handle());
          DoubleOptional e = new DoubleOptional(epsilon)) {
        return torch.rms_norm(handle(), new long[] {weight.elements()}, w, e);
      }
    });
  }

  // ---- Picking and placing

  /// Takes rows (or whatever lies along `dim`) by number.
  ///
  /// @param index int64 `[N]`
  public Tensor indexSelect(int dim, Tensor index) {
    return make(() -> handle().index_select(dim, index.handle()));
  }

  /// Looks rows of this `[V, C]` table up: int64 ids of any shape `[...]` to `[..., C]`.
  public Tensor embedding(Tensor ids) {
    return make(() -> torch.embedding(handle(), ids.handle()));
  }

  /// Takes one element per position along `dim`: `out[i][j] = this[i][index[i][j]]` for dim 1.
  ///
  /// @param index int64, of this tensor's rank
  public Tensor gather(int dim, Tensor index) {
    return make(() -> handle().gather(dim, index.handle()));
  }

  /// Returns a copy with `values` written where `index` says along `dim` (the inverse of gather).
  public Tensor scatter(int dim, Tensor index, Tensor values) {
    return make(() -> handle().scatter(dim, index.handle(), values.handle()));
  }

  /// Returns the part from `start` with `length` entries along `dim`, on the same memory.
  public Tensor narrow(int dim, long start, long length) {
    return make(() -> handle().narrow(dim, start, length));
  }

  /// Returns the part at one index along `dim`, which goes, on the same memory.
  public Tensor select(int dim, long index) {
    return make(() -> handle().select(dim, index));
  }

  /// Returns a copy in which elements are `value` where `mask` (bool) holds.
  public Tensor maskedFill(Tensor mask, double value) {
    return withScalar(value, s -> handle().masked_fill(mask.handle(), s));
  }

  /// Finds the `k` largest elements over the last dimension, largest first.
  public Sorted topk(long k) {
    return sorted(() -> handle().topk(k, -1, /* largest= */ true, /* sorted= */ true));
  }

  /// Sorts over the last dimension; equal elements keep their order.
  public Sorted sort(boolean descending) {
    return sorted(() -> handle().sort(Handles.TRUE, -1, descending));
  }

  /// Elements in order and where each one was.
  ///
  /// @param values the elements
  /// @param indices their places before (int64)
  public record Sorted(Tensor values, Tensor indices) {}

  /// Finds, in each ascending row of this `[B, V]` tensor, how many elements are `<=` the value.
  ///
  /// @param values `[B, N]`
  public Tensor searchSorted(Tensor values) {
    return make(() ->
        torch.searchsorted(
            handle(), values.handle(), false, /* right= */ true, Handles.STRING, Handles.TENSOR));
  }

  // ---- Shape

  /// Gives the elements another shape on the same memory; one size may be -1.
  public Tensor view(long... shape) {
    return make(() -> handle().view(shape));
  }

  /// Gives the elements another shape, copying where the memory's order requires it.
  public Tensor reshape(long... shape) {
    return make(() -> handle().reshape(shape));
  }

  /// Exchanges two dimensions on the same memory.
  public Tensor transpose(int a, int b) {
    return make(() -> handle().transpose(a, b));
  }

  /// Inserts a dimension of size 1.
  public Tensor unsqueeze(int dim) {
    return make(() -> handle().unsqueeze(dim));
  }

  /// Drops a dimension of size 1.
  public Tensor squeeze(int dim) {
    return make(() -> handle().squeeze((long) dim));
  }

  /// Repeats dimensions of size 1 without copying; -1 leaves a size as it is.
  public Tensor expand(long... shape) {
    return make(() -> handle().expand(shape, false));
  }

  /// Returns the elements in the order of the dimensions, copying only where they are not.
  public Tensor contiguous() {
    return make(() -> handle().contiguous());
  }

  // ---- Comparison

  /// Compares with a number: equal (bool).
  public Tensor eq(double number) {
    return withScalar(number, s -> handle().eq(s));
  }

  /// Compares with a number: smaller (bool).
  public Tensor lt(double number) {
    return withScalar(number, s -> handle().lt(s));
  }

  /// Compares with a number: larger (bool).
  public Tensor gt(double number) {
    return withScalar(number, s -> handle().gt(s));
  }

  /// Compares element by element: smaller (bool).
  public Tensor lt(Tensor other) {
    return make(() -> handle().lt(other.handle()));
  }

  /// Says for every element whether it is neither infinite nor NaN (bool).
  public Tensor isFinite() {
    return make(() -> torch.isfinite(handle()));
  }

  // ---- In place

  /// Adds `factor` times the other tensor.
  public Tensor add_(Tensor other, double factor) {
    return inPlace(factor, s -> handle().add_(other.handle(), s));
  }

  /// Multiplies by a number.
  public Tensor mul_(double number) {
    return inPlace(number, s -> handle().mul_(s));
  }

  /// Multiplies by a tensor, element by element.
  public Tensor mulBy_(Tensor other) {
    run(() -> handle().mul_(other.handle()));
    return this;
  }

  /// Adds `values` where `index` says along `dim`.
  public Tensor scatterAdd_(int dim, Tensor index, Tensor values) {
    run(() -> handle().scatter_add_(dim, index.handle(), values.handle()));
    return this;
  }

  /// Adds the matrix product of `[n, k]` and `[k, m]`.
  public Tensor addmm_(Tensor a, Tensor b) {
    run(() -> handle().addmm_(a.handle(), b.handle()));
    return this;
  }

  /// Adds `factor` · a · b.
  public Tensor addcmul_(Tensor a, Tensor b, double factor) {
    return inPlace(factor, s -> handle().addcmul_(a.handle(), b.handle(), s));
  }

  /// Adds `factor` · a / b.
  public Tensor addcdiv_(Tensor a, Tensor b, double factor) {
    return inPlace(factor, s -> handle().addcdiv_(a.handle(), b.handle(), s));
  }

  /// Overwrites with another tensor's elements, converting their type and place.
  public Tensor copy_(Tensor other) {
    run(() -> handle().copy_(other.handle()));
    return this;
  }

  /// Overwrites with a number.
  public Tensor fill_(double number) {
    return inPlace(number, s -> handle().fill_(s));
  }

  /// Overwrites with zeros.
  public Tensor zero_() {
    run(() -> handle().zero_());
    return this;
  }

  /// Overwrites the rows (or whatever lies along `dim`) numbered in `index` (int64 `[N]`).
  public Tensor indexCopy_(int dim, Tensor index, Tensor values) {
    run(() -> handle().index_copy_(dim, index.handle(), values.handle()));
    return this;
  }

  /// Adds to the rows (or whatever lies along `dim`) numbered in `index` (int64 `[N]`).
  public Tensor indexAdd_(int dim, Tensor index, Tensor values) {
    run(() -> handle().index_add_(dim, index.handle(), values.handle()));
    return this;
  }

  // ---- Life and death

  /// Frees this handle now instead of with its scope; the memory goes with its last handle.
  @Override
  public void close() {
    if (handle != null) {
      scope().remove(this);
      free();
    }
  }

  /// Describes the tensor, not its elements: `float32 [2, 3] on cpu`.
  @Override
  public String toString() {
    return handle == null ? "closed tensor" : dtype() + " " + shape() + " on " + device();
  }

  void enter(Scope owner) {
    scope = owner;
  }

  Scope scope() {
    if (scope == null) {
      throw new IllegalStateException("this tensor is in no scope");
    }
    return scope;
  }

  void requireOpen() {
    handle();
  }

  void free() {
    if (handle != null) {
      handle.close();
      handle = null;
    }
    scope = null;
    previous = null;
    next = null;
  }

  org.bytedeco.pytorch.Tensor handle() {
    if (handle == null) {
      throw new IllegalStateException(
          "this tensor was closed, with its scope or by hand: keep it in an outer scope to use it"
              + " longer");
    }
    return handle;
  }

  static Tensor make(Supplier<org.bytedeco.pytorch.Tensor> operation) {
    Scope owner = Scope.innermost();
    Tensor tensor = new Tensor(get(operation));
    owner.add(tensor);
    return tensor;
  }

  private static Tensor withScalar(
      double number, Function<Scalar, org.bytedeco.pytorch.Tensor> operation) {
    return make(() -> {
      try (Scalar s = new Scalar(number)) {
        return operation.apply(s);
      }
    });
  }

  private Tensor inPlace(double number, Consumer<Scalar> operation) {
    run(() -> {
      try (Scalar s = new Scalar(number)) {
        operation.accept(s);
      }
    });
    return this;
  }

  private static Sorted sorted(Supplier<T_TensorTensor_T> operation) {
    try (T_TensorTensor_T pair = get(operation)) {
      return new Sorted(
          make(() -> new org.bytedeco.pytorch.Tensor(pair.get0())),
          make(() -> new org.bytedeco.pytorch.Tensor(pair.get1())));
    }
  }

  static <T> T get(Supplier<T> operation) {
    try {
      return operation.get();
    } catch (IllegalStateException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new TensorException(e);
    }
  }

  private static void run(Runnable operation) {
    get(() -> {
      operation.run();
      return true;
    });
  }

  private void read(Dtype dtype, Consumer<MemorySegment> reader) {
    if (elements() == 0) {
      return;
    }
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      reader.accept(to(Device.CPU).to(dtype).contiguous().data());
    }
  }

  private static Tensor allocate(Dtype dtype, int values, long... shape) {
    long[] sizes = shape.length == 0 ? new long[] {values} : shape;
    Shape s = new Shape(sizes);
    if (s.elements() != values) {
      throw new IllegalArgumentException(
          "shape must hold the " + values + " values given, got " + s);
    }
    return empty(dtype, sizes);
  }
}
