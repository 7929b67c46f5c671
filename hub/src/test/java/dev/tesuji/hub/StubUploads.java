package dev.tesuji.hub;

import dev.tesuji.hub.StubHub.Connection;
import dev.tesuji.hub.StubHub.Request;
import dev.tesuji.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The part of the stub that takes uploads. Large files above a size go in parts.
final class StubUploads {
  static final int PART = 300_000;
  private static final byte[] NOTHING = new byte[0];

  /// The parts that are there, by hash and number.
  private final Map<String, byte[]> parts = new ConcurrentHashMap<>();

  private final StubHub hub;

  StubUploads(StubHub hub) {
    this.hub = hub;
  }

  /// Answers a request to the hub about an upload.
  boolean answers(Request r, Connection c) throws IOException {
    String path = r.path();
    if (!r.method().equals("POST")) {
      return false;
    }
    if (path.equals("/api/repos/create")) {
      reply(c, "{\"url\":\"x\"}");
    } else if (path.contains("/preupload/")) {
      preupload(r, c);
    } else if (path.endsWith(".git/info/lfs/objects/batch")) {
      batch(r, c);
    } else if (path.startsWith("/complete/")) {
      complete(r, c);
    } else if (path.startsWith("/verify/")) {
      boolean there = hub.uploaded.containsKey(path.substring("/verify/".length()));
      c.reply(there ? 200 : 404, Map.of(), NOTHING);
    } else if (path.contains("/commit/")) {
      reply(c, "{\"commitOid\":\"" + StubHub.COMMIT + "\"}");
    } else {
      return false;
    }
    return true;
  }

  private static void reply(Connection c, String json) throws IOException {
    c.reply(200, Map.of("Content-Type", "application/json"), json.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode json(Request r) {
    return Json.MAPPER.readTree(r.body());
  }

  private static void preupload(Request r, Connection c) throws IOException {
    ObjectNode answer = Json.MAPPER.createObjectNode();
    ArrayNode files = answer.putArray("files");
    for (JsonNode file : json(r).path("files")) {
      String name = file.path("path").asString("");
      files
          .addObject()
          .put("path", name)
          .put("uploadMode", StubHub.isLarge(name) ? "lfs" : "regular")
          .put("shouldIgnore", name.endsWith(".log"));
    }
    reply(c, answer.toString());
  }

  private void batch(Request r, Connection c) throws IOException {
    ObjectNode answer = Json.MAPPER.createObjectNode().put("transfer", "basic");
    ArrayNode objects = answer.putArray("objects");
    for (JsonNode object : json(r).path("objects")) {
      String hash = object.path("oid").asString("");
      int size = object.path("size").asInt(0);
      ObjectNode own = objects.addObject().put("oid", hash).put("size", size);
      if (hub.uploaded.containsKey(hash)) {
        continue;
      }
      ObjectNode actions = own.putObject("actions");
      ObjectNode upload = actions.putObject("upload");
      if (size <= PART) {
        upload.put("href", hub.storeUrl() + "/upload/" + hash);
      } else {
        upload.put("href", hub.url() + "/complete/" + hash);
        ObjectNode header = upload.putObject("header").put("chunk_size", Integer.toString(PART));
        for (int i = 1; (i - 1) * PART < size; i++) {
          header.put(String.format("%05d", i), hub.storeUrl() + "/upload/" + hash + "/" + i);
        }
      }
      actions.putObject("verify").put("href", hub.url() + "/verify/" + hash);
    }
    reply(c, answer.toString());
  }

  private void complete(Request r, Connection c) throws IOException {
    JsonNode asked = json(r);
    String hash = asked.path("oid").asString("");
    Map<Integer, byte[]> ordered = new TreeMap<>();
    for (JsonNode part : asked.path("parts")) {
      int number = part.path("partNumber").asInt(0);
      byte[] bytes = parts.getOrDefault(hash + "/" + number, NOTHING);
      if (part.path("etag").asString("").equals("\"" + StubHub.gitBlob(bytes) + "\"")) {
        ordered.put(number, bytes);
      }
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ordered.values().forEach(all::writeBytes);
    keep(hash, all.toByteArray(), c, Map.of());
  }

  private void keep(String hash, byte[] content, Connection c, Map<String, String> headers)
      throws IOException {
    boolean fits = StubHub.sha256(content).equals(hash);
    if (fits) {
      hub.uploaded.put(hash, content);
    }
    c.reply(fits ? 200 : 400, headers, NOTHING);
  }

  /// Answers a request to the store about an upload.
  boolean stores(Request r, Connection c) throws IOException {
    if (!r.method().equals("PUT")) {
      return false;
    }
    String name = r.path().replaceFirst("/upload/", "");
    if (name.contains("/")) {
      parts.put(name, r.body());
      c.reply(200, Map.of("ETag", "\"" + StubHub.gitBlob(r.body()) + "\""), NOTHING);
    } else {
      keep(name, r.body(), c, Map.of());
    }
    return true;
  }
}
