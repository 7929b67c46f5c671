package dev.tesuji.code;

import java.util.regex.Pattern;

/// Tells a lack of memory from what programs write when they meet one.
final class Memory {
  private static final Pattern LACKING =
      Pattern.compile(
          "\\bMemoryError\\b|std::bad_alloc|OutOfMemoryError|heap out of memory"
              + "|Array buffer allocation failed|Invalid (?:array|string) length");

  private Memory() {}

  static boolean isLackingBy(String errors) {
    return LACKING.matcher(errors).find();
  }
}
