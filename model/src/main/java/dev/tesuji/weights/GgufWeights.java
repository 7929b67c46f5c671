package dev.tesuji.weights;

import dev.tesuji.check.BadInput;
import dev.tesuji.gguf.GgufFile;
import dev.tesuji.gguf.GgufTensor;
import dev.tesuji.gguf.GgufType;
import dev.tesuji.gguf.TensorNames;
import dev.tesuji.gguf.TensorNames.Experts;
import dev.tesuji.gguf.TensorNames.Part;
import dev.tesuji.kernel.BlockForm;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Shape;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.Safetensors.Entry;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The weights of a GGUF file under the names, and in the order of rows, of Hugging Face's
/// checkpoints.
///
/// 1. Llama's query and key rows lie in pairs that positions turn together; here each head's first
///    halves of pairs come before the second ones, and they are put back.
/// 2. The experts of a layer are one tensor; here each is one.
/// 3. Latent attention's projection up from the latent is cut into keys (transposed) and values;
///    here they are one, head by head.
///
/// A tensor with a name that means nothing here keeps its name, for those who compare names.
final class GgufWeights implements WeightFile {
  private static final String KEYS = "attn_k_b";
  private static final String VALUES = "attn_v_b";
  private static final int MOST_EXPERTS = 1 << 16;

  private final GgufFile file;
  private final Map<String, Source> sources = new LinkedHashMap<>();

  /// The origin of a weight.
  private sealed interface Source {
    /// A tensor as it is.
    record Whole(GgufTensor tensor) implements Source {}

    /// A tensor whose rows lie in pairs.
    record Paired(GgufTensor tensor, int heads) implements Source {}

    /// One of several that lie one after the other.
    record Slice(GgufTensor tensor, long index) implements Source {}

    /// Keys `[H, rank, plain]` and values `[H, value, rank]` of latent attention.
    record Joined(GgufTensor keys, GgufTensor values) implements Source {}
  }

  private GgufWeights(GgufFile file) {
    this.file = file;
  }

