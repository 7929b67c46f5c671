package dev.tesuji.hub;

import dev.tesuji.check.BadInput;
import dev.tesuji.hub.HubFailure.Kind;
import dev.tesuji.hub.Wire.Answer;
import dev.tesuji.hub.Wire.Ask;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The hub's API for one repository: its commits, its files and what they hold.
///
/// @param wire sends requests
/// @param settings where the hub is
/// @param about what is asked for, which errors name
/// @param patience how often what fails is tried again
record HubClient(Wire wire, HubSettings settings, Address about, Patience patience) {
  private static final int LARGEST_ANSWER = 256 << 20;
  private static final int PAGES = 10_000;
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"?next\"?");
  private static final Pattern RATE =
      Pattern.compile("\"?[\\w-]+\"?\\s*;\\s*r=0\\s*;\\s*t=(\\d{1,6})");

  /// A file as the hub describes it.
  ///
  /// @param path its name in the repository
  /// @param etag the hash of what it holds
  /// @param size its bytes; -1 where the hub does not say
  /// @param location where it is read from
  record RemoteFile(String path, String etag, long size, URI location) {}

  /// A commit and the names of its files.
  ///
  /// @param commit 40 hexadecimal digits
  /// @param files the names, in the hub's order
  record Revision(String commit, List<String> files) {}

  /// Finds the commit of the revision.
  Revision revision() {
    URI uri = api("revision/" + encoded(about.revision()));
    JsonNode json = json(uri).json();
    List<String> files = new ArrayList<>();
    json.path("siblings")
        .forEach(f -> files.add(Names.file(f.path("rfilename").asString(""), about)));
    return new Revision(Names.commit(json.path("sha").asString(""), about), files);
  }

  /// Lists the files of a commit, all pages of them; empty where the hub has no such listing.
  Optional<List<Listing.Entry>> tree(String commit) {
    List<Listing.Entry> files = new ArrayList<>();
    Set<URI> read = new HashSet<>();
    Optional<URI> page = Optional.of(api("tree/" + commit + "?recursive=true&expand=false"));
    while (page.isPresent()) {
      if (!read.add(page.get()) || read.size() > PAGES) {
        throw new HubFailure(Kind.UNUSABLE, about + ": the hub's listing has no end");
      }
      Page found;
      try {
        found = json(page.get());
      } catch (HubFailure e) {
        if (read.size() == 1 && e.kind() == Kind.MISSING) {
          return Optional.empty();
        }
        throw e;
      }
      for (JsonNode file : found.json()) {
        if (file.path("type").asString("").equals("file")) {
          files.add(Listing.Entry.of(file, about));
        }
      }
      page = found.next();
    }
    return Optional.of(files);
  }

  /// Asks where a file of a commit is and what it holds.
  RemoteFile head(String commit, String file) {
    Ask ask =
        new Ask(
            "HEAD",
            resolve(commit, file),
            Map.of("Accept-Encoding", "identity"),
            settings.metadataTimeout(),
            null);
    return patience.insist(
        about,
        () -> {
          Answer answer = wire.send(ask, a -> isFound(a));
          answer.response().body().drain();
          Optional<URI> location = Wire.next(answer);
          if (location.isEmpty()) {
            require(answer, "file '" + file + "'");
          }
          answer
              .header("x-repo-commit")
              .ifPresent(c -> requireSame(commit, Names.commit(c, about)));
          String etag =
              answer
                  .header("x-linked-etag")
                  .or(() -> answer.response().headers().firstValue("etag"))
                  .orElseThrow(() ->
                      new HubFailure(
                          Kind.UNUSABLE, about + ": the hub gives no etag of '" + file + "'"));
          Optional<String> size =
              answer
                  .header("x-linked-size")
                  .or(() ->
                      location.isPresent()
                          ? Optional.empty()
                          : answer.response().headers().firstValue("content-length"));
          return new RemoteFile(
              file,
              Names.etag(etag, about),
              size.map(this::size).orElse(-1L),
              location.orElse(answer.uri()));
        });
  }

  /// Returns whether a redirect says what it leads to, as those to a store of large files do. The
  /// etag of a redirect within the hub is that of its own few words.
  private boolean isFound(Answer answer) {
    try {
      Optional<URI> next = Wire.next(answer);
      return answer.header("x-linked-etag").isPresent()
          || (next.isPresent()
              && !wire.isHub(next.get())
              && answer.response().headers().firstValue("etag").isPresent()
              && answer.header("x-repo-commit").isPresent());
    } catch (IOException _) {
      return false; // said when it is followed
    }
  }

  private void requireSame(String commit, String got) {
    if (!commit.equals(got)) {
      throw new HubFailure(
          Kind.UNUSABLE,
          about + ": the hub answers about commit " + got + ", and was asked about " + commit);
    }
  }

  private long size(String header) {
    if (!header.matches("\\d{1,18}")) {
      throw new HubFailure(
          Kind.UNUSABLE, about + ": the hub's size of a file is '" + BadInput.brief(header) + "'");
    }
    return Long.parseLong(header);
  }

  /// Begins to read a file; the caller reads the answer's body and closes it.
  ///
  /// @param range the value of the header `Range`; empty for the whole
  /// @throws IOException when it may be tried again
  Answer open(RemoteFile file, String range) throws IOException {
    Map<String, String> headers =
        range.isEmpty()
            ? Map.of("Accept-Encoding", "identity")
            : Map.of("Accept-Encoding", "identity", "Range", range);
    return wire.send(Ask.get(file.location(), headers, settings.downloadTimeout()), _ -> false);
  }

  /// A part of a listing.
  ///
  /// @param json what it holds
  /// @param next where the next part is
  private record Page(JsonNode json, Optional<URI> next) {}

  private Page json(URI uri) {
    return patience.insist(
        about,
        () -> {
          Answer answer = checked(Ask.get(uri, Map.of(), settings.downloadTimeout()), _ -> false);
          byte[] bytes = answer.response().body().all(LARGEST_ANSWER);
          Optional<URI> next =
              answer.response().headers().allValues("link").stream()
                  .map(NEXT::matcher)
                  .filter(Matcher::find)
                  .findFirst()
                  .map(m -> answer.uri().resolve(m.group(1)));
          try {
            return new Page(Json.MAPPER.readTree(bytes), next);
          } catch (JacksonException e) {
            throw new HubFailure(
                Kind.UNUSABLE,
                about + ": " + settings.endpoint() + " does not speak the hub's API",
                e);
          }
        });
  }

  /// Sends a request whose answer must be well.
  ///
  /// @throws IOException when it may be tried again
  Answer checked(Ask ask, Predicate<Answer> enough) throws IOException {
    Answer answer = wire.send(ask, enough);
    require(answer, "");
    return answer;
  }

  /// Refuses an answer that is not well.
  ///
  /// @param what names the file that it is about; empty for the repository
  /// @throws Patience.Busy when the same may be asked again
  /// @throws HubFailure when that would not help
  void require(Answer answer, String what) throws IOException {
    int status = answer.status();
    if (status / 100 == 2) {
      return;
    }
    answer.response().body().drain();
    if (status == 429 || status == 408 || status >= 500) {
      throw new Patience.Busy(
          (status == 429 ? "too many requests" : "status " + status), asked(answer));
    }
    throw Refusal.of(answer, what, this);
  }

  /// Returns the pause that the hub asks for.
  private static Duration asked(Answer answer) {
    Optional<String> after = answer.response().headers().firstValue("retry-after");
    if (after.isEmpty()) {
      return answer
          .response()
          .headers()
          .firstValue("ratelimit")
          .map(RATE::matcher)
          .filter(Matcher::find)
          .map(m -> Duration.ofSeconds(Long.parseLong(m.group(1))))
          .orElse(Duration.ZERO);
    }
    if (after.get().strip().matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(after.get().strip()));
    }
    try {
      ZonedDateTime until =
          ZonedDateTime.parse(after.get().strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration pause = Duration.between(ZonedDateTime.now(until.getZone()), until);
      return pause.isNegative() ? Duration.ZERO : pause.plusSeconds(1);
    } catch (DateTimeException _) {
      return Duration.ZERO; // neither seconds nor a date
    }
  }

  /// Returns the address of the repository in the API.
  URI page() {
    String all = api("").toString();
    return URI.create(all.substring(0, all.length() - 1));
  }

  /// Returns an address of the API.
  URI api(String rest) {
    Repository r = about.repository();
    return URI.create(
        settings.endpoint() + "/api/" + r.kind().plural() + "/" + r.id() + "/" + rest);
  }

  private URI resolve(String commit, String file) {
    Repository r = about.repository();
    return URI.create(
        settings.endpoint()
            + "/"
            + r.kind().prefix()
            + r.id()
            + "/resolve/"
            + commit
            + "/"
            + encodedPath(file));
  }

  static String encodedPath(String path) {
    return Arrays.stream(path.split("/")).map(HubClient::encoded).collect(Collectors.joining("/"));
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
