package dev.tesuji.constrain.automaton;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/// A set of Unicode scalar values as sorted ranges; half surrogates are in none.
///
/// @param ranges pairs of the first and last member, sorted, apart from each other
public record CodePoints(List<Range> ranges) {
  /// A range of code points.
  ///
  /// @param low the first
  /// @param high the last
  public record Range(int low, int high) {}

  /// All of them.
  public static final CodePoints ALL = of(0, Character.MAX_CODE_POINT);

  private static final int SURROGATES = 0xd800;
  private static final int AFTER_SURROGATES = 0xe000;

  /// Sorts and joins ranges.
  public CodePoints {
    List<Range> sorted = new ArrayList<>();
    for (Range r : ranges) {
      addWithoutSurrogates(sorted, r);
    }
    sorted.sort(Comparator.comparingInt(Range::low));
    List<Range> joined = new ArrayList<>();
    for (Range r : sorted) {
      if (!joined.isEmpty() && joined.getLast().high >= r.low - 1) {
        Range last = joined.removeLast();
        joined.add(new Range(last.low, Math.max(last.high, r.high)));
      } else {
        joined.add(r);
      }
    }
    ranges = List.copyOf(joined);
  }

  private static void addWithoutSurrogates(List<Range> into, Range r) {
    if (r.low < SURROGATES) {
      into.add(new Range(r.low, Math.min(r.high, SURROGATES - 1)));
    }
    if (r.high >= AFTER_SURROGATES) {
      into.add(new Range(Math.max(r.low, AFTER_SURROGATES), r.high));
    }
  }

  /// Makes the set of one range.
  public static CodePoints of(int low, int high) {
    return new CodePoints(List.of(new Range(low, high)));
  }

  /// Makes the set of the characters of a text.
  public static CodePoints of(String members) {
    return new CodePoints(members.codePoints().mapToObj(c -> new Range(c, c)).toList());
  }

  /// Makes the set of the code points that a test accepts.
  public static CodePoints where(IntPredicate test) {
    List<Range> found = new ArrayList<>();
    int start = -1;
    for (int c = 0; c <= Character.MAX_CODE_POINT + 1; c++) {
      boolean in = c <= Character.MAX_CODE_POINT && test.test(c);
      if (in && start < 0) {
        start = c;
      } else if (!in && start >= 0) {
        found.add(new Range(start, c - 1));
        start = -1;
      }
    }
    return new CodePoints(found);
  }

  /// Makes the set of the members of either.
  public CodePoints or(CodePoints other) {
    List<Range> all = new ArrayList<>(ranges);
    all.addAll(other.ranges);
    return new CodePoints(all);
  }

  /// Makes the set of those that are not in this one.
  public CodePoints not() {
    List<Range> gaps = new ArrayList<>();
    int from = 0;
    for (Range r : ranges) {
      if (r.low > from) {
        gaps.add(new Range(from, r.low - 1));
      }
      from = r.high + 1;
    }
    if (from <= Character.MAX_CODE_POINT) {
      gaps.add(new Range(from, Character.MAX_CODE_POINT));
    }
    return new CodePoints(gaps);
  }

  /// Makes the set of the members of both.
  public CodePoints and(CodePoints other) {
    return not().or(other.not()).not();
  }

  /// Returns whether nothing is in the set.
  public boolean isEmpty() {
    return ranges.isEmpty();
  }
}
