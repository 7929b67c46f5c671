package dev.tesuji.tokenized;

import dev.tesuji.dataset.EpochOrder;
import dev.tesuji.random.Rng;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Texts of several sources in fixed shares, without end.
///
/// The next text comes from the source that lags most behind its share, the first of those that lag
/// alike; so shares hold in every stretch of texts, but for rounding. Each source is shuffled anew
/// in each of its epochs.
final class Mixture implements TextSource {
  private final List<TokenizedDataset.Part> parts;
  private final double[] shares;
  private final List<EpochOrder> orders = new ArrayList<>();
  private final long[] given; // texts of each source before `next`
  private long next;

  /// Mixes sources.
  ///
  /// @param parts the sources, each with a share above 0
  /// @param seed decides their order
  Mixture(List<TokenizedDataset.Part> parts, long seed) {
    this.parts = List.copyOf(parts);
    double sum = parts.stream().mapToDouble(TokenizedDataset.Part::share).sum();
    shares = parts.stream().mapToDouble(p -> p.share() / sum).toArray();
    given = new long[shares.length];
    for (int i = 0; i < shares.length; i++) {
      orders.add(new EpochOrder(parts.get(i).texts().size(), Rng.derive(seed, i)));
    }
  }

  @Override
  public long size() {
    return Long.MAX_VALUE;
  }

  @Override
  public TokenSequence text(long index) {
    goTo(index);
    int source = lagging();
    return parts.get(source).texts().text(orders.get(source).at(given[source]));
  }

  @Override
  public Map<String, Double> epochs(long consumed) {
    goTo(consumed);
    Map<String, Double> epochs = new LinkedHashMap<>();
    for (int i = 0; i < given.length; i++) {
      epochs.put("epoch/" + parts.get(i).name(), (double) given[i] / parts.get(i).texts().size());
    }
    return epochs;
  }

  /// Counts what each source has given before a text.
  private void goTo(long index) {
    if (index < next) {
      Arrays.fill(given, 0);
      next = 0;
    }
    for (; next < index; next++) {
      given[lagging()]++;
    }
  }

  private int lagging() {
    int most = 0;
    for (int i = 1; i < shares.length; i++) {
      if (lag(i) > lag(most)) {
        most = i;
      }
    }
    return most;
  }

  private double lag(int source) {
    return shares[source] * (next + 1) - given[source];
  }
}
