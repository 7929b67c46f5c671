package dev.tesuji.serve.http;

/// The client went away, or reads too slowly to be waited for.
public final class Gone extends RuntimeException {
  private static final long serialVersionUID = 1;

  Gone() {
    super("the client went away", null, false, false);
  }
}
