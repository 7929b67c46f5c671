package dev.tesuji.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Sends requests to servers that are not trusted: an answer must be whole in time, and of bounded
/// size. Redirects are not followed, since a key would go to wherever they lead.
///
/// The JDK's own time limit ends with an answer's headers, and a server that falls silent after
/// them would be waited for without end.
public final class Transport implements AutoCloseable {
  private static final long LARGEST = 64L << 20;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client;
  private final Duration timeout;

  /// An answer.
  ///
  /// @param status its status
  /// @param headers its headers
  /// @param body its bytes, all of them
  public record Reply(int status, HttpHeaders headers, byte[] body) {}

  /// Takes an answer as it comes.
  ///
  /// @param <T> what it makes of it
  @FunctionalInterface
  public interface Reader<T> {
    /// Reads as much of an answer as it needs.
    ///
    /// @param body its bytes, which are not read to their end afterwards
    T read(int status, HttpHeaders headers, InputStream body) throws IOException;
  }

  /// Makes one.
  ///
  /// @param timeout how long an answer may take, from the first byte sent to the last received
  public Transport(Duration timeout) {
    this.timeout = timeout;
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // a cut ends one answer, not all of them
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .executor(threads)
            .build();
  }

  /// Returns the threads that answers come on, for work that waits for some.
  public ExecutorService threads() {
    return threads;
  }

  /// Sends a request and waits for the whole answer.
  ///
  /// @throws IOException when there is no connection, or no whole answer in time
  public Reply send(HttpRequest request) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST));
    try {
      HttpResponse<byte[]> whole = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return new Reply(whole.statusCode(), whole.headers(), whole.body());
    } catch (TimeoutException e) {
      throw late(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } finally {
      answer.cancel(true); // frees the connection of one that is not whole
    }
  }

  /// Sends a request and reads of the answer what is needed, though it may never end.
  ///
  /// @throws IOException when there is no connection, or the reader had not enough in time
  public <T> T send(HttpRequest request, Reader<T> reader)
      throws IOException, InterruptedException {
    Future<T> answer =
        threads.submit(() -> {
          HttpResponse<InputStream> begun = client.send(request, BodyHandlers.ofInputStream());
          try (InputStream body = begun.body()) {
            return reader.read(begun.statusCode(), begun.headers(), body);
          }
        });
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw late(e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException own -> throw own;
        case IOException io -> throw io;
        case null, default -> throw new IOException(e.getCause());
      }
    } finally {
      answer.cancel(true);
    }
  }

  private static HttpTimeoutException late(TimeoutException cause) {
    HttpTimeoutException late = new HttpTimeoutException("no answer in time");
    late.initCause(cause);
    return late;
  }

  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }
}
