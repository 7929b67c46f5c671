package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The treatment of rows that do not fit: all that are found are listed, or they are left out and
/// counted.
final class BadRows {
  /// The policy that refuses a data set with any bad row.
  static final String ERROR = "error";

  /// The policy that leaves out any number of them.
  static final String SKIP = "skip";

  private static final int LISTED = 20; // rows, after which no more are looked for

  private final long allowed;
  private final Map<String, Long> reasons = new LinkedHashMap<>(); // first of each, how many
  private final Map<String, String> first = new LinkedHashMap<>(); // by reason without its place
  private long count;

  /// @param policy `error`, `skip`, or the most rows that are left out
  BadRows(String policy) {
    allowed =
        switch (policy) {
          case ERROR -> 0;
          case SKIP -> Long.MAX_VALUE;
          default -> number(policy);
        };
  }

  /// Returns the number that a policy names.
  ///
  /// @throws IllegalArgumentException when it is no policy
  static long number(String policy) {
    if (policy.matches("[0-9]{1,18}")) {
      return Long.parseLong(policy);
    }
    throw new IllegalArgumentException(
        "badRows must be error, skip, or the most rows that may be left out, got " + policy);
  }

  /// Checks a policy.
  ///
  /// @throws IllegalArgumentException when it is none
  static void require(String policy) {
    if (!policy.equals(ERROR) && !policy.equals(SKIP)) {
      number(policy);
    }
  }

  /// Takes the fault of a row.
  ///
  /// @throws BadInput when that makes too many
  void add(String place, BadInput fault) {
    count++;
    String message = String.valueOf(fault.getMessage());
    String reason = message.startsWith(place) ? message.substring(place.length()) : message;
    String shown = first.computeIfAbsent(reason, _ -> message);
    if (reasons.size() < LISTED || reasons.containsKey(shown)) {
      reasons.merge(shown, 1L, Long::sum);
    }
    if (count > allowed && count >= LISTED) {
      throw summary(true);
    }
  }

  /// Refuses a data set with more bad rows than are allowed.
  ///
  /// @return what to say about those that were left out; empty for none
  Optional<String> finish(Path data) {
    if (count > allowed) {
      throw summary(false);
    }
    return count == 0
        ? Optional.empty()
        : Optional.of(
            data
                + ": "
                + count
                + (count == 1 ? " bad row was" : " bad rows were")
                + " left out, the first: "
                + reasons.keySet().iterator().next());
  }

  private BadInput summary(boolean maybeMore) {
    StringBuilder text = new StringBuilder();
    reasons.forEach((message, times) -> {
      text.append(text.isEmpty() ? "" : "\n").append(message);
      text.append(times == 1 ? "" : " (so do " + (times - 1) + " more rows)");
    });
    if (count > 1) {
      text.append("\n").append(maybeMore ? "at least " : "").append(count);
      text.append(" rows are bad; correct them, or set badRows to skip or to the most that may be");
      text.append(" left out");
    }
    return new BadInput(text.toString());
  }
}
