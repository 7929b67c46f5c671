package dev.tesuji.serve;

/// The server that the tables of clients' cases ask: ours, or llama.cpp's as a control, where the
/// system property `tesuji.llama.server` names its program.
sealed interface ClientsServer extends AutoCloseable permits ClientsServer.Ours, LlamaServer {
  /// Starts one that asks for the key `secret`.
  static ClientsServer open() {
    String program = System.getProperty("tesuji.llama.server");
    return program == null ? new Ours(new TestServer("secret")) : new LlamaServer(program);
  }

  /// Returns what clients take as their base URL.
  String url();

  @Override
  void close();

  /// This server, which no client may leave at work.
  record Ours(TestServer server) implements ClientsServer {
    @Override
    public String url() {
      return server.uri("/v1").toString();
    }

    @Override
    public void close() {
      try (server) {
        server.awaitIdle();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
