package dev.tesuji.hub;

import dev.tesuji.check.BadInput;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where the hub and the cache are, and how they are used: what the environment says, by the names
/// that all tools of the field read.
///
/// @param endpoint the hub's address, without a slash at its end (`HF_ENDPOINT`)
/// @param cache the folder of downloads (`HF_HUB_CACHE`, `HUGGINGFACE_HUB_CACHE`, `HF_HOME`)
/// @param token the user's secret (`HF_TOKEN`, or the file `HF_TOKEN_PATH`); null for none
/// @param given the secret that a variable holds, `HF_TOKEN`; null for none
/// @param offline whether only the cache is used (`HF_HUB_OFFLINE`, `TRANSFORMERS_OFFLINE`)
/// @param metadataTimeout how long an answer about a file may take (`HF_HUB_ETAG_TIMEOUT`)
/// @param downloadTimeout how long the hub may be silent (`HF_HUB_DOWNLOAD_TIMEOUT`)
/// @param links whether snapshots link to blobs (`HF_HUB_DISABLE_SYMLINKS`)
public record HubSettings(
    URI endpoint,
    Path cache,
    @Nullable Token token,
    @Nullable Token given,
    boolean offline,
    Duration metadataTimeout,
    Duration downloadTimeout,
    boolean links) {
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
  private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\{(\\w+)}|(\\w+))");
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /// A secret that no message shows.
  ///
  /// @param text the secret
  record Token(String text) {
    /// Reads a secret.
    ///
    /// @param source names where it comes from
    /// @throws BadInput when it cannot be sent
    static Optional<Token> of(String text, String source) {
      String token = text.strip();
      if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw new BadInput(source + " must hold a token: one line of letters, digits and signs");
      }
      return token.isEmpty() ? Optional.empty() : Optional.of(new Token(token));
    }

    /// Reads the secret in a file.
    ///
    /// @throws BadInput when the file is missing or empty
    static Token in(Path file) {
      return read(file)
          .orElseThrow(() -> BadInput.in(file, "must hold a token of the hub, got no such thing"));
    }

    private static Optional<Token> read(Path file) {
      try {
        return of(Files.readString(file), file.toString());
      } catch (NoSuchFileException _) {
        return Optional.empty();
      } catch (IOException e) {
        throw new BadInput(file + ": the token could not be read: " + e.getMessage(), e);
      }
    }

    @Override
    public String toString() {
      return "a token";
    }
  }

  /// Reads the settings of this process.
  ///
  /// @throws BadInput when a variable holds what it must not
  public static HubSettings ofEnvironment() {
    return of(System.getenv());
  }

  /// Reads the settings of an environment.
  ///
  /// @throws BadInput when a variable holds what it must not
  static HubSettings of(Map<String, String> environment) {
    Variables all = new Variables(environment);
    Path home =
        all.path("HF_HOME")
            .orElseGet(() ->
                all.path("XDG_CACHE_HOME")
                    .orElseGet(() -> all.home().resolve(".cache"))
                    .resolve("huggingface"));
    Path cache =
        all.path("HF_HUB_CACHE")
            .or(() -> all.path("HUGGINGFACE_HUB_CACHE"))
            .orElseGet(() -> home.resolve("hub"));
    return new HubSettings(
        all.endpoint(),
        cache.toAbsolutePath().normalize(),
        all.isSet("HF_HUB_DISABLE_IMPLICIT_TOKEN") ? null : all.token(home).orElse(null),
        all.token().orElse(null),
        all.isSet("HF_HUB_OFFLINE") || all.isSet("TRANSFORMERS_OFFLINE"),
        all.seconds("HF_HUB_ETAG_TIMEOUT"),
        all.seconds("HF_HUB_DOWNLOAD_TIMEOUT"),
        !all.isSet("HF_HUB_DISABLE_SYMLINKS"));
  }

  /// Returns the same with another token.
  HubSettings with(Token other) {
    return new HubSettings(
        endpoint, cache, other, other, offline, metadataTimeout, downloadTimeout, links);
  }

  /// Variables of an environment; those that hold nothing are not there.
  ///
  /// @param all name to value
  private record Variables(Map<String, String> all) {
    Optional<String> text(String name) {
      return Optional.ofNullable(all.get(name)).map(String::strip).filter(v -> !v.isEmpty());
    }

    boolean isSet(String name) {
      return text(name).map(v -> TRUE.contains(v.toUpperCase(Locale.ROOT))).orElse(false);
    }

    Path home() {
      return Path.of(text("HOME").orElse(System.getProperty("user.home", "")));
    }

    /// Reads a path, with `~` and variables in it.
    Optional<Path> path(String name) {
      return text(name)
          .map(v -> v.equals("~") || v.startsWith("~/") ? home() + v.substring(1) : v)
          .map(v ->
              VARIABLE
                  .matcher(v)
                  .replaceAll(m ->
                      Matcher.quoteReplacement(
                          all.getOrDefault(
                              m.group(1) == null ? m.group(2) : m.group(1), m.group()))))
          .map(Path::of);
    }

    Optional<Token> token() {
      for (String name : new String[] {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}) {
        Optional<Token> token = text(name).flatMap(v -> Token.of(v, name));
        if (token.isPresent()) {
          return token;
        }
      }
      return Optional.empty();
    }

    Optional<Token> token(Path home) {
      return token()
          .or(() -> Token.read(path("HF_TOKEN_PATH").orElseGet(() -> home.resolve("token"))));
    }

    Duration seconds(String name) {
      Optional<String> given = text(name);
      if (given.isEmpty()) {
        return TIMEOUT;
      }
      if (given.get().matches("\\d{1,6}(\\.\\d{1,3})?")) {
        double seconds = Double.parseDouble(given.get());
        return seconds == 0 ? TIMEOUT : Duration.ofMillis(Math.round(1000 * seconds));
      }
      throw new BadInput(name + " must be a number of seconds, got '" + given.get() + "'");
    }

    URI endpoint() {
      String given = text("HF_ENDPOINT").orElse("https://huggingface.co").replaceAll("/+$", "");
      try {
        URI uri = URI.create(given);
        if (uri.getHost() != null && String.valueOf(uri.getScheme()).matches("https?")) {
          return uri;
        }
      } catch (IllegalArgumentException e) {
        throw new BadInput("HF_ENDPOINT must be an address, got '" + given + "'", e);
      }
      throw new BadInput(
          "HF_ENDPOINT must be an address such as https://huggingface.co, got '" + given + "'");
    }
  }
}
