package dev.tesuji.hub;

import dev.tesuji.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The files of a commit, which never change.
///
/// @param files by their names
/// @param ours whether it was Tesuji that wrote it; then every file that is needed was asked for
record Listing(Map<String, Entry> files, boolean ours) {
  private static final int VERSION = 1;

  /// A file of a commit.
  ///
  /// @param path its name
  /// @param size its bytes; -1 where it is not known
  /// @param blob its hash as git has it; empty where it is not known
  /// @param sha256 its hash where it is stored as a large file, else empty
  record Entry(String path, long size, String blob, String sha256) {
    static Entry of(JsonNode file, Address about) {
      JsonNode large = file.path("lfs");
      return new Entry(
          Names.file(file.path("path").asString(""), about),
          file.path("size").asLong(-1),
          file.path("oid").asString(""),
          large.path("oid").asString(""));
    }

    static Entry named(String path) {
      return new Entry(path, -1, "", "");
    }
  }

  static Listing of(List<Entry> entries) {
    Map<String, Entry> files = new LinkedHashMap<>();
    entries.forEach(e -> files.put(e.path(), e));
    return new Listing(files, true);
  }

  /// Writes it as huggingface_hub does.
  String toJson() {
    ObjectNode json = Json.MAPPER.createObjectNode().put("format_version", VERSION);
    ObjectNode all = json.putObject("files");
    files
        .values()
        .forEach(e -> {
          ObjectNode file = all.putObject(e.path()).put("size", e.size()).put("blob_id", e.blob());
          if (!e.sha256().isEmpty()) {
            file.put("lfs_sha256", e.sha256()).put("lfs_size", e.size());
          }
        });
    return json.toString();
  }

  /// Reads one; empty where it is of another version, or names a file that cannot be stored.
  static Optional<Listing> parse(JsonNode json, boolean ours) {
    if (json.path("format_version").asInt(0) != VERSION || !json.path("files").isObject()) {
      return Optional.empty();
    }
    Map<String, Entry> files = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> e : json.path("files").properties()) {
      if (!Names.isFile(e.getKey())) {
        return Optional.empty();
      }
      JsonNode f = e.getValue();
      files.put(
          e.getKey(),
          new Entry(
              e.getKey(),
              f.path("size").asLong(-1),
              f.path("blob_id").asString(""),
              f.path("lfs_sha256").asString("")));
    }
    return Optional.of(new Listing(files, ours));
  }
}
