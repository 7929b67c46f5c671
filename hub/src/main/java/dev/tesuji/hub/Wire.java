package dev.tesuji.hub;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Requests and answers. Redirects are followed by hand, because at each hop it is decided anew who
/// may see the user's token: the hub itself, and no other scheme, host or port.
final class Wire implements AutoCloseable {
  private static final int HOPS = 10;

  /// A request.
  ///
  /// @param method `GET`, `HEAD`, `POST` or `PUT`
  /// @param uri where to
  /// @param headers name to value, but for the token
  /// @param timeout how long the answer may take to begin
  /// @param body what is sent; null for nothing
  record Ask(
      String method,
      URI uri,
      Map<String, String> headers,
      Duration timeout,
      @Nullable BodyPublisher body) {
    static Ask get(URI uri, Map<String, String> headers, Duration timeout) {
      return new Ask("GET", uri, headers, timeout, null);
    }

    private Ask at(URI other) {
      return new Ask(method, other, headers, timeout, body);
    }
  }

  /// An answer.
  ///
  /// @param uri where it came from
  /// @param response its status, headers and body
  /// @param seen the headers of the redirects on the way, first ones first
  record Answer(URI uri, HttpResponse<TimedBody> response, Map<String, String> seen) {
    int status() {
      return response.statusCode();
    }

    /// Returns a header of this answer, else of a redirect that led to it.
    Optional<String> header(String name) {
      return response
          .headers()
          .firstValue(name)
          .or(() -> Optional.ofNullable(seen.get(name.toLowerCase(java.util.Locale.ROOT))));
    }
  }

  private final HubSettings settings;
  private final HttpClient client;

  Wire(HubSettings settings) {
    this.settings = settings;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // a cut ends one piece, not all of them
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.downloadTimeout())
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  /// Sends a request and follows redirects.
  ///
  /// @param enough whether an answer that redirects is the one that is wanted
  /// @throws IOException when the connection fails, or the redirects lead nowhere
  Answer send(Ask ask, Predicate<Answer> enough) throws IOException {
    Ask now = ask;
    Map<String, String> seen = new LinkedHashMap<>();
    for (int hop = 0; hop < HOPS; hop++) {
      Answer answer = new Answer(now.uri(), once(now), seen);
      Optional<URI> next = next(answer);
      if (next.isEmpty() || enough.test(answer)) {
        return answer;
      }
      answer
          .response()
          .headers()
          .map()
          .forEach((name, values) ->
              seen.putIfAbsent(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
      answer.response().body().drain();
      now = now.at(next.get());
    }
    throw new IOException("more than " + HOPS + " redirects");
  }

  /// Returns where a redirect leads; empty for other answers.
  ///
  /// @throws IOException when it leads to no address of the web
  static Optional<URI> next(Answer answer) throws IOException {
    Optional<String> location = answer.response().headers().firstValue("location");
    boolean redirects =
        switch (answer.status()) {
          case 301, 302, 303, 307, 308 -> true;
          default -> false;
        };
    if (!redirects || location.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI target = answer.uri().resolve(location.get());
      if (target.getHost() != null && String.valueOf(target.getScheme()).matches("(?i)https?")) {
        return Optional.of(target);
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("redirected to no address", e);
    }
    throw new IOException("redirected to no address of the web");
  }

  private HttpResponse<TimedBody> once(Ask ask) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(ask.uri())
            .timeout(ask.timeout())
            .header("User-Agent", "tesuji/0.2.0")
            .method(ask.method(), ask.body() == null ? BodyPublishers.noBody() : ask.body());
    ask.headers().forEach(request::header);
    HubSettings.Token token = settings.token();
    if (token != null && isHub(ask.uri())) {
      request.header("Authorization", "Bearer " + token.text());
    }
    try {
      return client.send(request.build(), _ -> new TimedBody(settings.downloadTimeout()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// Returns whether an address is on the hub itself.
  boolean isHub(URI uri) {
    URI hub = settings.endpoint();
    return hub.getScheme().equalsIgnoreCase(uri.getScheme())
        && hub.getHost().equalsIgnoreCase(uri.getHost())
        && port(hub) == port(uri);
  }

  private static int port(URI uri) {
    return uri.getPort() != -1
        ? uri.getPort()
        : uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
  }

  @Override
  public void close() {
    client.shutdownNow(); // nothing is under way but what nobody waits for
  }
}
