package dev.tesuji.nn;

import dev.tesuji.compute.AdapterWeights;
import dev.tesuji.nn.Parameter.Part;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The low-rank adapters of a model: beside a frozen weight W, a pair of small matrices that is
/// trained instead, W x + s B A x ([Hu et al., 2021](https://arxiv.org/abs/2106.09685)).
///
/// B starts at 0, so that a fresh adapter changes nothing. Owns the matrices.
public final class Lora implements AutoCloseable {
  private final LoraConfig config;
  private final Scope owner = Scope.owner();
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Pair> pairs = new ArrayList<>();
  private final List<String> candidates = new ArrayList<>();
  private final boolean tied;
  private final List<Parameter> whole; // trained beside the adapters
  private final List<Tensor> frozen = new ArrayList<>(); // the base's values of those
  private boolean on = true;
  private boolean dropping; // in training only
  private long draw; // decides what is dropped

  /// Chooses which projections get adapters.
  @FunctionalInterface
  public interface Choice {
    /// Returns the size of a projection's adapter; null where it gets none.
    ///
    /// @param projection its checkpoint name without `.weight`
    @Nullable Size size(String projection);
  }

  /// The size of one adapter.
  ///
  /// @param rank r
  /// @param scale what multiplies B A x
  public record Size(int rank, double scale) {}

