package dev.tesuji.hub;

import dev.tesuji.check.BadInput;
import dev.tesuji.hub.Repository.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The one seam between paths and the hub: what a user names is a path where there is one, and
/// otherwise an address on the hub, whose copy in the cache is the path.
public final class HubPaths {
  private static final Pattern CACHED =
      Pattern.compile("[/\\\\](models|datasets)--([^/\\\\]+)[/\\\\]snapshots[/\\\\]([0-9a-f]{40})");

  private HubPaths() {}

  /// Returns where a model is.
  ///
  /// @param given a directory or file, `hf://OWNER/NAME[@REVISION][/FILE]`, or
  ///   `OWNER/NAME[@REVISION]` where no such directory exists
  /// @throws BadInput when the hub does not give it
  public static Path model(Path given) {
    return of(given, given.toString(), Kind.MODEL);
  }

  /// Returns where a data set is.
  ///
  /// @param given a path, `hf://datasets/OWNER/NAME[@REVISION][/FILE]`, or `OWNER/NAME[@REVISION]`
  ///   where no such path exists
  /// @throws BadInput when the hub does not give it
  public static Path data(Path given) {
    return of(given, given.toString(), Kind.DATASET);
  }

  /// Returns where something is that a file names.
  ///
  /// @param path the text as a path, in the folder of the file
  /// @param text as it was written
  /// @throws BadInput when the hub does not give it
  public static Path of(Path path, String text, Kind kind) {
    Optional<Address> address = address(path, text, kind);
    if (address.isEmpty()) {
      return path;
    }
    try {
      return Hub.ofEnvironment().resolve(address.get());
    } catch (BadInput e) {
      throw Address.isMeant(text)
          ? e
          : new BadInput(text + ": nothing of this name is here, and " + e.getMessage(), e);
    }
  }

  /// Returns the repository that a path in the cache was downloaded from, with its commit; empty
  /// for other paths.
  public static Optional<Address> origin(Path path) {
    Matcher place = CACHED.matcher(path.toAbsolutePath().normalize().toString());
    if (!place.find()) {
      return Optional.empty();
    }
    Kind kind = place.group(1).equals(Kind.MODEL.plural()) ? Kind.MODEL : Kind.DATASET;
    String name = place.group(2).replace("--", "/");
    return Address.bare(name + "@" + place.group(3), kind);
  }

  /// Returns a text whose paths into the cache are addresses on the hub.
  public static String named(String text) {
    Pattern path = Pattern.compile("/[^\\n\"',\\[\\]]*?" + CACHED.pattern());
    return path.matcher(text)
        .replaceAll(m -> origin(Path.of(m.group())).map(Address::toString).orElse(m.group()));
  }

  /// Returns the address that a text means; empty where it is a path.
  ///
  /// @param path the text as a path
  /// @throws BadInput when it is meant as an address and is none
  public static Optional<Address> address(Path path, String text, Kind kind) {
    if (Address.isMeant(text)) {
      return Optional.of(Address.of(text, kind));
    }
    return Files.exists(path) || isFile(text, kind) ? Optional.empty() : Address.bare(text, kind);
  }

  /// Returns whether a text has the ending of a file that is not there.
  private static boolean isFile(String text, Kind kind) {
    return text.matches(
        kind == Kind.MODEL
            ? "(?i).*\\.gguf"
            : "(?i).*\\.(jsonl|json|ndjson|csv|tsv|parquet|txt|arrow)(\\.gz)?");
  }
}
