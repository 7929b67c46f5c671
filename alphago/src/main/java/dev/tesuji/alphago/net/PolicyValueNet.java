package dev.tesuji.alphago.net;

import static java.util.Objects.requireNonNull;

import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.nn.Parameter;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Images;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.train.Network;
import dev.tesuji.weights.Safetensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A network that says for a state of a game which action to play, who wins, by how much, and whose
/// each cell will be ([Tower]).
///
/// Weights are float32; the tower computes in the type that it is given. A directory of it has
/// `config.json` and `model.safetensors`. Close it to free its weights.
public final class PolicyValueNet implements Network, AutoCloseable {
  private static final String FILE = "model.safetensors";

  private final NetConfig config;
  private final Dtype dtype;
  private final Scope owner = Scope.owner();
  private final Map<String, Tensor> trained = new LinkedHashMap<>();
  private final Map<String, Tensor> running = new LinkedHashMap<>(); // means and variances
  private final long seed;

  private PolicyValueNet(NetConfig config, Dtype dtype, long seed) {
    this.config = config;
    this.dtype = dtype;
    this.seed = seed;
    try (Scope _ = Scope.open()) {
      makeAll();
    }
  }

  /// Makes a network with random weights.
  ///
  /// @param dtype what the tower computes in: float32 or bfloat16
  public static PolicyValueNet create(NetConfig config, Dtype dtype, long seed) {
    return new PolicyValueNet(config, dtype, seed);
  }

  /// Loads a network.
  ///
  /// @throws dev.tesuji.check.BadInput when the directory holds none
  public static PolicyValueNet load(Path directory, Dtype dtype) {
    NetConfig config = NetConfig.read(directory.resolve("config.json"));
    PolicyValueNet net = new PolicyValueNet(config, dtype, 0);
    try {
      net.restore(directory);
      return net;
    } catch (RuntimeException e) {
      net.close();
      throw e;
    }
  }

  private void makeAll() {
    int c = config.channels();
    convolution("stem", config.planes(), c, 3);
    for (int block = 0; block < config.blocks(); block++) {
      convolution("blocks." + block + ".first", c, c, 3);
      if (Tower.pools(config, block)) {
        linear("blocks." + block + ".pool", 2 * c, c);
      }
      convolution("blocks." + block + ".second", c, c, 3);
    }
    convolution("policy", c, Tower.HEAD, 1);
    linear("policy.pool", 2 * Tower.HEAD, Tower.HEAD);
    if (config.playsOnCells()) {
      linear("policy.out", Tower.HEAD, 1);
      linear("policy.pass", 2 * Tower.HEAD, 1);
    } else {
      linear("policy.out", config.cells() * Tower.HEAD, config.actions());
    }
    convolution("value", c, Tower.HEAD, 1);
    linear("value.hidden", 2 * Tower.HEAD, Tower.HIDDEN);
    linear("value.out", Tower.HIDDEN, 2);
    linear("ownership", Tower.HEAD, 1);
  }

  private void convolution(String name, int in, int out, int k) {
    trained.put(name + ".weight", normal(Math.sqrt(2.0 / (k * k * in)), out, k * k * in));
    trained.put(name + ".norm.weight", owner.adopt(Tensor.ones(Dtype.FLOAT32, out)));
    trained.put(name + ".norm.bias", owner.adopt(Tensor.zeros(Dtype.FLOAT32, out)));
    running.put(name + ".norm.mean", owner.adopt(Tensor.zeros(Dtype.FLOAT32, out)));
    running.put(name + ".norm.variance", owner.adopt(Tensor.ones(Dtype.FLOAT32, out)));
  }

  private void linear(String name, int in, int out) {
    trained.put(name + ".weight", normal(Math.sqrt(0.5 / in), out, in));
    trained.put(name + ".bias", owner.adopt(Tensor.zeros(Dtype.FLOAT32, out)));
  }

  private Tensor normal(double deviation, int rows, int columns) {
    float[] values = new float[rows * columns];
    Rng.fillNormal(values, deviation, seed, trained.size());
    return owner.adopt(Tensor.of(values, rows, columns));
  }

  /// Returns its shape.
  public NetConfig config() {
    return config;
  }

  /// Returns what the tower computes in.
  public Dtype dtype() {
    return dtype;
  }

  /// Returns how many weights it has.
  public long weights() {
    return trained.values().stream().mapToLong(Tensor::elements).sum();
  }

  /// Runs the network with gradients.
  ///
  /// @param planes float32 `[B, H, W, P]`
  /// @param batchStatistics whether channels are normalised by the batch, which moves the running
  ///   statistics; otherwise by those, as in play
  public Outputs forward(Tensor planes, boolean batchStatistics) {
    return Tower.forward(config, new Trained(batchStatistics), planes.to(dtype));
  }

  /// Returns the network as it is now for play, with batch normalisation folded in; it is another's
  /// to close.
  public FoldedNet fold() {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      return new FoldedNet(this);
    }
  }

  Map<String, Tensor> all() {
    Map<String, Tensor> all = new LinkedHashMap<>(trained);
    all.putAll(running);
    return all;
  }

  Tensor weight(String name) {
    return requireNonNull(trained.get(name), name);
  }

  Images.BatchNorm norm(String name) {
    return new Images.BatchNorm(
        weight(name + ".norm.weight"),
        weight(name + ".norm.bias"),
        requireNonNull(running.get(name + ".norm.mean")),
        requireNonNull(running.get(name + ".norm.variance")));
  }

  @Override
  public List<Parameter> trained() {
    List<Parameter> parameters = new ArrayList<>();
    trained.forEach((name, tensor) ->
        parameters.add(
            new Parameter(
                tensor,
                List.of(new Parameter.Part(name, 0, tensor.size(0))),
                /* trained= */ true)));
    return parameters;
  }

  /// Writes a directory that [#load] reads; it must exist.
  @Override
  public void save(Path folder) {
    SafeFiles.replace(folder.resolve("config.json"), Json.pretty(config.toJson()));
    Safetensors.write(folder.resolve(FILE), all());
  }

  @Override
  public void restore(Path folder) {
    try (Safetensors file = Safetensors.open(folder.resolve(FILE));
        NoGrad _ = NoGrad.on()) {
      all().forEach(file::readInto);
    }
  }

  /// Takes over the weights of another network of the same shape.
  public void copyFrom(PolicyValueNet other) {
    try (NoGrad _ = NoGrad.on()) {
      Map<String, Tensor> from = other.all();
      all().forEach((name, tensor) -> tensor.copy_(requireNonNull(from.get(name), name)));
    }
  }

  @Override
  public void close() {
    owner.close();
  }

  /// The layers as they are trained.
  private final class Trained implements Layers {
    private final boolean batchStatistics;

    Trained(boolean batchStatistics) {
      this.batchStatistics = batchStatistics;
    }

    @Override
    public Tensor convolve(String name, Tensor image) {
      Tensor convolved = Images.convolve(image, weight(name + ".weight").to(dtype), null);
      return Images.batchNorm(convolved, norm(name), batchStatistics);
    }

    @Override
    public Tensor linear(String name, Tensor x) {
      return x.linear(weight(name + ".weight"), weight(name + ".bias"));
    }

    @Override
    public Tensor relu(Tensor x) {
      return Images.relu(x);
    }
  }
}
