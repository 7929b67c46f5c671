package dev.tesuji.labels;

import dev.tesuji.json.Json;
import dev.tesuji.statistics.Interval;
import dev.tesuji.statistics.Wilson;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A count of comparisons and of those that came out one way.
final class Tally {
  private long yes;
  private long all;

  /// Counts the comparisons that two annotators decided alike, of those that both decided.
  static Tally compare(Judgement one, Judgement other) {
    return compare(one.tiers(), other.tiers());
  }

  static Tally compare(List<Integer> one, List<Integer> other) {
    Tally tally = new Tally();
    for (int a = 0; a < one.size(); a++) {
      for (int b = 0; b < a; b++) {
        int first = Integer.compare(one.get(a), one.get(b));
        int second = Integer.compare(other.get(a), other.get(b));
        if (first != 0 && second != 0) {
          tally.count(first == second);
        }
      }
    }
    return tally;
  }

  void count(boolean isYes) {
    yes += isYes ? 1 : 0;
    all++;
  }

  void add(Tally other) {
    yes += other.yes;
    all += other.all;
  }

  /// Returns the share with Wilson's 95 % interval, and how many comparisons it is of.
  ObjectNode toJson() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    if (all == 0) {
      json.putNull("share").putNull("low").putNull("high");
    } else {
      Interval interval = Wilson.interval(yes, all);
      json.put("share", interval.mean()).put("low", interval.low()).put("high", interval.high());
    }
    return json.put("comparisons", all);
  }
}
