package dev.tesuji.compute.cpu;

import static dev.tesuji.kernel.Kernels.address;

import dev.tesuji.compute.AdapterWeights;
import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.compute.PromptKey;
import dev.tesuji.compute.PromptReader;
import dev.tesuji.compute.RowTokens;
import dev.tesuji.kernel.CacheLayout;
import dev.tesuji.kernel.CachedAttention;
import dev.tesuji.kernel.Caches;
import dev.tesuji.kernel.Heads;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.kernel.MatrixProduct;
import dev.tesuji.kernel.PagedAttention;
import dev.tesuji.kernel.Profile;
import dev.tesuji.kernel.Tiles;
import dev.tesuji.kernel.Tiles.Place;
import dev.tesuji.kernel.Tiles.Tile;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Generation by kernels, with packed weights.
///
/// The keys and values of a prompt are kept once for all rows that continue it, in pages, and freed
/// when the last of those is over and no other prompt is expected to begin alike; each row has
/// pages of its own for what follows.
final class CpuDecoding implements Decoding, PromptReader {
  private static final int WORTH = 32; // rows
  private static final int GRAIN = 8;

  private final CpuModel model;
  private final Scope owner = Scope.owner();
  private final CpuWeights weights;
  private final CpuAdapters adapters;
  private final CacheLayout layout;
  private final CachedAttention attention;
  private final int layers;
  private final int newTokens; // that a row has room for
  private final int together;
  private final PageTree tree;
  private final GrowingRow[] rows;

  CpuDecoding(CpuModel model, DecodingCapacity capacity, List<AdapterWeights> beside) {
    this.model = model;
    weights = CpuWeights.packed(model);
    adapters = new CpuAdapters(model, beside);
    layers = weights.layers().size();
    Heads heads = weights.layers().getFirst().heads();
    layout = new CacheLayout(heads, model.product());
    attention = new CachedAttention(layout, (float) (1 / Math.sqrt(heads.dim())));
    tree = new PageTree(capacity.kept());
    newTokens = Kernels.whole(capacity.newTokens());
    rows = new GrowingRow[capacity.rows()];
    together = together(weights.bytes(), layers * layout.bytes(newTokens), capacity.rows());
  }

  /// Returns how many rows are best read on together: as many as have their tails in the cores'
  /// shared cache beside the weights, of which half is taken to be ours. Read from there, a tail
  /// takes half the time or less. What leaves no room for many is read from memory in any case, and
  /// then the more rows share the reading of the weights, the better.
  private static int together(long weightBytes, long tailBytes, int rows) {
    long some = (Caches.shared() / 2 - weightBytes) / tailBytes / GRAIN * GRAIN;
    return some < WORTH ? rows : (int) Math.min(rows, some);
  }

  /// Returns the bytes that a model's packed weights and caches take.
  ///
  /// @param prompts how many prompts are in use at once
  static long bytes(CpuModel model, DecodingCapacity capacity, int prompts) {
    ModelConfig config = model.weights().config();
    CacheLayout layout = new CacheLayout(model.heads(), model.product());
    long tail = config.layers() * layout.bytes(Kernels.whole(capacity.newTokens()));
    long prefixes =
        (long) config.layers() * prompts * layout.bytes(Kernels.whole(capacity.longestPrompt()));
    long tails = together(model.readBytes(true), tail, capacity.rows()) * tail;
    return tails + prefixes + model.readBytes(false) + capacity.kept();
  }

  @Override
  public int rows() {
    return rows.length;
  }

  @Override
  public int together() {
    return together;
  }

  @Override
  public PromptReader reader() {
    return this;
  }

  @Override
  public Tensor prefill(List<int[]> prompts, int[] promptOf, int firstRow) {
    List<Part> parts = new ArrayList<>();
    prompts.forEach(p -> parts.add(new Part(begin(p, PromptKey.PLAIN), 0)));
    parts.replaceAll(p -> new Part(p.prompt(), p.prompt().length() - p.prompt().read()));
    Tensor logits = read(parts);
    for (int r = 0; r < promptOf.length; r++) {
      start(firstRow + r, parts.get(promptOf[r]).prompt());
    }
    parts.forEach(p -> p.prompt().close());
    return logits.indexSelect(0, Tensor.of(promptOf));
  }

  @Override
  public PagedPrompt begin(int[] tokens, PromptKey key) {
    return begin(tokens, key, tree.find(key, tokens));
  }

  @Override
  public PagedPrompt beginScored(int[] tokens, PromptKey key) {
    return begin(tokens, key, null);
  }

