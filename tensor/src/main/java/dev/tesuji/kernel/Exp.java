package dev.tesuji.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// e^x of sixteen floats, to about one unit in the last place.
///
/// The vector library's own depends on whether the code around it has been compiled yet; a run that
/// resumes bit for bit needs one that does not. x = n ln 2 + r with |r| <= ln 2 / 2; e^r is
/// Taylor's series, whose next term is below half a unit, and 2^n is added to the exponent.
final class Exp {
  private static final float LOG2_E = (float) (1 / Math.log(2));
  private static final float LN2_HIGH = 355f / 512; // so few digits that n times it is exact
  private static final float LN2_LOW = (float) (Math.log(2) - 0.693359375);
  private static final float ROUND = 12_582_912f; // 1.5 · 2^23: adding it leaves no fraction
  static final float LOWEST = -87.3f; // below, e^x is less than the smallest normal float
  private static final float HIGHEST = 88.3f;

  private Exp() {}

  /// Raises e to each; 0 below [#LOWEST], and the greatest finite powers above [#HIGHEST].
  static FloatVector of(FloatVector x) {
    FloatVector v = x.min(HIGHEST).max(LOWEST);
    FloatVector shifted = v.mul(LOG2_E).add(ROUND);
    FloatVector n = shifted.sub(ROUND);
    FloatVector r = n.fma(broadcast(-LN2_HIGH), v);
    r = n.fma(broadcast(-LN2_LOW), r);
    FloatVector p = broadcast(1 / 5040f);
    p = p.fma(r, broadcast(1 / 720f));
    p = p.fma(r, broadcast(1 / 120f));
    p = p.fma(r, broadcast(1 / 24f));
    p = p.fma(r, broadcast(1 / 6f));
    p = p.fma(r, broadcast(0.5f));
    p = p.fma(r, broadcast(1));
    p = p.fma(r, broadcast(1));
    IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    FloatVector scaled = p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    return scaled.blend(0f, x.compare(VectorOperators.LT, LOWEST));
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(Raw.FLOATS, value);
  }
}
