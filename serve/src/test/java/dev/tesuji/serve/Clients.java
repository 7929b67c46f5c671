package dev.tesuji.serve;

import java.util.ArrayList;
import java.util.List;

/// Clients of a server, each on a thread of its own, that go on until they are told to stop.
abstract class Clients {
  private final List<Thread> threads = new ArrayList<>();

  /// Whether the server may be away.
  volatile boolean down;

  /// Whether they are to stop.
  volatile boolean over;

  /// Lets one more begin.
  void begin(Runnable client) {
    threads.add(Thread.startVirtualThread(client));
  }

  /// Says whether the server may be away for now.
  void expectDown(boolean down) {
    this.down = down;
  }

  /// Stops, and waits for all to hang up.
  void stop() throws InterruptedException {
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
    threads.clear();
  }
}
