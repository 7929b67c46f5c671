package dev.tesuji.model;

import static dev.tesuji.kernel.Kernels.address;

import dev.tesuji.kernel.CachedAttention;
import dev.tesuji.kernel.CachedAttention.Stretch;
import dev.tesuji.kernel.CausalAttention;
import dev.tesuji.kernel.Heads;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.kernel.MatrixProduct;
import dev.tesuji.kernel.Profile;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// Generation by kernels, with packed weights.
///
/// The keys and values of a prompt are kept once for all rows that continue it, and freed when the
/// last of those is over; each row has a place of its own for what follows, which moves with it.
final class HostDecoding implements Decoding {
  private final CausalLm model;
  private final Scope owner = Scope.owner();
  private final HostWeights weights;
  private final Heads heads;
  private final CachedAttention attention;
  private final int layers;
  private final int capacity; // tokens of a tail
  private final long tails; // where [rows, layers, a stretch] begin
  private final Row[] rows;

  /// A prompt's keys and values: `layers` stretches.
  private static final class Prefix {
    final Tensor memory;
    final long address; // asking libtorch for it, row by row, took a third of the time
    final int capacity;
    final int length;
    int users;

    Prefix(Tensor memory, int capacity, int length) {
      this.memory = memory;
      address = Kernels.address(memory);
      this.capacity = capacity;
      this.length = length;
    }
  }

  /// A row: the prompt that it continues and its place among the tails.
  private record Row(Prefix prefix, int place) {}

  HostDecoding(CausalLm model, Room room) {
    this.model = model;
    weights = HostWeights.packed(model);
    layers = weights.layers().size();
    heads = weights.layers().getFirst().heads();
    attention = new CachedAttention(heads, (float) (1 / Math.sqrt(heads.dim())));
    capacity = whole(room.newTokens());
    rows = new Row[room.rows()];
    long each = Stretch.elements(heads, capacity);
    try (Scope _ = Scope.open()) {
      tails = address(owner.adopt(Tensor.empty(Dtype.FLOAT32, room.rows(), layers, each)));
    }
  }

  /// Returns the bytes that a model's packed weights and caches take.
  ///
  /// @param prompts how many prompts are in use at once
  static long bytes(CausalLm model, Room room, int prompts) {
    ModelConfig.CacheConfig c = model.config().attention().cache();
    Heads heads = new Heads(c.heads(), c.heads(), c.keyDim(), 0, null, null);
    long tails = room.rows() * Stretch.elements(heads, whole(room.newTokens()));
    long prefixes = prompts * Stretch.elements(heads, whole(room.longestPrompt()));
    ModelConfig config = model.config();
    long looked =
        config.tiedEmbeddings() ? 0 : (long) config.vocabularySize() * config.hiddenSize();
    long packed = (model.parameterCount() - looked) * model.product().bytes();
    return 4L * config.layers() * (tails + prefixes) + packed;
  }

  private static int whole(int tokens) {
    return (tokens + Kernels.LANES - 1) / Kernels.LANES * Kernels.LANES;
  }

  @Override
  public int rows() {
    return rows.length;
  }

  @Override
  public Tensor prefill(List<int[]> prompts, int[] promptOf, int firstRow) {
    List<Prefix> prefixes = new ArrayList<>();
    Tensor ends;
    try (Scope scope = Scope.open();
        Profile.Span _ = Profile.span("prefill");
        NoGrad _ = NoGrad.on()) {
      TokenBatch batch = TokenBatch.of(prompts, model.device());
      for (int[] prompt : prompts) {
        int room = whole(prompt.length);
        long elements = layers * Stretch.elements(heads, room);
        Tensor memory = owner.adopt(Tensor.empty(Dtype.FLOAT32, elements));
        prefixes.add(new Prefix(memory, room, prompt.length));
      }
      Tensor x =
          run(
              batch.flat(),
              batch.positions(),
              (layer, _, from, out) -> {
                new CausalAttention(heads, attention.scale(), batch.spans())
                    .forward(address(from), address(out), weights.product());
                for (int p = 0; p < prefixes.size(); p++) {
                  prefix(prefixes.get(p), layer)
                      .write(
                          heads,
                          address(from),
                          batch.tokens(),
                          batch.row(p, 0),
                          prefixes.get(p).length,
                          0);
                }
              });
      ends = scope.keep(x.indexSelect(0, Tensor.of(batch.ends())));
    }
    for (int r = 0; r < promptOf.length; r++) {
      Prefix prefix = prefixes.get(promptOf[r]);
      prefix.users++;
      rows[firstRow + r] = new Row(prefix, freePlace(firstRow + r));
    }
    return logits(ends).indexSelect(0, Tensor.of(promptOf));
  }

  /// Returns the place that no row before `row` has: places are as many as rows.
  private int freePlace(int row) {
    boolean[] taken = new boolean[rows.length];
    for (int r = 0; r < row; r++) {
      taken[rows[r].place] = true;
    }
    int place = 0;
    while (taken[place]) {
      place++;
    }
    return place;
  }

  @Override
  public Tensor decode(int[] ids, int[] positions) {
    int n = ids.length;
    try (Scope scope = Scope.open();
        Profile.Span _ = Profile.span("decode");
        NoGrad _ = NoGrad.on()) {
      Tensor x =
          run(
              ids,
              positions,
              (layer, _, from, out) -> {
                CachedAttention.Row[] seen = new CachedAttention.Row[n];
                for (int r = 0; r < n; r++) {
                  Prefix prefix = rows[r].prefix;
                  int own = positions[r] - prefix.length;
                  Stretch tail = tail(rows[r].place, layer, own + 1);
                  seen[r] = new CachedAttention.Row(prefix(prefix, layer), tail);
                }
                attention.run(seen, address(from), address(out), weights.product());
              });
      return scope.keep(logits(x));
    }
  }

  private Stretch prefix(Prefix p, int layer) {
    long at = p.address + 4L * layer * Stretch.elements(heads, p.capacity);
    return Stretch.at(at, heads, p.capacity, p.length);
  }

  private Stretch tail(int place, int layer, int length) {
    long each = Stretch.elements(heads, capacity);
    long at = tails + 4L * ((long) place * layers + layer) * each;
    return Stretch.at(at, heads, capacity, length);
  }

  /// Takes tokens through all layers and the last norm.
  private Tensor run(int[] ids, int[] positions, HostLayers.Look look) {
    Tensor x = model.embedOnHost(ids);
    HostLayers through = new HostLayers(weights, model.rotary().table(positions), look);
    for (int i = 0; i < layers; i++) {
      try (Scope _ = Scope.open()) {
        through.forward(i, x);
      }
    }
    weights.norm().forward(address(x), ids.length, address(x), Dtype.FLOAT32);
    return x;
  }

  private Tensor logits(Tensor hidden) {
    int n = Math.toIntExact(hidden.size(0));
    Tensor typed = Kernels.typed(hidden, weights.product());
    Tensor logits = Tensor.empty(Dtype.FLOAT32, n, weights.head().width());
    MatrixProduct.run(address(typed), n, weights.head(), address(logits), false);
    return logits;
  }

  @Override
  public void replace(int row, int last, int length) {
    Prefix over = rows[row].prefix;
    over.users--;
    if (over.users == 0) {
      over.memory.close();
    }
    rows[row] = rows[last];
  }

  @Override
  public void close() {
    weights.close();
    owner.close();
  }
}
