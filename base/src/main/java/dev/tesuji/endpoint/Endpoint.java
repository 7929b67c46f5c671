package dev.tesuji.endpoint;

import dev.tesuji.check.Require;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A server that speaks OpenAI's interface, and how it is asked.
///
/// @param url the address at which its interface begins, mostly with `/v1` at its end ([#address])
/// @param model the name of its model; null for the only one that it lists
/// @param api which of its interfaces answers
/// @param key what it knows the asker by; null for none
/// @param concurrency the most questions that are asked at once
/// @param timeout how long an answer may take
/// @param attempts how often a question is asked before the endpoint counts as down
/// @param budget what tokens cost; null where nobody counts that
/// @param extra further fields of each request; those that are null take a field away
public record Endpoint(
    URI url,
    @Nullable String model,
    Api api,
    @Nullable Key key,
    int concurrency,
    Duration timeout,
    Attempts attempts,
    @Nullable Budget budget,
    ObjectNode extra) {
  /// The interfaces that can answer.
  public enum Api {
    /// `/chat/completions`: the server writes the prompt with its model's chat template.
    CHAT("/chat/completions"),
    /// `/completions`: the model goes on from a text, as base models do.
    COMPLETIONS("/completions");

    private final String path;

    Api(String path) {
      this.path = path;
    }

    String path() {
      return path;
    }
  }

  /// A secret that no message, log or file shows.
  ///
  /// @param text the secret
  public record Key(String text) {
    /// Refuses what cannot stand in a header.
    public Key {
      if (!text.matches("[!-~]+")) {
        throw new IllegalArgumentException(
            "an endpoint's key must be letters, digits and signs without white space");
      }
    }

    @Override
    public String toString() {
      return "***";
    }
  }

  /// The price of tokens, and the most that may be spent.
  ///
  /// @param prices of a million tokens
  /// @param most what may be spent in all; null for no limit
  public record Budget(Prices prices, @Nullable Double most) {
    /// Checks the range.
    public Budget {
      if (most != null) {
        Require.that(most > 0, "maxCost", "above 0", most);
      }
    }
  }

  /// Checks the ranges.
  public Endpoint {
    Require.atLeast(1, "concurrency", concurrency);
    Require.that(timeout.isPositive(), "timeoutSeconds", "above 0", timeout.toMillis() / 1e3);
  }

  /// Returns where an interface begins. Of an address without a path it is `/v1`; a path that goes
  /// on to one of the interfaces is cut back.
  ///
  /// @throws IllegalArgumentException when it is no address of the web, or holds a user's name
  public static URI address(String url) {
    try {
      URI uri = new URI(url.strip().replaceFirst("(/chat)?(/completions)?/*$", ""));
      boolean web = uri.getHost() != null && String.valueOf(uri.getScheme()).matches("(?i)https?");
      Require.that(
          web && uri.getRawQuery() == null && uri.getRawFragment() == null,
          "url",
          "http://HOST... or https://HOST...",
          "'" + url + "'");
      if (uri.getRawUserInfo() != null) {
        throw new IllegalArgumentException(
            "url must not hold a name or a password; put the key into an environment variable and"
                + " name that under 'keyVariable'");
      }
      boolean bare = uri.getRawPath() == null || uri.getRawPath().isEmpty();
      return bare ? URI.create(uri + "/v1") : uri;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "url must be http://HOST... or https://HOST..., got '" + url + "'", e);
    }
  }
}
