package dev.tesuji.hub;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.InputFiles;
import dev.tesuji.hub.HubFailure.Kind;
import dev.tesuji.hub.Wire.Answer;
import dev.tesuji.hub.Wire.Ask;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The upload of a directory: a repository is made where there is none, large files go to the store
/// ([LargeFiles]), and one commit names them all.
final class Push {
  private static final int SAMPLE = 512;
  private static final int ASKED_AT_ONCE = 256;
  private static final String JSON = "application/json";

  /// A file of the directory.
  ///
  /// @param name its name in the repository
  /// @param path where it is
  /// @param size its bytes
  record Local(String name, Path path, long size) {}

  private final HubClient client;
  private final Address address;
  private final Meter meter;

  Push(HubClient client, Meter meter) {
    this.client = client;
    this.address = client.about();
    this.meter = meter;
  }

  /// Uploads a directory.
  ///
  /// @param hidden whether a repository that is made is private
  /// @return the page of the repository
  URI upload(Path directory, boolean hidden) {
    List<Local> files = files(directory);
    try {
      create(hidden);
      List<Local> large = new ArrayList<>();
      List<Local> small = new ArrayList<>();
      for (int i = 0; i < files.size(); i += ASKED_AT_ONCE) {
        sort(files.subList(i, Math.min(files.size(), i + ASKED_AT_ONCE)), large, small);
      }
      long bytes = Stream.concat(large.stream(), small.stream()).mapToLong(Local::size).sum();
      meter.begin(large.size() + small.size(), bytes, 0);
      Map<Local, String> hashes = new LargeFiles(this, client, meter).upload(large);
      commit(small, hashes);
      meter.end();
    } catch (IOException e) {
      throw new HubFailure(
          Kind.UNUSABLE, address + ": " + directory + " could not be read: " + e.getMessage(), e);
    }
    return URI.create(client.settings().endpoint() + "/" + address.repository().id());
  }

