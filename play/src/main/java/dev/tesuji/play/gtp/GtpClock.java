package dev.tesuji.play.gtp;

/// The clocks of both players, as `time_settings` and `time_left` set them.
final class GtpClock {
  private static final double LAG = 0.1; // seconds that a move costs besides thinking
  private static final double LEAST = 0.01;
  private static final int FEWEST_MOVES = 8;
  private static final double SHARE_OF_POINTS = 0.7; // of the board that a game fills

  private boolean unlimited = true;
  private double main;
  private double period;
  private int stones;
  private final Side black = new Side();
  private final Side white = new Side();

  /// The clock of one player.
  private static final class Side {
    private double left;
    private int stonesLeft; // 0: in main time
  }

  /// Sets both clocks.
  ///
  /// @param main seconds of main time
  /// @param period seconds of a period after it
  /// @param stones moves in each period; 0 with a period for no limits at all
  void set(double main, double period, int stones) {
    unlimited = stones == 0 && period > 0;
    this.main = main;
    this.period = period;
    this.stones = stones;
    reset();
  }

  /// Takes limits away.
  void setUnlimited() {
    set(0, 1, 0);
  }

  /// Begins a game.
  void reset() {
    for (Side side : new Side[] {black, white}) {
      side.left = main;
      side.stonesLeft = 0;
      enterPeriod(side);
    }
  }

  private void enterPeriod(Side side) {
    if (side.stonesLeft == 0 && side.left <= 0 && stones > 0) {
      side.left += period;
      side.stonesLeft = stones;
    }
  }

  /// Sets what one player has left.
  ///
  /// @param stonesLeft moves that the time is for; 0 for main time
  void setLeft(int color, double seconds, int stonesLeft) {
    Side side = side(color);
    side.left = seconds;
    side.stonesLeft = stonesLeft;
    enterPeriod(side);
  }

  private Side side(int color) {
    return color > 0 ? black : white;
  }

  /// Returns how many seconds a player may think about a move; 0 for no limit.
  ///
  /// @param points of the board
  /// @param moves played so far
  double allotment(int color, int points, int moves) {
    if (unlimited) {
      return 0;
    }
    Side side = side(color);
    double share;
    if (side.stonesLeft > 0) {
      share = side.left / side.stonesLeft;
    } else {
      double toCome = Math.max(FEWEST_MOVES, (SHARE_OF_POINTS * points - moves) / 2);
      double fromPeriod = stones > 0 ? period / stones : 0;
      share = Math.max(side.left / toCome, Math.min(side.left, fromPeriod));
    }
    return Math.max(LEAST, share - LAG);
  }

  /// Takes the time of a move from a player's clock.
  void spend(int color, double seconds) {
    if (unlimited) {
      return;
    }
    Side side = side(color);
    side.left -= seconds;
    if (side.stonesLeft > 0 && --side.stonesLeft == 0) {
      side.left = period;
      side.stonesLeft = stones;
    }
    enterPeriod(side);
  }
}
