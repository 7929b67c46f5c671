package dev.tesuji.serve.http;

import org.jspecify.annotations.Nullable;

/// Answers requests.
public interface HttpHandler {
  /// Refuses a request before its body is read. Called on a thread of the network: must not wait.
  ///
  /// @return the answer that refuses it; null to read on
  @Nullable HttpAnswer screen(HttpHead head);

  /// Answers a request that could not be taken: too large, too slow, not HTTP.
  HttpAnswer refusal(int status, String sentence);

  /// Answers a request, on a virtual thread of its own.
  void handle(Exchange exchange);
}
