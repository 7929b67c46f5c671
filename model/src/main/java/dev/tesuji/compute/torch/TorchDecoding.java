package dev.tesuji.compute.torch;

import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.compute.RowTokens;
import dev.tesuji.compute.TokenBatch;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Generation by libtorch: on any device, for any layer.
final class TorchDecoding implements Decoding {
  private final TorchDecoder decoder;
  private final CausalLm model;
  private final KvCache cache;
  private final Set<Integer> windows;
  private final @Nullable RowTexts texts; // null where angles do not depend on lengths

  TorchDecoding(TorchDecoder decoder, DecodingCapacity capacity) {
    this.decoder = decoder;
    model = decoder.model();
    int tokens =
        Math.min(model.config().maxPositions(), capacity.longestPrompt() + capacity.newTokens());
    cache = new KvCache(model.config(), capacity.rows(), tokens, Dtype.FLOAT32, model.device());
    windows = decoder.windows();
    boolean turnsBack = model.rotary().reach() < tokens;
    texts = turnsBack ? new RowTexts(capacity.rows(), tokens) : null;
  }

  @Override
  public int rows() {
    return cache.rows();
  }

  @Override
  public int together() {
    return rows();
  }

  @Override
  public Tensor prefill(List<int[]> prompts, int[] promptOf, int firstRow) {
    for (int r = 0; r < promptOf.length && texts != null; r++) {
      texts.start(firstRow + r, prompts.get(promptOf[r]));
    }
    TokenBatch batch = TokenBatch.of(prompts, model.device());
    Pass pass = new Pass.Prefill(batch, decoder.angles(batch), cache, firstRow, promptOf);
    Tensor hidden = decoder.through(decoder.embed(batch.ids()), pass);
    Tensor ends = hidden.indexSelect(0, Tensor.of(batch.ends()).to(model.device()));
    Tensor which = Tensor.of(promptOf).to(model.device());
    return decoder.logits(ends).indexSelect(0, which);
  }

  @Override
  public Tensor decode(RowTokens tokens) {
    if (!tokens.areSingle()) {
      throw new IllegalArgumentException(
          "tokens must be one of each row, got "
              + tokens.count()
              + " of "
              + tokens.rowCount()
              + " rows");
    }
    int[] ids = tokens.ids();
    int[] positions = tokens.positions();
    for (int r = 0; r < ids.length && texts != null; r++) {
      if (positions[r] == model.rotary().reach()) {
        readAgain(r, texts.read(r, positions[r]));
      }
      texts.add(r, positions[r], ids[r]);
    }
    LayerAngles angles = decoder.angles(positions);
    Pass pass = Pass.Decode.at(positions, cache, angles, windows, model.device());
    Tensor embedded = decoder.embed(Tensor.of(ids).to(model.device()));
    return decoder.logits(decoder.through(embedded, pass));
  }

  /// Reads a row's text again with the angles of longer ones, which it is about to become.
  private void readAgain(int row, int[] text) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      TokenBatch batch = TokenBatch.of(List.of(text), model.device());
      int[] lengths = batch.lengths();
      Arrays.fill(lengths, text.length + 1);
      LayerAngles angles = LayerAngles.of(model, batch.positions(), lengths);
      Pass pass = new Pass.Prefill(batch, angles, cache, row, new int[1]);
      decoder.through(decoder.embed(batch.ids()), pass);
    }
  }

  @Override
  public void replace(int row, int last, int length) {
    if (row < last) {
      cache.move(last, row, length);
      if (texts != null) {
        texts.move(last, row);
      }
    }
  }

  @Override
  public void close() {
    cache.close();
  }

  /// The tokens of all rows.
  private static final class RowTexts {
    private final int[][] tokens;

    RowTexts(int rows, int capacity) {
      tokens = new int[rows][capacity];
    }

    void start(int row, int[] prompt) {
      System.arraycopy(prompt, 0, tokens[row], 0, prompt.length);
    }

    void add(int row, int position, int id) {
      tokens[row][position] = id;
    }

    int[] read(int row, int length) {
      return Arrays.copyOf(tokens[row], length);
    }

    void move(int from, int to) {
      System.arraycopy(tokens[from], 0, tokens[to], 0, tokens[to].length);
    }
  }
}
