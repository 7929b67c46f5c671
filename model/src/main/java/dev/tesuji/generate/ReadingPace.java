package dev.tesuji.generate;

/// Decides how many tokens of prompts are read along with a step, so that the samples that run
/// hardly notice.
///
/// A step with nothing to read takes s seconds, and each token of a prompt adds r; both are
/// measured as it goes. While more samples run than wait for their prompts, s · [#SHARE] / r tokens
/// are read, so that no step takes twice as long. Where those who wait are more, they would lose
/// more by that than the others gain, and as many are read as fit into [#LONGEST] seconds.
final class ReadingPace {
  static final int FEWEST = 16;
  private static final int FIRST = 64; // while nothing is known
  private static final int MOST = GenerationEngine.PREFILL_TOKENS;
  private static final double SHARE = 0.75;
  private static final double LONGEST = 0.1;
  private static final double NEW = 0.3; // the weight of the newest measurement
  private static final int PLAIN = 16; // steps, of which one at least reads nothing, to measure it

  private double step; // s; 0 while it is unknown
  private double token; // r
  private int last = FIRST;
  private int reading; // steps since the last without prompts

  /// Returns how many tokens of prompts to read now; 0 for none.
  ///
  /// @param running samples that run
  /// @param waiting samples whose prompts are being read
  int tokens(int running, int waiting) {
    if (waiting > running) {
      return token == 0 ? MOST / PLAIN : (int) Math.round(Math.clamp(LONGEST / token, FIRST, MOST));
    }
    if (reading >= PLAIN) {
      return 0;
    }
    if (step == 0 || token == 0) {
      return FIRST;
    }
    last = (int) Math.round(Math.clamp(SHARE * step / token, FEWEST, Math.min(2.0 * last, MOST)));
    return last;
  }

  /// Notes what a step took.
  ///
  /// @param running samples that it drew a token for
  /// @param read tokens of prompts that it read
  void took(double seconds, int running, int read) {
    if (read == 0) {
      step = blend(step, seconds);
      reading = 0;
    } else {
      double own = running == 0 ? seconds : Math.max(seconds - step, 0.1 * seconds);
      token = blend(token, own / read);
      reading += running == 0 ? 0 : 1;
    }
  }

  private static double blend(double known, double now) {
    return known == 0 ? now : known + NEW * (now - known);
  }
}
