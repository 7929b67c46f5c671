package dev.tesuji.hub;

import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/// The part of a commit that is in the cache.
///
/// @param missing files that are needed and not here
/// @param sure whether nothing else can be missing; otherwise the hub has to be asked
record LocalCopy(List<String> missing, boolean sure) {
  private static final List<String> NAMED = List.of("config.json", "tokenizer.json");
  private static final List<String> WEIGHTS =
      List.of("model.safetensors", "adapter_model.safetensors");
  private static final String INDEX = "model.safetensors.index.json";

  /// Looks what there is of a commit; empty where there is nothing.
  static Optional<LocalCopy> of(Cache cache, String commit, Wanted wanted) {
    if (!Files.isDirectory(cache.snapshot(commit))) {
      return Optional.empty();
    }
    String only = wanted.only();
    if (only != null && Files.isRegularFile(cache.pointer(commit, only))) {
      return Optional.of(new LocalCopy(List.of(), true));
    }
    Optional<Listing> listing = cache.listing(commit);
    // Python's tools take less of a model than we do, and keep the same listing.
    if (listing.isPresent() && (listing.get().ours() || !wanted.weights())) {
      List<String> missing =
          listing.get().files().values().stream()
              .filter(f -> wanted.takes().test(f.path()))
              .filter(f -> !cache.has(commit, f))
              .map(Listing.Entry::path)
              .toList();
      return Optional.of(new LocalCopy(missing, true));
    }
    if (only != null) {
      boolean folder = Files.isDirectory(cache.pointer(commit, only));
      return Optional.of(new LocalCopy(folder ? List.of() : List.of(only), false));
    }
    return Optional.of(
        wanted.weights() ? model(cache, commit, listing) : new LocalCopy(List.of(), false));
  }

  /// Looks whether a model that another tool has downloaded can compute.
  private static LocalCopy model(Cache cache, String commit, Optional<Listing> listing) {
    Set<String> missing = new LinkedHashSet<>();
    boolean adapter = cache.has(commit, "adapter_config.json");
    if (!adapter && !cache.has(commit, NAMED.getFirst())) {
      missing.add(NAMED.getFirst());
    }
    if (cache.has(commit, INDEX)) {
      missing.addAll(shards(cache, commit));
    } else if (WEIGHTS.stream().noneMatch(w -> cache.has(commit, w))
        && !hasWeights(cache, commit)) {
      missing.add(adapter ? WEIGHTS.getLast() : WEIGHTS.getFirst());
    }
    listing.ifPresent(l ->
        NAMED.stream()
            .filter(f -> l.files().containsKey(f) && !cache.has(commit, f))
            .forEach(missing::add));
    boolean sure = missing.isEmpty() && NAMED.stream().allMatch(f -> cache.has(commit, f));
    return new LocalCopy(List.copyOf(missing), sure);
  }

  private static List<String> shards(Cache cache, String commit) {
    List<String> missing = new ArrayList<>();
    try {
      Set<String> shards = new LinkedHashSet<>();
      Json.MAPPER
          .readTree(Files.readString(cache.pointer(commit, INDEX)))
          .path("weight_map")
          .forEach(f -> shards.add(f.asString("")));
      shards.stream().filter(f -> !Names.isFile(f) || !cache.has(commit, f)).forEach(missing::add);
    } catch (IOException | JacksonException _) {
      missing.add(INDEX);
    }
    return missing;
  }

  private static boolean hasWeights(Cache cache, String commit) {
    try (Stream<Path> files = Files.list(cache.snapshot(commit))) {
      return files.anyMatch(f -> f.toString().endsWith(".safetensors") && Files.exists(f));
    } catch (IOException _) {
      return false;
    }
  }
}
