package dev.tesuji.alphago.learn;

import dev.tesuji.alphago.net.PolicyValueNet;
import dev.tesuji.check.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Networks as they were at some steps, the first and the newest, to play against. Owns them.
final class OpponentPool implements AutoCloseable {
  private final List<PolicyValueNet> nets = new ArrayList<>();
  private final int most;

  OpponentPool(int most) {
    this.most = most;
  }

  /// Adds a copy of a network; the oldest but the first makes room.
  void add(PolicyValueNet net) {
    PolicyValueNet copy = PolicyValueNet.create(net.config(), net.dtype(), 0);
    copy.copyFrom(net);
    nets.add(copy);
    if (nets.size() > most) {
      nets.remove(most > 1 ? 1 : 0).close();
    }
  }

  int size() {
    return nets.size();
  }

  PolicyValueNet get(int i) {
    return nets.get(i);
  }

  void save(Path folder) {
    try {
      for (int i = 0; i < nets.size(); i++) {
        nets.get(i).save(Files.createDirectories(folder.resolve("opponent-" + i)));
      }
    } catch (IOException e) {
      throw new BadInput(folder + ": could not be written: " + e.getMessage(), e);
    }
  }

  void restore(Path folder, int size, PolicyValueNet like) {
    close();
    for (int i = 0; i < size; i++) {
      nets.add(PolicyValueNet.load(folder.resolve("opponent-" + i), like.dtype()));
    }
  }

  @Override
  public void close() {
    nets.forEach(PolicyValueNet::close);
    nets.clear();
  }
}
