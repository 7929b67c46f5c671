package dev.tesuji.serve;

import dev.tesuji.serve.api.RequestBody;
import dev.tesuji.serve.http.Exchange;

/// Answers requests of one path.
@FunctionalInterface
interface Endpoint {
  /// Answers.
  ///
  /// @throws dev.tesuji.serve.api.ApiError to be answered in its place
  void answer(Exchange exchange, RequestBody body, Served served) throws InterruptedException;
}
