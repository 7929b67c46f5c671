package dev.tesuji.bench;

import java.io.PrintStream;
import java.util.List;

/// The figures that other systems publish about their scaling: other machines, other work, not
/// measured here.
final class Peers {
  private static final List<Peer> ALL =
      List.of(
          new Peer(
              "verl, colocated and synchronous, a 7B on H20: 64 to 128 GPUs at 51 % efficiency",
              "verl.readthedocs.io/en/latest/advance/fully_async.html (its column 'step')"),
          new Peer(
              "verl, fully asynchronous, the same: 32 to 64 GPUs at 78 %, 64 to 128 at 63 %;"
                  + " 1.7 to 2.7 times the synchronous speed",
              "the same"),
          new Peer("AReaL: up to 2.77 times a synchronous system", "arxiv.org/abs/2505.24298"),
          new Peer(
              "ROLL Flash: up to 2.24 times (one turn), 2.72 times (agents)",
              "arxiv.org/abs/2510.11345"),
          new Peer(
              "NeMo RL, Llama-3.1-8B on 16 H100: 1,562 tokens/s a GPU in step, 2,161 one step off",
              "docs.nvidia.com/nemo/rl/latest/about/performance-summary.html"));

  private Peers() {}

  /// The claim of one of them.
  private record Peer(String says, String where) {}

  static void print(PrintStream out) {
    out.println();
    out.println("Others, as they publish it (training too, which is not simulated here):");
    ALL.forEach(p -> out.println("  " + p.says() + "\n      " + p.where()));
  }
}
