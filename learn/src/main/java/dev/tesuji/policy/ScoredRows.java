package dev.tesuji.policy;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.kernel.Rows;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.TokenSequence;
import java.util.List;

/// The tokens of a batch that predict scored tokens.
///
/// @param numbers their places in the batch; one that several sequences share may be there several
///   times
/// @param batch the batch
public record ScoredRows(int[] numbers, TokenBatch batch) {
  /// Finds them.
  public static ScoredRows of(List<TokenSequence> sequences, TokenBatch batch) {
    return new ScoredRows(TokenSequence.scoredRows(sequences, batch), batch);
  }

  /// Takes their rows of `[N, C]` as `[n, C]`.
  public Tensor gather(Tensor all) {
    if (!onHost(all)) {
      return all.indexSelect(0, index(all));
    }
    int width = Math.toIntExact(all.size(1));
    Tensor rows = Tensor.empty(Dtype.FLOAT32, numbers.length, width);
    Rows.gather(Kernels.address(all), Dtype.FLOAT32, width, numbers, Kernels.address(rows));
    return rows;
  }

  /// Adds up what goes to each token, `[n, C]`, as `[N, C]`.
  Tensor spread(Tensor rows) {
    int width = Math.toIntExact(rows.size(1));
    if (!onHost(rows)) {
      Tensor zeros = Tensor.zeros(rows.dtype(), batch.tokens(), width).to(rows.device());
      return zeros.indexAdd_(0, index(rows), rows);
    }
    Tensor all = Tensor.empty(Dtype.FLOAT32, batch.tokens(), width);
    Rows.sums(Kernels.address(rows), numbers, width, batch.tokens(), Kernels.address(all));
    return all;
  }

  private Tensor index(Tensor beside) {
    return Tensor.of(numbers, numbers.length).to(beside.device());
  }

  private static boolean onHost(Tensor t) {
    return t.device().isCpu()
        && t.dtype() == Dtype.FLOAT32
        && t.isContiguous()
        && t.size(1) % Kernels.LANES == 0
        && Kernels.available();
  }
}
