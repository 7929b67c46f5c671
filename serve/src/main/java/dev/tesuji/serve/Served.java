package dev.tesuji.serve;

import java.util.List;

/// What came of a request, for the log and the metrics.
final class Served {
  private final String id;
  private String model = "";
  private List<String> unknown = List.of();
  private int promptTokens;
  private int completionTokens;
  private long firstToken; // nanoseconds after the beginning; 0 for none yet
  private final long began = System.nanoTime();

  Served(String id) {
    this.id = id;
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

  void token() {
    if (firstToken == 0) {
      firstToken = System.nanoTime() - began;
    }
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
