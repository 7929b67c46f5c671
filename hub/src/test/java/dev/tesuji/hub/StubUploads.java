package dev.tesuji.hub;

import dev.tesuji.hub.StubHub.Connection;
import dev.tesuji.hub.StubHub.Request;
import java.io.IOException;

/// The part of the stub that takes uploads.
final class StubUploads {
  private StubUploads() {}

  /// Answers a request to the hub about an upload.
  static boolean answers(StubHub hub, Request r, Connection c) throws IOException {
    return false;
  }

  /// Answers a request to the store about an upload.
  static boolean stores(StubHub hub, Request r, Connection c) throws IOException {
    return false;
  }
}
