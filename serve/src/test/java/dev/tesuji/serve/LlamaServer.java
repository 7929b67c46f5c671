package dev.tesuji.serve;

import dev.tesuji.gguf.Quantization;
import dev.tesuji.weights.GgufConverter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// llama.cpp's server with the [ScriptedModel], written as GGUF.
final class LlamaServer implements ClientsServer {
  private static final long START_SECONDS = 120;
  private static final int SLOTS = 8;
  private static final int MOST = 1000; // of an answer that has no limit of its own

  private final Path folder;
  private final Process process;
  private final String root;

  /// Starts one and waits until it is ready.
  ///
  /// @param program the path of `llama-server`
  LlamaServer(String program) {
    try {
      folder = Files.createTempDirectory("llama-server");
      Path file = folder.resolve("scripted.gguf");
      GgufConverter.convert(TestServer.model(), file, Quantization.F32);
      int port = freePort();
      root = "http://127.0.0.1:" + port;
      process = start(program, file, port, folder.resolve("log"));
      awaitReady(folder.resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Process start(String program, Path file, int port, Path log) throws IOException {
    List<String> words =
        List.of(
            program,
            "--model",
            file.toString(),
            "--alias",
            "scripted",
            "--host",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--api-key",
            "secret",
            "--ctx-size",
            Integer.toString(SLOTS * ScriptedModel.POSITIONS),
            "--parallel",
            Integer.toString(SLOTS),
            "--predict",
            Integer.toString(MOST),
            "--jinja");
    return new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  private void awaitReady(Path log) throws IOException {
    long end = System.nanoTime() + START_SECONDS * 1_000_000_000;
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (System.nanoTime() < end && process.isAlive()) {
        if (answers(client)) {
          return;
        }
        Thread.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String said = Files.readString(log);
    close();
    throw new AssertionError("llama-server must start, got\n" + said);
  }

  private boolean answers(HttpClient client) throws InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(root + "/health")).build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public String url() {
    return root + "/v1";
  }

  /// Returns a program's version, such as `0.5.0-dev (build 1, commit 0c1e570)`.
  static String version(String program) {
    try {
      Process asked = new ProcessBuilder(program, "--version").redirectErrorStream(true).start();
      try (BufferedReader lines = asked.inputReader()) {
        return lines
            .lines()
            .filter(l -> l.startsWith("version: "))
            .findFirst()
            .map(l -> l.substring("version: ".length()))
            .orElse("without a version");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try (Stream<Path> files = Files.list(folder)) {
      process.waitFor();
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
