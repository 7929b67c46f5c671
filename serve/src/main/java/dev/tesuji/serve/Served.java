package dev.tesuji.serve;

import dev.tesuji.serve.api.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;

/// The outcome of a request, for the log and the metrics.
final class Served {
  /// The tokens that a model read and wrote.
  record Pass(String model, int promptTokens, int completionTokens) {}

  private final String id;
  private final List<Pass> summaries = new ArrayList<>();
  private final DoubleConsumer gaps;
  private final Map<Integer, Long> lastTokens = new HashMap<>(); // times, by choices
  private String model = "";
  private List<String> unknown = List.of();
  private int promptTokens;
  private int completionTokens;
  private long firstToken; // nanoseconds after the beginning; 0 for none yet
  private final long began = System.nanoTime();

  /// @param gaps takes the seconds between each token and the one before
  Served(String id, DoubleConsumer gaps) {
    this.id = id;
    this.gaps = gaps;
  }

  String id() {
    return id;
  }

  void model(String name) {
    model = name;
  }

  String model() {
    return model;
  }

  void unknown(List<String> names) {
    unknown = List.copyOf(names);
  }

  /// Returns the fields of the request that nobody knows.
  List<String> unknown() {
    return unknown;
  }

  void tokens(int prompt, int completion) {
    promptTokens = prompt;
    completionTokens = completion;
  }

  int promptTokens() {
    return promptTokens;
  }

  int completionTokens() {
    return completionTokens;
  }

  /// Notes that a token of a choice came.
  ///
  /// @param nanos when
  void token(int choice, long nanos) {
    if (firstToken == 0) {
      firstToken = nanos - began;
    }
    Long last = lastTokens.put(choice, nanos);
    if (last != null) {
      gaps.accept((nanos - last) / 1e9);
    }
  }

  /// Adds the tokens of a summary that a model wrote of the thinking.
  void summarized(String by, Usage usage) {
    summaries.add(new Pass(by, usage.prompt(), usage.completion()));
  }

  /// Returns what was read and written for the request, by models.
  List<Pass> passes() {
    List<Pass> all = new ArrayList<>(summaries);
    all.add(new Pass(model, promptTokens, completionTokens));
    return all;
  }

  /// Returns the seconds to the first token; 0 where there was none.
  double secondsToFirst() {
    return firstToken / 1e9;
  }

  /// Returns the seconds since the beginning.
  double seconds() {
    return (System.nanoTime() - began) / 1e9;
  }
}
