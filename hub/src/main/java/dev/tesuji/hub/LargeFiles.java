package dev.tesuji.hub;

import dev.tesuji.hub.HubFailure.Kind;
import dev.tesuji.hub.Push.Local;
import dev.tesuji.hub.Wire.Answer;
import dev.tesuji.hub.Wire.Ask;
import dev.tesuji.json.Json;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The upload of large files by git's protocol for them: the hub names an address for each that it
/// has not, in one piece or in parts, and is told when all are there.
final class LargeFiles {
  private static final String LFS = "application/vnd.git-lfs+json";
  private static final int ASKED_AT_ONCE = 100;
  private static final long SLOWEST = 50_000; // bytes a second that are waited for

  private final Push push;
  private final HubClient client;
  private final Meter meter;

  LargeFiles(Push push, HubClient client, Meter meter) {
    this.push = push;
    this.client = client;
    this.meter = meter;
  }

  /// Uploads files.
  ///
  /// @return their hashes
  Map<Local, String> upload(List<Local> files) throws IOException {
    Map<Local, String> hashes = new LinkedHashMap<>();
    for (Local file : files) {
      hashes.put(file, Checksum.sha256(file.path()));
    }
    for (int i = 0; i < files.size(); i += ASKED_AT_ONCE) {
      batch(files.subList(i, Math.min(files.size(), i + ASKED_AT_ONCE)), hashes);
    }
    return hashes;
  }

  private void batch(List<Local> files, Map<Local, String> hashes) {
    ObjectNode asked = Json.MAPPER.createObjectNode().put("operation", "upload");
    asked.putArray("transfers").add("basic").add("multipart");
    asked.put("hash_algo", "sha256");
    ArrayNode objects = asked.putArray("objects");
    Map<String, Local> byHash = new LinkedHashMap<>();
    for (Local file : files) {
      String hash = String.valueOf(hashes.get(file));
      if (byHash.put(hash, file) == null) {
        objects.addObject().put("oid", hash).put("size", file.size());
      } else {
        meter.add(file.size()); // the same content under another name
      }
    }
    URI uri =
        URI.create(
            client.settings().endpoint()
                + "/"
                + client.about().repository().id()
                + ".git/info/lfs/objects/batch");
    for (JsonNode object : push.ask("POST", uri, asked.toString(), LFS).path("objects")) {
      String hash = object.path("oid").asString("");
      Local file = byHash.get(hash);
      if (file == null || object.has("error")) {
        throw broken(object.path("error").path("message").asString("an object nobody named"));
      }
      send(file, hash, object.path("actions"));
    }
  }

  private HubFailure broken(String reason) {
    return new HubFailure(
        Kind.UNUSABLE, client.about() + ": the hub does not take the files: " + reason);
  }

  private void send(Local file, String hash, JsonNode actions) {
    JsonNode upload = actions.path("upload");
    if (upload.isMissingNode()) {
      meter.add(file.size()); // the hub has it
      return;
    }
    URI href = address(upload.path("href").asString(""));
    JsonNode header = upload.path("header");
    long chunk = header.path("chunk_size").asLong(0);
    if (chunk <= 0) {
      put(href, file, 0, file.size());
    } else {
      parts(file, hash, href, header, chunk);
    }
    JsonNode verify = actions.path("verify");
    if (!verify.isMissingNode()) {
      ObjectNode sent = Json.MAPPER.createObjectNode().put("oid", hash).put("size", file.size());
      push.ask("POST", address(verify.path("href").asString("")), sent.toString(), LFS);
    }
  }

  private void parts(Local file, String hash, URI href, JsonNode header, long chunk) {
    ObjectNode done = Json.MAPPER.createObjectNode().put("oid", hash);
    ArrayNode parts = done.putArray("parts");
    int count = Math.toIntExact((file.size() + chunk - 1) / chunk);
    Map<Integer, URI> places = new LinkedHashMap<>();
    header
        .properties()
        .forEach(e -> {
          if (e.getKey().matches("\\d{1,6}")) {
            places.put(Integer.valueOf(e.getKey()), address(e.getValue().asString("")));
          }
        });
    List<Integer> numbers = new ArrayList<>(places.keySet());
    numbers.sort(null);
    if (numbers.size() != count) {
      throw broken(numbers.size() + " places for " + count + " parts");
    }
    for (int i = 0; i < count; i++) {
      URI place = places.getOrDefault(numbers.get(i), href);
      long from = i * chunk;
      String etag = put(place, file, from, Math.min(file.size(), from + chunk));
      parts.addObject().put("partNumber", i + 1).put("etag", etag);
    }
    push.ask("POST", href, done.toString(), LFS);
  }

  private URI address(String text) {
    try {
      URI uri = client.settings().endpoint().resolve(text);
      if (!text.isEmpty() && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw new HubFailure(
          Kind.UNUSABLE, client.about() + ": the hub names no address to upload to", e);
    }
    throw broken("it names no address to upload to");
  }

  /// Sends a part of a file to the store.
  ///
  /// @return the store's etag of it
  private String put(URI place, Local file, long from, long to) {
    return client
        .patience()
        .insist(
            client.about(),
            () -> {
              long[] sent = {0};
              BodyPublisher body =
                  BodyPublishers.fromPublisher(
                      BodyPublishers.ofInputStream(() -> slice(file, from, to, sent)), to - from);
              Ask ask =
                  new Ask(
                      "PUT", place, Map.of(), patience(client, to - from), to > from ? body : null);
              try {
                Answer answer = client.wire().send(ask, _ -> false);
                push.require(answer);
                answer.response().body().drain();
                return answer.response().headers().firstValue("etag").orElse("");
              } catch (IOException e) {
                meter.adjust(-sent[0]);
                throw e;
              }
            });
  }

  /// Returns how long sending some bytes may take.
  static Duration patience(HubClient client, long bytes) {
    return client.settings().downloadTimeout().plusSeconds(bytes / SLOWEST);
  }

  private InputStream slice(Local file, long from, long to, long[] sent) {
    try {
      InputStream in = Files.newInputStream(file.path());
      in.skipNBytes(from);
      return new Slice(
          in,
          to - from,
          n -> {
            sent[0] += n;
            meter.add(n);
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A stream that ends after some bytes, and counts them.
  private static final class Slice extends FilterInputStream {
    private final java.util.function.LongConsumer counted;
    private long left;

    Slice(InputStream in, long length, java.util.function.LongConsumer counted) {
      super(in);
      this.left = length;
      this.counted = counted;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int n = in.read(to, offset, (int) Math.min(length, left));
      if (n > 0) {
        left -= n;
        counted.accept(n);
      }
      return n;
    }
  }
}