  private PagedPrompt begin(int[] tokens, PromptKey key, PageTree.@Nullable Found found) {
    return new PagedPrompt(tokens, key, layers, found, this::page);
  }

  private Page page(int room) {
    return new Page(owner, layout, layers, Kernels.whole(room));
  }

  @Override
  public Pass pass(List<Part> parts) {
    PagedAttention paged = new PagedAttention(layout, attention.scale());
    CpuPromptPass.Parts by = new CpuPromptPass.Parts(model, weights, adapters, paged, tree);
    return new CpuPromptPass(by, PromptTokens.of(parts));
  }

  @Override
  public void start(int row, Prompt prompt) {
    rows[row] = new GrowingRow((PagedPrompt) prompt, layers, newTokens);
  }

  @Override
  public KeptPrompts kept() {
    return tree.counts();
  }

  @Override
  public boolean readsAhead() {
    return true;
  }

  @Override
  public Tensor decode(RowTokens tokens) {
    int n = tokens.count();
    try (Scope scope = Scope.open();
        Profile.Span _ = Profile.span("decode");
        NoGrad _ = NoGrad.on()) {
      Tensor x = model.embed(tokens.ids());
      Tensor logits = Tensor.empty(Dtype.FLOAT32, n, weights.head().width());
      CpuAngles angles = CpuAngles.of(model, tokens.positions());
      // The tokens of one row see one another in every layer, so that no tile may part them.
      Tiles tiles = tokens.areSingle() ? weights.tiles(n, weights.bytes()) : new Tiles(n, n);
      CpuLayers through =
          CpuLayers.of(weights, angles, tiles).with(adapters.pass(adapters(tokens), tiles));
      Step step = new Step(through, seen(tokens), x, logits);
      tiles.run(step::tile);
      return scope.keep(logits);
    }
  }

  /// Returns the number of each token's adapter.
  private int[] adapters(RowTokens tokens) {
    int[] numbers = new int[tokens.count()];
    Arrays.setAll(numbers, i -> rows[tokens.rows()[i]].prompt.key.adapter());
    return numbers;
  }

  /// Returns what each token sees, by layers.
  private CachedAttention.Row[][] seen(RowTokens tokens) {
    for (int i = 0; i < tokens.count(); i++) {
      rows[tokens.rows()[i]].makeRoom(tokens.positions()[i], this::page);
    }
    CachedAttention.Row[][] seen = new CachedAttention.Row[layers][tokens.count()];
    for (int l = 0; l < layers; l++) {
      for (int i = 0; i < tokens.count(); i++) {
        seen[l][i] = rows[tokens.rows()[i]].seen(l, tokens.positions()[i]);
      }
    }
    return seen;
  }

  /// Further tokens of rows: rows do not see one another, so that a tile of them goes all the way
  /// from embeddings to logits.
  private final class Step {
    private final CpuLayers through;
    private final CachedAttention.Row[][] seen;
    private final Place x;
    private final Place logits;
    private final long heads;
    private final long out;
    private final Place mixed;
    private final Place normed;
    private final int n;

    Step(CpuLayers through, CachedAttention.Row[][] seen, Tensor x, Tensor logits) {
      this.through = through;
      this.seen = seen;
      this.x = Tiles.in(x);
      this.logits = Tiles.in(logits);
      n = seen[0].length;
      heads = address(Tensor.empty(Dtype.FLOAT32, layout.heads().elements(n)));
      long width = weights.layers().getFirst().output().depth();
      Tensor attended = Tensor.empty(weights.product(), n, width);
      out = address(attended);
      mixed = Tiles.in(attended);
      normed = through.scratch().normed();
    }

    void tile(Tile tile) {
      Heads.Some some = new Heads.Some(tile.from(), tile.count(), n);
      CpuLayers.ResidualBuffers buffers = new CpuLayers.ResidualBuffers(x, x, x, null);
      for (int l = 0; l < layers; l++) {
        CpuWeights.Layer w = weights.layers().get(l);
        through.project(w, tile, x, through.scratch().projected(), heads);
        attention.run(seen[l], some, heads, out, weights.product());
        through.feed(w, tile, mixed, buffers);
      }
      weights.norm().forward(x.of(tile), tile.count(), normed.of(tile), weights.product());
      MatrixProduct.run(normed.of(tile), tile.count(), weights.head(), logits.of(tile), false);
    }
  }

  @Override
  public void replace(int row, int last, int length) {
    rows[row].release();
    rows[row] = rows[last];
  }

  @Override
  public void close() {
    weights.close();
    adapters.close();
    owner.close();
  }
}
