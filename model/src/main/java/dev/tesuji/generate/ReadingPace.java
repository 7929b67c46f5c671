package dev.tesuji.generate;

import java.util.Arrays;

/// Decides how far prompts are read after a step, so that the samples that run hardly notice.
///
/// Prompts are read in passes of some tokens, and a step takes a pass some layers on: few tokens
/// take hardly less time than some, since all weights and all that stands before them have to be
/// looked at, and so a part of the layers is what keeps a step short. A step takes s seconds to
/// generate, and n tokens that are read t · (n + [#BESIDES]) in each layer; s and t are measured as
/// it goes, s for each size of batch. While samples run, [#SHARE] · s are spent on reading, so that
/// a step takes clearly less than twice as long. Where more wait for their prompts than run, or
/// many at once, and all of that can be read soon, it is read as fast as it goes: those who run
/// would gain less by going on than the others lose. The more wait for each who runs, the later is
/// soon enough. Then a pass has [#FULL] tokens where as many go past a layer in time, and those who
/// run get a token every [#PAUSE] seconds only: few rows take nearly as long as many. Also where
/// nobody runs, a step takes no more than [#LONGEST] longer than one that generates: a row is not
/// free before the step is over.
///
/// s is a low quartile of what was measured last, of some steps at least. A step that the system
/// held up, or whose code was compiled meanwhile, would otherwise count as one that always takes so
/// long, and seconds of reading would go along with the next ones.
final class ReadingPace {
  static final int FEWEST = 16; // tokens: kernels compute so many in any case
  static final double SHARE = 0.5;
  static final int BESIDES = 32; // tokens that would take as long as what a layer takes besides
  private static final int WORTH = 64; // tokens that make good use of what they look at
  private static final int FULL = 256; // tokens beside which what a layer takes besides is little
  private static final int MOST = GenerationEngine.PREFILL_TOKENS;
  private static final int FIRST = MOST / 16; // while nothing is known
  private static final double LONGEST = 0.05; // seconds until a client that went away is let go
  private static final int MANY = 8; // who wait, for whom those who run may wait in turn
  private static final double SOON = 0.5; // seconds of reading, where as many wait as run
  private static final double PAUSE = 0.2; // seconds for which those who run may wait
  private static final double NEW = 0.3; // the weight of the newest measurement

  private final int layers;
  private final RecentSteps[] steps = new RecentSteps[Integer.SIZE]; // s, by sizes of batches
  private double token; // t; 0 while it is unknown
  private int last = WORTH;

  /// @param layers of the model
  ReadingPace(int layers) {
    this.layers = layers;
    Arrays.setAll(steps, _ -> new RecentSteps());
  }

  /// The durations of the last steps.
  private static final class RecentSteps {
    private static final int COUNT = 8;
    private static final int FEWEST = 3;
    private final double[] seconds = new double[COUNT];
    private int known;

    void add(double taken) {
      seconds[known % COUNT] = taken;
      known++;
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

  /// Those who run and those who wait.
  ///
  /// @param running samples that run
  /// @param waiting samples whose prompts are being read
  /// @param left tokens of those prompts that are in no pass yet
  record Demand(int running, int waiting, long left) {}

  /// Returns the measurements of batches of about a size: sizes from a power of two to the next.
  private RecentSteps steps(int running) {
    return steps[Integer.SIZE - Integer.numberOfLeadingZeros(running)];
  }

  /// Returns the seconds that may be spent on reading after a step; 0 while it is unknown what a
  /// step takes.
  private double room(Demand demand) {
    if (isFast(demand)) {
      return LONGEST + (demand.running == 0 ? steps(1).typical() : 0);
    }
    return SHARE * steps(demand.running).typical();
  }

  private boolean isFast(Demand demand) {
    double each = (double) demand.waiting / Math.max(1, demand.running);
    boolean soon = (demand.left + BESIDES) * token * layers <= SOON * Math.max(1, each);
    int many = Math.min(demand.running, Math.max(MANY, demand.running / 4));
    return demand.running == 0 || (demand.waiting > many && soon);
  }

  /// Returns whether those who run may wait for others' prompts.
  ///
  /// @param seconds since they had their last tokens
  boolean mayWait(Demand demand, double seconds) {
    return token > 0 && demand.running > 0 && seconds < PAUSE && isFast(demand);
  }

  /// Returns how many tokens of prompts the next pass takes; 0 for no pass yet.
  int tokens(Demand demand) {
    double room = room(demand);
    if (room == 0) {
      return 0;
    }
    if (token == 0) {
      return isFast(demand) ? FIRST : WORTH;
    }
    double oneLayer = room / token - BESIDES;
    double allLayers = room / token / layers - BESIDES;
    if (isFast(demand)) {
      return whole(Math.max(allLayers, Math.min(FULL, oneLayer)));
    }
    last = whole(Math.min(Math.max(allLayers, Math.min(WORTH, oneLayer)), 2.0 * last));
    return last;
  }

  private static int whole(double tokens) {
    return (int) Math.clamp(tokens, FEWEST, MOST) / FEWEST * FEWEST;
  }

  /// Returns how many layers a pass is taken on.
  ///
  /// @param tokens of the pass
  /// @param ahead the layers that it has before it
  int layers(Demand demand, int tokens, int ahead) {
    if (token == 0) {
      return demand.running == 0 ? ahead : 1;
    }
    return (int) Math.clamp(room(demand) / (token * (tokens + BESIDES)), 1, ahead);
  }

  /// Notes what it took to generate a token for each of some samples.
  void generated(double seconds, int running) {
    steps(running).add(seconds);
  }

  /// Notes what it took to take so many tokens past so many layers.
  void read(double seconds, int tokens, int layers) {
    double own = seconds / ((double) (tokens + BESIDES) * layers);
    token = token == 0 ? own : token + NEW * (own - token);
  }
}