  /// Lists the files of a directory but for hidden ones.
  private List<Local> files(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw BadInput.in(directory, "must be a directory to upload");
    }
    List<Local> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.filter(Files::isRegularFile).sorted().toList()) {
        Path relative = directory.relativize(path);
        String name = relative.toString().replace('\\', '/');
        boolean hiding = false;
        for (Path part : relative) {
          hiding |= part.toString().startsWith(".");
        }
        if (!hiding) {
          files.add(new Local(Names.file(name, address), path, Files.size(path)));
        }
      }
    } catch (IOException e) {
      throw InputFiles.failed(directory, e);
    }
    if (files.isEmpty()) {
      throw BadInput.in(directory, "has no file to upload");
    }
    return files;
  }

  private void create(boolean hidden) {
    Repository r = address.repository();
    ObjectNode asked =
        Json.MAPPER
            .createObjectNode()
            .put("name", r.name())
            .put("organization", r.owner())
            .put("type", r.kind().name().toLowerCase(Locale.ROOT))
            .put("private", hidden);
    URI uri = URI.create(client.settings().endpoint() + "/api/repos/create");
    boolean made =
        client
            .patience()
            .insist(
                address,
                () -> {
                  Answer answer = client.wire().send(post(uri, asked.toString(), JSON), _ -> false);
                  boolean there = answer.status() == 409; // it is there already
                  if (!there) {
                    require(answer);
                  }
                  answer.response().body().drain();
                  return !there;
                });
    if (made) {
      meter.say(address + ": made a " + (hidden ? "private" : "public") + " repository");
      return;
    }
    JsonNode there = ask("GET", client.page(), "", JSON);
    boolean open = there.path("private").isBoolean() && !there.path("private").asBoolean();
    meter.say(
        address + ": adding to the repository that is there" + (open ? ", which is public" : ""));
  }

  /// Asks the hub which files are large, and which it will not have.
  private void sort(List<Local> files, List<Local> large, List<Local> small) throws IOException {
    ObjectNode asked = Json.MAPPER.createObjectNode();
    ArrayNode list = asked.putArray("files");
    for (Local file : files) {
      try (InputStream in = Files.newInputStream(file.path())) {
        String sample = Base64.getEncoder().encodeToString(in.readNBytes(SAMPLE));
        list.addObject().put("path", file.name()).put("sample", sample).put("size", file.size());
      }
    }
    URI uri = client.api("preupload/" + HubClient.encoded(address.revision()));
    JsonNode modes = ask("POST", uri, asked.toString(), JSON).path("files");
    for (Local file : files) {
      JsonNode mode = mode(modes, file.name());
      if (mode.path("shouldIgnore").asBoolean(false)) {
        meter.say(address + ": the repository ignores " + file.name());
      } else if (mode.path("uploadMode").asString("").equals("lfs")) {
        large.add(file);
      } else {
        small.add(file);
      }
    }
  }

  private JsonNode mode(JsonNode modes, String name) {
    for (JsonNode mode : modes) {
      if (mode.path("path").asString("").equals(name)) {
        return mode;
      }
    }
    throw new HubFailure(Kind.UNUSABLE, address + ": the hub does not say how to upload " + name);
  }

  private void commit(List<Local> small, Map<Local, String> large) throws IOException {
    StringBuilder lines = new StringBuilder();
    ObjectNode head = Json.MAPPER.createObjectNode();
    head.put("summary", "Upload with Tesuji").put("description", "");
    finish(lines, "header", head);
    for (Local file : small) {
      ObjectNode value = Json.MAPPER.createObjectNode();
      String content = Base64.getEncoder().encodeToString(Files.readAllBytes(file.path()));
      value.put("content", content).put("path", file.name()).put("encoding", "base64");
      finish(lines, "file", value);
    }
    large.forEach((file, hash) -> {
      ObjectNode value = Json.MAPPER.createObjectNode();
      value.put("path", file.name()).put("algo", "sha256").put("oid", hash);
      finish(lines, "lfsFile", value.put("size", file.size()));
    });
    URI uri = client.api("commit/" + HubClient.encoded(address.revision()));
    ask("POST", uri, lines.toString(), "application/x-ndjson");
    meter.add(small.stream().mapToLong(Local::size).sum());
  }

  private static void finish(StringBuilder lines, String key, ObjectNode value) {
    ObjectNode line = Json.MAPPER.createObjectNode().put("key", key);
    line.set("value", value);
    lines.append(line).append('\n');
  }

  /// Sends a request to the hub and reads its answer.
  JsonNode ask(String method, URI uri, String body, String type) {
    return client
        .patience()
        .insist(
            address,
            () -> {
              Ask ask =
                  method.equals("GET")
                      ? Ask.get(uri, Map.of(), client.settings().downloadTimeout())
                      : post(uri, body, type);
              Answer answer = client.wire().send(ask, _ -> false);
              require(answer);
              byte[] bytes = answer.response().body().all(64 << 20);
              try {
                return bytes.length == 0
                    ? Json.MAPPER.createObjectNode()
                    : Json.MAPPER.readTree(bytes);
              } catch (JacksonException e) {
                throw new HubFailure(
                    Kind.UNUSABLE,
                    address + ": " + client.settings().endpoint() + " does not speak the hub's API",
                    e);
              }
            });
  }

  private Ask post(URI uri, String body, String type) {
    Map<String, String> headers =
        type.contains("lfs")
            ? Map.of("Content-Type", type, "Accept", type)
            : Map.of("Content-Type", type);
    return new Ask(
        "POST",
        uri,
        headers,
        LargeFiles.patience(client, body.length()),
        BodyPublishers.ofString(body));
  }

  /// Refuses an answer that is not well, in words about writing.
  void require(Answer answer) throws IOException {
    int status = answer.status();
    if (status == 401 || status == 403) {
      String said = answer.response().headers().firstValue("x-error-message").orElse("");
      answer.response().body().drain();
      throw new HubFailure(
          Kind.REFUSED,
          address
              + ": the token may not write to this repository (status "
              + status
              + (said.isEmpty() ? "" : ": " + BadInput.brief(said).replaceFirst("\\.$", ""))
              + "); make one with write access on "
              + client.settings().endpoint()
              + "/settings/tokens");
    }
    client.require(answer, "");
  }
}
