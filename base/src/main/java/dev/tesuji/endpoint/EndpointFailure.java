package dev.tesuji.endpoint;

/// Says in one sentence why an endpoint gives no answer, and what to do.
public final class EndpointFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// Makes the error from its whole sentence.
  public EndpointFailure(String sentence) {
    super(sentence);
  }

  /// Makes the error from its whole sentence and what caused it.
  public EndpointFailure(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
