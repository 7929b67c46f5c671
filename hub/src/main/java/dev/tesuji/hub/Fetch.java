package dev.tesuji.hub;

import dev.tesuji.hub.Download.Shared;
import dev.tesuji.hub.HubClient.RemoteFile;
import dev.tesuji.hub.HubFailure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Brings the needed files of one revision into the cache, or finds that they are there.
final class Fetch {
  private final HubSettings settings;
  private final Address address;
  private final Wanted wanted;
  private final Cache cache;
  private final Meter meter;

  Fetch(HubSettings settings, Address address, List<String> patterns, Meter meter) {
    this.settings = settings;
    this.address = address;
    this.wanted = Wanted.of(address, patterns);
    this.cache = new Cache(settings.cache(), address.repository(), settings.links());
    this.meter = meter;
  }

  /// Returns the snapshot's folder.
  ///
  /// @throws HubFailure when it cannot be had whole
  Path snapshot(Patience patience) {
    Optional<String> known = cache.ref(address.revision());
    Optional<LocalCopy> local = known.flatMap(c -> LocalCopy.of(cache, c, wanted));
    boolean whole = local.map(l -> l.missing().isEmpty()).orElse(false);
    if (whole && address.isPinned() && local.get().sure()) {
      return cache.snapshot(known.get());
    }
    if (settings.offline()) {
      if (whole) {
        return cache.snapshot(known.get());
      }
      throw offline(local);
    }
    try (Wire wire = new Wire(settings)) {
      return online(new HubClient(wire, settings, address, patience));
    } catch (HubFailure e) {
      if (whole && e.isCacheEnough()) {
        meter.say("Note: " + e.sentence() + "; taking the copy in the cache");
        return cache.snapshot(known.get());
      }
      throw e;
    }
  }

  private HubFailure offline(Optional<LocalCopy> local) {
    List<String> missing = local.map(LocalCopy::missing).orElse(List.of());
    String lack =
        missing.isEmpty()
            ? "has no copy of this " + address.repository().kind().word()
            : "has half a copy, without '"
                + missing.getFirst()
                + "'"
                + (missing.size() > 1 ? " and " + (missing.size() - 1) + " more" : "");
    return new HubFailure(
        missing.isEmpty() ? Kind.MISSING : Kind.INCOMPLETE,
        address
            + ": HF_HUB_OFFLINE is set and the cache "
            + cache.root()
            + " "
            + lack
            + "; fetch it once with the network");
  }

  private Path online(HubClient client) {
    String commit;
    List<String> siblings = List.of();
    if (address.isPinned()) {
      commit = address.revision();
    } else {
      HubClient.Revision revision = client.revision();
      commit = revision.commit();
      siblings = revision.files();
    }
    Listing listing = listing(client, commit, siblings);
    List<Listing.Entry> needed =
        listing.files().values().stream().filter(f -> wanted.takes().test(f.path())).toList();
    if (needed.isEmpty()) {
      String only = wanted.only();
      if (only != null) {
        cache.keepAbsence(commit, only);
      }
      throw new HubFailure(
          Kind.MISSING,
          address + ": the " + address.repository().kind().word() + " has no " + wanted.words());
    }
    cache.keepListing(commit, listing, needed.size() == listing.files().size());
    List<Listing.Entry> missing = needed.stream().filter(f -> !cache.has(commit, f)).toList();
    if (!missing.isEmpty()) {
      try {
        cache.prepare();
        bring(client, commit, missing);
      } catch (IOException e) {
        throw Storage.failed(address, cache, e);
      }
    }
    cache.keepRef(address.revision(), commit);
    return cache.snapshot(commit);
  }

  private Listing listing(HubClient client, String commit, List<String> siblings) {
    Optional<Listing> kept = cache.listing(commit);
    if (kept.isPresent()) {
      return kept.get();
    }
    Optional<List<Listing.Entry>> tree = client.tree(commit);
    if (tree.isPresent()) {
      return Listing.of(tree.get());
    }
    List<String> names = siblings.isEmpty() ? client.revision().files() : siblings;
    return Listing.of(names.stream().map(Listing.Entry::named).toList());
  }

  /// Downloads files, and puts those into the snapshot whose blobs another commit has brought.
  private void bring(HubClient client, String commit, List<Listing.Entry> missing)
      throws IOException {
    Lanes lanes = new Lanes();
    Shared shared = new Shared(client, cache, lanes, meter);
    List<RemoteFile> remote = Collections.synchronizedList(new ArrayList<>());
    lanes.each(missing, f -> lanes.on(() -> remote.add(client.head(commit, f.path()))));
    List<RemoteFile> absent = new ArrayList<>();
    for (RemoteFile f : remote) {
      if (cache.hasBlob(f.etag(), f.size())) {
        tidy(f.etag());
        link(f, commit);
      } else {
        absent.add(f);
      }
    }
    if (absent.isEmpty()) {
      return;
    }
    absent.sort((a, b) -> Long.compare(b.size(), a.size()));
    long bytes = absent.stream().mapToLong(f -> Math.max(0, f.size())).sum();
    long here = 0;
    for (RemoteFile f : absent) {
      here += Partial.bytesOf(cache, f.etag(), f.size());
    }
    long free = cache.free();
    if (free > 0 && free < bytes - here) {
      throw Storage.tooLittle(address, cache, bytes - here, free);
    }
    meter.begin(absent.size(), bytes, here);
    lanes.each(
        absent,
        f -> {
          new Download(shared, commit, f).run();
          link(f, commit);
        });
    meter.end();
  }

  /// Removes what was left by a process that was killed between the last rename and its end.
  private void tidy(String etag) throws IOException {
    if (!cache.journals(etag).isEmpty()) {
      try (Flock lock = cache.lock(etag, () -> {})) {
        Partial.clear(cache, etag, lock);
      }
    }
  }

  private void link(RemoteFile file, String commit) {
    try {
      cache.link(file.etag(), commit, file.path());
    } catch (IOException e) {
      if (!Files.exists(cache.pointer(commit, file.path()))) {
        throw Storage.failed(address, cache, e);
      }
    }
  }
}
