package dev.tesuji.compute.torch;

import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.compute.TokenBatch;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import java.util.List;

/// Generation by libtorch: on any device, for any layer.
final class TorchDecoding implements Decoding {
  private final TorchDecoder decoder;
  private final CausalLm model;
  private final KvCache cache;

  TorchDecoding(TorchDecoder decoder, DecodingCapacity capacity) {
    this.decoder = decoder;
    model = decoder.model();
    int tokens =
        Math.min(model.config().maxPositions(), capacity.longestPrompt() + capacity.newTokens());
    cache = new KvCache(model.config(), capacity.rows(), tokens, Dtype.FLOAT32, model.device());
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
    TokenBatch batch = TokenBatch.of(prompts, model.device());
    Tensor which = Tensor.of(promptOf).to(model.device());
    Pass pass = new Pass.Prefill(batch, decoder.angles(batch.positions()), cache, firstRow, which);
    Tensor hidden = decoder.through(decoder.embed(batch.ids()), pass);
    Tensor ends = hidden.indexSelect(0, Tensor.of(batch.ends()).to(model.device()));
    return decoder.logits(ends).indexSelect(0, which);
  }

  @Override
  public Tensor decode(int[] ids, int[] positions) {
    Pass pass = Pass.Decode.at(positions, cache, decoder.angles(positions), model.device());
    Tensor embedded = decoder.embed(Tensor.of(ids).to(model.device()));
    return decoder.logits(decoder.through(embedded, pass));
  }

  @Override
  public void replace(int row, int last, int length) {
    if (row < last) {
      cache.move(last, row, length);
    }
  }

  @Override
  public void close() {
    cache.close();
  }
}
