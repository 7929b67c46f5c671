package dev.tesuji.generate;

/// Measures s and t as it goes, so that a pass of each kind is made now and then. Where other work
/// runs on the machine, single passes take many times as long: what is beyond reason counts no more
/// than what is at its edge.
final class MeasuredTokenPrice implements TokenPrice {
  private static final double FIRST = 0.25; // c while it is unknown
  private static final double NEW = 0.3; // the weight of the newest measurement
  private static final double OUTLIER = 2; // times what is known
  private static final int PLAIN = 32; // passes, of which one has no token more at least
  private static final int WIDE = 64; // passes, of which one may have some at least

  private double plain; // s; 0 while it is unknown
  private double token = Double.NaN; // t; NaN while it is unknown
  private int sincePlain;
  private int sinceWide;

  @Override
  public double of(int rows) {
    if (plain == 0 || sincePlain >= PLAIN - 1) {
      return Double.POSITIVE_INFINITY;
    }
    return Double.isNaN(token) || sinceWide >= WIDE - 1 ? FIRST : token * rows / plain;
  }

  @Override
  public void took(double seconds, int rows, int tokens) {
    if (tokens == rows) {
      plain = plain == 0 ? seconds : blend(plain, Math.min(seconds, OUTLIER * plain));
      sincePlain = 0;
      sinceWide++;
    } else {
      double more = Math.clamp((seconds - plain) / (tokens - rows), 0, plain / rows);
      token = Double.isNaN(token) ? more : blend(token, more);
      sincePlain++;
      sinceWide = 0;
    }
  }

  private static double blend(double known, double now) {
    return known + NEW * (now - known);
  }
}
