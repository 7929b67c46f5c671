package dev.tesuji.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// e^x of a vector of floats, to about one unit in the last place.
///
/// The vector library's own depends on whether the code around it has been compiled yet; a run that
/// resumes bit for bit needs one that does not. x = n ln 2 + r with |r| <= ln 2 / 2; e^r is
/// Taylor's series, whose next term is below half a unit, and 2^n is added to the exponent.
final class Exp {
  private static final float LOG2_E = (float) (1 / Math.log(2));
  private static final float LN2_HIGH = 355f / 512; // so few digits that n times it is exact
  private static final FloatVector MINUS_LN2_HIGH = all(-LN2_HIGH);
  private static final FloatVector MINUS_LN2_LOW = all((float) (LN2_HIGH - Math.log(2)));
  private static final float ROUND = 12_582_912f; // 1.5 · 2^23: adding it leaves no fraction
  static final float LOWEST = -87.3f; // below, e^x is less than the smallest normal float
  private static final float HIGHEST = 88.3f;

  // Vectors made once: C2 stops inlining in a method of too many nodes, and every broadcast has
  // some.
  private static final FloatVector R7 = all(1 / 5040f);
  private static final FloatVector R6 = all(1 / 720f);
  private static final FloatVector R5 = all(1 / 120f);
  private static final FloatVector R4 = all(1 / 24f);
  private static final FloatVector R3 = all(1 / 6f);
  private static final FloatVector R2 = all(0.5f);
  private static final FloatVector ONE = all(1);

  private Exp() {}

  /// Raises e to each; 0 below [#LOWEST], and the greatest finite powers above [#HIGHEST].
  static FloatVector of(FloatVector x) {
    FloatVector v = x.min(HIGHEST).max(LOWEST);
    FloatVector shifted = v.mul(LOG2_E).add(ROUND);
    FloatVector n = shifted.sub(ROUND);
    FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, v));
    FloatVector p = R7.fma(r, R6).fma(r, R5).fma(r, R4).fma(r, R3).fma(r, R2).fma(r, ONE);
    p = p.fma(r, ONE);
    IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    FloatVector scaled = p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    return scaled.blend(0f, x.compare(VectorOperators.LT, LOWEST));
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(Raw.FLOATS, value);
  }
}
