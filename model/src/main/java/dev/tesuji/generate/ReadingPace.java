package dev.tesuji.generate;

import java.util.Arrays;

/// Decides how many tokens of prompts are read along with a step, so that the samples that run
/// hardly notice.
///
/// A step with nothing to read takes s seconds, and each token of a prompt adds r; both are
/// measured as it goes, s for each size of batch. While samples run, s · [#SHARE] / r tokens are
/// read, so that a step takes clearly less than twice as long. Where more wait for their prompts
/// than run (many came at once), and all of that can be read soon, it is read as fast as it goes:
/// the few who run would gain less by going on than the many lose. Also where nobody runs, a step
/// takes no more than [#LONGEST] longer than one that generates: a row is not free before the step
/// is over.
///
/// s is a low quartile of what was measured last, of some steps at least, and measured anew where a
/// step that reads takes less. A step that the system held up, or whose code was compiled
/// meanwhile, would otherwise count as one that always takes so long, and seconds of reading would
/// go along with the next ones.
final class ReadingPace {
  static final int FEWEST = 4;
  static final double SHARE = 0.6;
  private static final int FIRST = 64; // while nothing is known
  private static final int MOST = GenerationEngine.PREFILL_TOKENS;
  private static final int ALONE = 16; // the fewest where nobody runs
  private static final double LONGEST = 0.05; // seconds until a client that went away is let go
  private static final double SOON = 0.5; // seconds of all that is read while few run
  private static final double NEW = 0.3; // the weight of the newest measurement
  private static final int PLAIN = 16; // steps, of which one at least reads nothing, to measure it

  private final RecentSteps[] steps = new RecentSteps[Integer.SIZE]; // s, by sizes of batches
  private double token; // r; 0 while it is unknown
  private int last = FIRST;
  private int reading; // steps since the last without prompts

  ReadingPace() {
    Arrays.setAll(steps, _ -> new RecentSteps());
  }

  /// The durations of the last steps without prompts.
  private static final class RecentSteps {
    private static final int COUNT = 8;
    private static final int FEWEST = 3;
    private final double[] seconds = new double[COUNT];
    private int known;

    void add(double taken) {
      seconds[known % COUNT] = taken;
      known++;
    }

    /// Forgets all, since steps take less now.
    void forget() {
      known = 0;
    }

    /// Returns a low quartile; 0 where too little is known.
    double typical() {
      if (known < FEWEST) {
        return 0;
      }
      double[] sorted = Arrays.copyOf(seconds, Math.min(known, COUNT));
      Arrays.sort(sorted);
      return sorted[sorted.length / 4];
    }
  }

  /// Returns the measurements of batches of about a size: sizes from a power of two to the next.
  private RecentSteps steps(int running) {
    return steps[Integer.SIZE - Integer.numberOfLeadingZeros(running)];
  }

  /// Returns how many tokens of prompts to read now; 0 for none.
  ///
  /// @param running samples that run
  /// @param waiting samples whose prompts are being read
  /// @param left tokens of those prompts that are not read
  int tokens(int running, int waiting, long left) {
    if (running == 0 || (waiting > running && left * token <= SOON)) {
      double most = LONGEST + (running == 0 ? steps(1).typical() : 0);
      return token == 0 ? MOST / PLAIN : (int) Math.round(Math.clamp(most / token, ALONE, MOST));
    }
    double step = steps(running).typical();
    if (reading >= PLAIN || step == 0) {
      return 0; // to learn what it takes
    }
    double wanted = token == 0 ? FIRST : SHARE * step / token;
    last = (int) Math.round(Math.clamp(Math.min(wanted, 2.0 * last), FEWEST, MOST));
    return last;
  }

  /// Notes what a step took.
  ///
  /// @param running samples that it drew a token for
  /// @param read tokens of prompts that it read
  void took(double seconds, int running, int read) {
    if (read == 0) {
      steps(running).add(seconds);
      reading = 0;
      return;
    }
    double plain = running == 0 ? 0 : steps(running).typical();
    reading += running == 0 ? 0 : 1;
    if (seconds < plain) {
      steps(running).forget();
      return;
    }
    double own = Math.max(seconds - plain, 0.1 * seconds) / read;
    token = token == 0 ? own : token + NEW * (own - token);
  }
}