  /// Opens a file.
  ///
  /// @throws BadInput when it is corrupt, or of an architecture or type that is not known
  static GgufWeights open(Path path) {
    GgufFile file = GgufFile.open(path);
    try {
      GgufWeights weights = new GgufWeights(file);
      String architecture = file.metadata().text("general.architecture");
      for (GgufTensor tensor : file.tensors().values()) {
        if (!tensor.name().equals(TensorNames.ROPE_FACTORS)) { // in the configuration
          weights.add(tensor, architecture);
        }
      }
      return weights;
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private void add(GgufTensor tensor, String architecture) {
    Experts experts = TensorNames.experts(tensor.name());
    if (experts != null && tensor.shape().rank() == 3 && isExpected(tensor, architecture)) {
      for (long e = 0; e < tensor.shape().size(0); e++) {
        put(experts.of(e), new Source.Slice(tensor, e));
      }
      return;
    }
    Part part = TensorNames.part(tensor.name());
    if (part != null && part.part().equals(VALUES)) {
      return; // with its keys
    }
    if (part != null && part.part().equals(KEYS)) {
      GgufTensor values = file.tensor(new Part(part.layer(), VALUES, part.ending()).name());
      requireLatent(tensor, values);
      put(latentName(part), new Source.Joined(tensor, values));
      return;
    }
    String known = TensorNames.checkpoint(tensor.name());
    put(known == null ? tensor.name() : known, source(part, tensor, architecture));
  }

  private Source source(@Nullable Part part, GgufTensor tensor, String architecture) {
    boolean turned = part != null && (part.part().equals("attn_q") || part.part().equals("attn_k"));
    return part != null && turned && architecture.equals("llama")
        ? new Source.Paired(tensor, heads(part, tensor))
        : new Source.Whole(tensor);
  }

  private boolean isExpected(GgufTensor tensor, String architecture) {
    int experts = file.metadata().whole(architecture + ".expert_count", 0);
    return experts <= MOST_EXPERTS && tensor.shape().size(0) == experts;
  }

  private static String latentName(Part part) {
    return "model.layers." + part.layer() + ".self_attn.kv_b_proj." + part.ending();
  }

  private void put(String name, Source source) {
    if (sources.put(name, source) != null) {
      throw BadInput.in(file.path(), "has '" + BadInput.brief(name) + "' in two forms");
    }
  }

  private int heads(Part part, GgufTensor tensor) {
    int all = file.metadata().whole("llama.attention.head_count", -1);
    int heads =
        part.part().equals("attn_q")
            ? all
            : file.metadata().whole("llama.attention.head_count_kv", all);
    if (heads < 1 || tensor.shape().size(0) % (2L * heads) != 0) {
      throw BadInput.in(
          file.path(),
          "tensor '"
              + BadInput.brief(tensor.name())
              + "' must have an even number of rows for each of "
              + heads
              + " heads, got shape "
              + tensor.shape());
    }
    return heads;
  }

  private void requireLatent(GgufTensor keys, GgufTensor values) {
    Shape k = keys.shape();
    Shape v = values.shape();
    if (k.rank() != 3 || v.rank() != 3 || k.size(0) != v.size(0) || k.size(1) != v.size(2)) {
      throw BadInput.in(
          file.path(),
          "tensors '"
              + BadInput.brief(keys.name())
              + "' and '"
              + BadInput.brief(values.name())
              + "' must be of the same heads and latent, got shapes "
              + k
              + " and "
              + v);
    }
  }

  @Override
  public Path file() {
    return file.path();
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(sources.keySet());
  }

  private Source source(String name) {
    Source source = sources.get(name);
    if (source == null) {
      throw BadInput.in(file.path(), "has no tensor for '" + BadInput.brief(name) + "'");
    }
    return source;
  }

  @Override
  public Entry entry(String name) {
    return switch (source(name)) {
      case Source.Whole(GgufTensor t) -> entry(t, t.shape(), 0, t.bytes());
      case Source.Paired(GgufTensor t, int _) -> entry(t, t.shape(), 0, t.bytes());
      case Source.Slice(GgufTensor t, long index) -> {
        long bytes = t.bytes() / t.shape().size(0);
        Shape shape = new Shape(t.shape().size(1), t.shape().size(2));
        yield entry(t, shape, index * bytes, bytes);
      }
      case Source.Joined(GgufTensor k, GgufTensor v) -> {
        long rows = k.shape().size(0) * (k.shape().size(2) + v.shape().size(1));
        yield entry(k, new Shape(rows, k.shape().size(1)), 0, k.bytes() + v.bytes());
      }
    };
  }

  private static Entry entry(GgufTensor tensor, Shape shape, long from, long bytes) {
    return new Entry(dtype(tensor.type()), shape, tensor.offset() + from, bytes);
  }

  /// Returns the type that holds all values of a type.
  private static Dtype dtype(GgufType type) {
    return switch (type) {
      case F16 -> Dtype.FLOAT16;
      case BF16 -> Dtype.BFLOAT16;
      case F32, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K -> Dtype.FLOAT32;
    };
  }

  @Override
  public String storedType(String name) {
    GgufType type =
        switch (source(name)) {
          case Source.Whole(GgufTensor t) -> t.type();
          case Source.Paired(GgufTensor t, int _) -> t.type();
          case Source.Slice(GgufTensor t, long _) -> t.type();
          case Source.Joined(GgufTensor k, GgufTensor _) -> k.type();
        };
    return type.isQuantised() ? type.name() : dtype(type).toString();
  }

  @Override
  public void requireWeight(String name, Shape shape) {
    Shape stored = entry(name).shape();
    if (!stored.equals(shape)) {
      throw BadInput.in(
          file.path(),
          "the tensor for '"
              + BadInput.brief(name)
              + "' must have shape "
              + shape
              + ", as the metadata says, got "
              + stored);
    }
  }

  @Override
  public void readInto(String name, Tensor target) {
    requireWeight(name, target.shape());
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      switch (source(name)) {
        case Source.Whole(GgufTensor t) -> plain(t, 0, target);
        case Source.Slice(GgufTensor t, long index) -> plain(t, index * target.elements(), target);
        case Source.Paired(GgufTensor t, int heads) -> paired(t, heads, target);
        case Source.Joined(GgufTensor k, GgufTensor v) -> joined(k, v, target);
      }
    }
  }

  private void plain(GgufTensor tensor, long from, Tensor target) {
    if (target.isContiguous()) {
      file.decode(tensor, from, target.view(target.elements()));
    } else {
      Tensor values = Tensor.empty(Dtype.FLOAT32, target.elements());
      file.decode(tensor, from, values);
      target.copy_(values.view(target.shape().sizes()));
    }
  }

  /// Puts rows (D/2, 2) of each head back to (2, D/2).
  private void paired(GgufTensor tensor, int heads, Tensor target) {
    if (tensor.shape().rank() == 1) { // biases, and what has rows of one element
      Tensor values = Tensor.empty(Dtype.FLOAT32, tensor.width());
      file.decode(tensor, 0, values);
      Tensor pairs = values.view(heads, tensor.width() / heads / 2, 2);
      target.copy_(pairs.transpose(1, 2).reshape(tensor.width()));
      return;
    }
    long rows = tensor.shape().size(0) / heads;
    for (long h = 0; h < heads; h++) {
      try (Scope _ = Scope.open()) {
        Tensor pairs = file.rows(tensor, h * rows, rows).view(rows / 2, 2, tensor.width());
        target.narrow(0, h * rows, rows).copy_(pairs.transpose(0, 1).reshape(rows, tensor.width()));
      }
    }
  }

  private void joined(GgufTensor keys, GgufTensor values, Tensor target) {
    long rank = keys.shape().size(1);
    long plain = keys.shape().size(2);
    long value = values.shape().size(1);
    for (long h = 0; h < keys.shape().size(0); h++) {
      try (Scope _ = Scope.open()) {
        long at = h * (plain + value);
        target.narrow(0, at, plain).copy_(file.rows(keys, h * rank, rank).transpose(0, 1));
        target.narrow(0, at + plain, value).copy_(file.rows(values, h * value, value));
      }
    }
  }

  @Override
  public @Nullable BlockForm blockForm(String name) {
    return switch (source(name)) {
      case Source.Whole(GgufTensor t) -> file.blockForm(t);
      case Source.Paired(GgufTensor t, int _) -> file.blockForm(t);
      case Source.Slice _, Source.Joined _ -> null;
    };
  }

  @Override
  public void readStrips(String name, MemorySegment target) {
    switch (source(name)) {
      case Source.Whole(GgufTensor t) -> file.readStrips(t, row -> row, target);
      case Source.Paired(GgufTensor t, int heads) -> {
        int rows = Math.toIntExact(t.shape().size(0) / heads);
        file.readStrips(t, row -> row / rows * rows + inPair(row % rows, rows / 2), target);
      }
      case Source.Slice _, Source.Joined _ ->
          throw BadInput.in(
              file.path(), "has no matrix in blocks for '" + BadInput.brief(name) + "'");
    }
  }

  /// Returns where a row of a head lies among pairs.
  private static int inPair(int row, int half) {
    return row < half ? 2 * row : 2 * (row - half) + 1;
  }

  @Override
  public boolean isSame(String name, WeightFile other, String otherName) {
    return false; // a file that ties its embedding has no output projection
  }

  @Override
  public void close() {
    file.close();
  }
}