  /// Adds adapters to the projections that are chosen.
  ///
  /// @throws IllegalArgumentException when a name of the settings fits no projection or module
  Lora(LoraConfig config, Choice choice, Parameters model, long seed) {
    tied =
        model.all().stream().noneMatch(p -> p.parts().getFirst().name().equals("lm_head.weight"));
    this.config = tied ? config.tied() : config;
    whole = model.all().stream().filter(this::isWhole).toList();
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      for (Linear linear : model.projections()) {
        for (Part part : linear.parts()) {
          String name = part.module();
          candidates.add(name);
          Size size = choice.size(name);
          if (size != null) {
            add(linear, part, name, size, seed);
          }
        }
      }
      whole.forEach(p -> frozen.add(owner.adopt(p.tensor().detach().copy())));
    }
    try {
      requireNames();
    } catch (IllegalArgumentException e) {
      owner.close();
      throw e;
    }
  }

  private boolean isWhole(Parameter parameter) {
    return parameter.trained()
        && parameter.parts().stream()
            .allMatch(part -> config.saves(part.name().replaceFirst("\\.(weight|bias)$", "")));
  }

  private void requireNames() {
    for (String module : config.modulesToSave()) {
      if (whole.stream()
          .map(p -> p.parts().getFirst().name().replaceFirst("\\.(weight|bias)$", ""))
          .noneMatch(name -> name.equals(module) || name.endsWith("." + module))) {
        throw new IllegalArgumentException(
            "modulesToSave must name modules with weights of their own, such as embed_tokens,"
                + " lm_head or norm, got '"
                + module
                + "'");
      }
    }
    for (String target : config.targetModules()) {
      if (!target.equals("all-linear") && names().stream().noneMatch(n -> n.endsWith(target))) {
        throw new IllegalArgumentException(
            "targetModules must name projections of the model, such as q_proj, got '"
                + target
                + "'");
      }
    }
  }

  /// The adapter of one projection.
  ///
  /// @param name the projection's checkpoint name without `.weight`
  /// @param linear what holds the projection
  /// @param a `[r, in]`
  /// @param b `[out, r]`
  /// @param part the rows of the fused weight that it stands beside
  /// @param number its number among the adapters
  private record Pair(
      String name, Linear linear, Tensor a, Tensor b, Part part, Size size, int number) {}

  private void add(Linear linear, Part part, String name, Size size, long seed) {
    Tensor w = linear.weight();
    int in = Math.toIntExact(w.size(1));
    float[] values = new float[size.rank() * in];
    double bound = 1 / Math.sqrt(in); // PEFT's: Kaiming with a = √5
    int number = pairs.size();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (bound * (2 * Rng.uniform(seed, number, i, 0) - 1));
    }
    Tensor a = owner.adopt(Tensor.of(values, size.rank(), in).to(w.dtype()).to(w.device()));
    Tensor b = owner.adopt(Tensor.zeros(w.dtype(), part.rows(), size.rank()).to(w.device()));
    parameters.add(parameter(name + ".lora_A.weight", a));
    parameters.add(parameter(name + ".lora_B.weight", b));
    Pair pair = new Pair(name, linear, a, b, part, size, number);
    pairs.add(pair);
    stand(pair);
  }

  private void stand(Pair pair) {
    pair.linear().beside((x, y) -> addTo(pair, x, y));
  }

  /// Stands beside the projections again.
  void attach() {
    pairs.forEach(this::stand);
  }

  /// Lets the projections work alone.
  void detach() {
    pairs.forEach(pair -> pair.linear().alone());
  }

  /// Returns the matrices alone; they live as long as this.
  AdapterWeights weights() {
    Map<String, AdapterWeights.Pair> all = new LinkedHashMap<>();
    pairs.forEach(p -> all.put(p.name(), new AdapterWeights.Pair(p.a(), p.b(), p.size().scale())));
    return new AdapterWeights(all);
  }

  private static Parameter parameter(String name, Tensor t) {
    return new Parameter(t, List.of(new Part(name, 0, t.size(0))), true);
  }

  private void addTo(Pair pair, Tensor x, Tensor y) {
    if (on) {
      Tensor seen = dropping && config.dropout() > 0 ? drop(x, pair.number()) : x;
      Tensor delta = seen.linear(pair.a(), null).linear(pair.b(), null);
      y.narrow(1, pair.part().start(), pair.part().rows()).add_(delta, pair.size().scale());
    }
  }

  private Tensor drop(Tensor x, int number) {
    int n = Math.toIntExact(x.size(0));
    int width = Math.toIntExact(x.size(1));
    float kept = (float) (1 / (1 - config.dropout()));
    float[] mask = new float[n * width];
    IntStream.range(0, n)
        .parallel()
        .forEach(t -> {
          for (int i = 0; i < width; i++) {
            boolean drops = Rng.uniform(draw, number, t, i) < config.dropout();
            mask[t * width + i] = drops ? 0 : kept;
          }
        });
    return x.mul(Tensor.of(mask, n, width).to(x.dtype()).to(x.device()));
  }

  /// Returns whether the adapters add anything at present.
  public boolean isOn() {
    return on;
  }

  /// Returns the settings.
  public LoraConfig config() {
    return config;
  }

  /// Returns the matrices under their names in PEFT's files, without `base_model.model.`.
  public List<Parameter> parameters() {
    return Collections.unmodifiableList(parameters);
  }

  /// Returns the names of the projections that have adapters, without `.weight`.
  public List<String> names() {
    return pairs.stream().map(Pair::name).toList();
  }

  /// Returns the sizes of the adapters by the names of their projections.
  public Map<String, Size> sizes() {
    Map<String, Size> sizes = new LinkedHashMap<>();
    pairs.forEach(p -> sizes.put(p.name(), p.size()));
    return sizes;
  }

  /// Returns the names of all projections that could have adapters.
  public List<String> candidates() {
    return Collections.unmodifiableList(candidates);
  }

  /// Returns the base's own parameters that are trained beside the adapters.
  public List<Parameter> whole() {
    return whole;
  }

  /// Returns whether the model's output projection is its embedding.
  public boolean isTied() {
    return tied;
  }

  /// Returns all that training moves.
  List<Parameter> trained() {
    return Stream.concat(parameters.stream(), whole.stream()).toList();
  }

  /// A time in which dropout drops, the same at each opening with the same number.
  public static final class Dropout implements AutoCloseable {
    private final @Nullable Lora lora;

    /// @param lora null where a model has no adapters
    public Dropout(@Nullable Lora lora, long number) {
      this.lora = lora;
      if (lora != null) {
        lora.draw = Rng.derive(number, 1);
        lora.dropping = true;
      }
    }

    @Override
    public void close() {
      if (lora != null) {
        lora.dropping = false;
      }
    }
  }

  private void turn(boolean to) {
    if (on == to) {
      return;
    }
    on = to;
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      for (int i = 0; i < frozen.size(); i++) {
        Tensor own = whole.get(i).tensor().detach();
        Tensor now = own.copy();
        own.copy_(frozen.get(i));
        frozen.get(i).copy_(now);
      }
    }
  }

  /// Silences the adapters until the result is closed: the model is its base.
  Silence silence() {
    boolean before = on;
    turn(false);
    return new Silence(this, before);
  }

  /// A time in which a model is its base.
  ///
  /// @param lora the adapters
  /// @param before whether they worked before
  public record Silence(Lora lora, boolean before) implements AutoCloseable {
    @Override
    public void close() {
      lora.turn(before);
    }
  }

  /// Adds s B A to the weight that it stands beside.
  void mergeInto(Linear linear) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      for (Part part : linear.parts()) {
        pairs.stream()
            .filter(p -> p.part().equals(part))
            .forEach(p -> part.of(linear.weight()).add_(p.b().matmul(p.a()), p.size().scale()));
      }
    }
  }

  @Override
  public void close() {
    owner.close();
  }
}
