package dev.tesuji.weights;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.gguf.GgufType;
import dev.tesuji.gguf.GgufValue;
import dev.tesuji.gguf.GgufWriter;
import dev.tesuji.gguf.Quantization;
import dev.tesuji.gguf.RopeFactors;
import dev.tesuji.gguf.TensorNames;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.RopeScaling;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Shape;
import dev.tesuji.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/// Writes a model as a GGUF file for llama.cpp, Ollama and their kin, with Ollama's `Modelfile`
/// beside it.
///
/// One tensor is in memory at a time (the experts of a layer are one). What a file has in another
/// order than a checkpoint is put there: see [GgufWeights].
public final class GgufConverter {
  private static final double LARGEST_FLOAT16 = 65504;
  private static final String EXPERT_ZERO = ".mlp.experts.0.";

  private final ModelConfig config;
  private final Quantization quantization;
  private final Function<String, Tensor> weights;
  private final List<GgufWriter.Source> sources = new ArrayList<>();

  private GgufConverter(
      ModelConfig config, Quantization quantization, Function<String, Tensor> weights) {
    this.config = config;
    this.quantization = quantization;
    this.weights = weights;
  }

  /// Reads a model directory, an adapter's, or a GGUF file, and writes a GGUF file. Adapters are
  /// merged in, in float32.
  ///
  /// @param to a file that does not exist
  /// @throws BadInput when the model is broken or has something that the format has no place for,
  ///   or `to` cannot be written or is there already
  public static void convert(Path from, Path to, Quantization quantization) {
    if (Files.exists(to)) {
      throw BadInput.in(to, "must not exist yet, so that nothing is overwritten");
    }
    ModelParts parts = ModelParts.of(from);
    ModelConfig stored = ModelDirectory.config(parts.base());
    Architecture.requireWriter(parts.base());
    ModelConfig config =
        parts.adapter() == null ? stored : AdapterDirectory.fitting(stored, parts.adapter());
    ModelFiles files = ModelFiles.read(parts).fitting(config);
    Map<String, GgufValue> fields = GgufFields.of(parts, config, files, quantization);
    if (parts.adapter() == null) {
      try (Checkpoint checkpoint = Checkpoint.open(parts.base())) {
        ModelDirectory.check(parts.base(), stored, checkpoint);
        write(to, fields, new GgufConverter(config, quantization, n -> read(checkpoint, n)));
      }
    } else {
      try (LoadedModel model = LoadedModel.load(from, Dtype.FLOAT32, Device.CPU);
          Scope _ = Scope.open()) {
        model.decoder().mergeAdapters();
        Map<String, Tensor> merged = ModelDirectory.weights(model.decoder());
        write(
            to,
            fields,
            new GgufConverter(config, quantization, n -> requireNonNull(merged.get(n))));
      }
    }
    Modelfile.write(to, parts, config, files);
  }

  private static Tensor read(Checkpoint checkpoint, String name) {
    Safetensors.Entry entry = checkpoint.entry(name);
    Dtype dtype = entry.dtype() == Dtype.FLOAT8 ? Dtype.FLOAT32 : entry.dtype(); // times scales
    Tensor tensor = Tensor.empty(dtype, entry.shape().sizes());
    checkpoint.readInto(name, tensor);
    return tensor;
  }

  private static void write(Path to, Map<String, GgufValue> fields, GgufConverter converter) {
    converter.plan();
    GgufWriter.write(to, fields, converter.sources);
  }

