package dev.tesuji.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// Writes a number of bytes for people, as jinja2's `filesizeformat` does.
final class FileSize {
  private static final String UNITS = "kMGTPEZY";

  private FileSize() {}

  /// Returns for instance `1.5 kB`, or `1.5 KiB` where a unit is 1024 of the one before.
  static String format(double bytes, boolean binary) {
    if (!Double.isFinite(bytes)) {
      throw new Trouble("filesizeformat needs a finite number");
    }
    if (bytes == 1) {
      return "1 Byte";
    }
    int base = binary ? 1024 : 1000;
    if (bytes < base) {
      return new BigDecimal(bytes).setScale(0, RoundingMode.DOWN) + " Bytes";
    }
    int unit = 0;
    double size = bytes / base;
    while (unit < UNITS.length() - 1 && bytes >= Math.pow(base, unit + 2)) {
      unit++;
      size = base * bytes / Math.pow(base, unit + 2);
    }
    String letter = UNITS.substring(unit, unit + 1);
    return new BigDecimal(size).setScale(1, RoundingMode.HALF_EVEN).toPlainString()
        + " "
        + (binary ? (letter.equals("k") ? "K" : letter) + "iB" : letter + "B");
  }
}
