package dev.tesuji.alphago.learn;

import dev.tesuji.alphago.net.FoldedNet;
import dev.tesuji.alphago.net.PolicyValueNet;
import dev.tesuji.alphago.search.NetEvaluator;
import dev.tesuji.tensor.Dtype;
import java.nio.file.Path;
import java.util.List;

/// Plays by a network from a directory: its most probable action, or PUCT search. Owns the network.
public final class NetSide implements Side {
  private final FoldedNet net;
  private final Side side;

  private NetSide(FoldedNet net, int visits) {
    this.net = net;
    NetEvaluator evaluator = new NetEvaluator(net);
    side = visits == 0 ? new PolicySide(evaluator, 0, 0) : new SearchSide(evaluator, visits);
  }

  /// Loads a network.
  ///
  /// @param visits of each search; 0 for the policy alone
  public static NetSide load(Path directory, Dtype dtype, int visits) {
    try (PolicyValueNet net = PolicyValueNet.load(directory, dtype)) {
      return new NetSide(net.fold(), visits);
    }
  }

  @Override
  public int[] choose(List<Seat> seats) {
    return side.choose(seats);
  }

  @Override
  public void close() {
    net.close();
  }
}
