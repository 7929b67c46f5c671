package dev.tesuji.nn;

/// How far a number may be from the expected one: |got - want| <= atol + rtol |want|.
///
/// @param rtol the part that grows with the expected number
/// @param atol the part that does not
public record Tolerance(double rtol, double atol) {
  /// Fails, naming the first place, when two arrays differ by more.
  public void check(String what, float[] got, float[] want) {
    if (got.length != want.length) {
      throw new AssertionError(what + ": " + got.length + " numbers, want " + want.length);
    }
    for (int i = 0; i < got.length; i++) {
      check(what + "[" + i + "]", got[i], want[i]);
    }
  }

  /// Fails when two numbers differ by more.
  public void check(String what, double got, double want) {
    if (!(Math.abs(got - want) <= atol + rtol * Math.abs(want))
        && !(Double.isNaN(got) && Double.isNaN(want))) {
      throw new AssertionError(what + " must be " + want + " within " + this + ", got " + got);
    }
  }
}