  private void plan() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    try (Scope _ = Scope.open();
        CausalLm plan = Decoders.create(config, config.dtype(), Device.META)) {
      ModelDirectory.weights(plan).forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    }
    shapes.forEach(this::plan);
    if (config.rope().scaling() instanceof RopeScaling.Llama3 s) {
      RopeFactors.Stretch stretch =
          new RopeFactors.Stretch(
              s.factor(), s.lowFrequency(), s.highFrequency(), s.originalPositions());
      int turned = config.attention().rotaryDim();
      float[] factors = RopeFactors.factors(config.rope().theta(), turned, stretch);
      add(TensorNames.ROPE_FACTORS, new Shape(factors.length), () -> Tensor.of(factors));
    }
  }

  private void plan(String name, Shape shape) {
    if (name.contains(".mlp.experts.")) {
      if (name.contains(EXPERT_ZERO)) {
        experts(name, shape);
      }
      return;
    }
    if (name.endsWith(".self_attn.kv_b_proj.weight")
        && config.attention() instanceof AttentionConfig.Latent latent) {
      latent(name, latent);
      return;
    }
    String known = TensorNames.gguf(name);
    if (known == null) {
      throw new BadInput("weight '" + BadInput.brief(name) + "' has no name in a GGUF file");
    }
    add(known, shape, paired(name, shape));
  }

  /// Returns how a weight is made: Llama's queries and keys with the two ends of each pair that
  /// positions turn side by side.
  private Supplier<Tensor> paired(String name, Shape shape) {
    boolean query = name.contains(".self_attn.q_proj.");
    boolean key = name.contains(".self_attn.k_proj.");
    if (!(query || key)
        || !GgufFields.architecture(config).equals("llama")
        || !(config.attention() instanceof AttentionConfig.Grouped grouped)) {
      return () -> weights.apply(name);
    }
    long heads = query ? grouped.heads() : grouped.kvHeads();
    long half = shape.size(0) / heads / 2;
    long width = shape.elements() / shape.size(0);
    return () -> {
      Tensor halves = weights.apply(name).reshape(heads, 2, half, width);
      return halves.transpose(1, 2).reshape(shape.sizes());
    };
  }

  private void experts(String first, Shape shape) {
    int count = requireNonNull(config.feedForward().experts()).routed();
    String name = requireNonNull(TensorNames.gguf(first));
    add(
        name,
        new Shape(count, shape.size(0), shape.size(1)),
        () -> {
          List<Tensor> all = new ArrayList<>();
          for (int e = 0; e < count; e++) {
            all.add(weights.apply(first.replace(EXPERT_ZERO, ".mlp.experts." + e + ".")));
          }
          return Tensor.stack(all, 0);
        });
  }

  /// Cuts the projection up from the latent into keys, transposed, and values.
  private void latent(String name, AttentionConfig.Latent latent) {
    long heads = latent.heads();
    long plain = latent.plainDim();
    long value = latent.valueDim();
    long rank = latent.keyValueRank();
    String layer = requireNonNull(TensorNames.gguf(name)).replace("attn_kv_b.weight", "");
    Supplier<Tensor> both = () -> weights.apply(name).reshape(heads, plain + value, rank);
    add(
        layer + "attn_k_b.weight",
        new Shape(heads, rank, plain),
        () -> both.get().narrow(1, 0, plain).transpose(1, 2));
    add(
        layer + "attn_v_b.weight",
        new Shape(heads, value, rank),
        () -> both.get().narrow(1, plain, value));
  }

  private void add(String name, Shape shape, Supplier<Tensor> values) {
    GgufType type = quantization.type(name, shape, config.layers(), config.tiedEmbeddings());
    sources.add(new Weight(name, shape, type, values));
  }

  private record Weight(String name, Shape shape, GgufType type, Supplier<Tensor> maker)
      implements GgufWriter.Source {
    @Override
    public Tensor values() {
      Tensor values = maker.get();
      if (type == GgufType.F16) {
        double largest =
            values.to(Dtype.FLOAT32).reshape(shape.elements()).abs().max(0, false).item();
        if (largest > LARGEST_FLOAT16) {
          throw new BadInput(
              "tensor '"
                  + name
                  + "' cannot be written as F16, whose largest number is 65504, got "
                  + (float) largest
                  + "; --quantization bf16 holds it");
        }
      }
      return values;
    }
  }
}
