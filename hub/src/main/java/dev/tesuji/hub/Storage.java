package dev.tesuji.hub;

import dev.tesuji.hub.HubFailure.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.ReadOnlyFileSystemException;

/// The sentences about a cache that cannot take what was downloaded.
final class Storage {
  private Storage() {}

  static HubFailure failed(Address about, Cache cache, IOException e) {
    String reason = String.valueOf(e.getMessage());
    if (reason.contains("No space left") || reason.contains("quota exceeded")) {
      return new HubFailure(
          Kind.UNUSABLE,
          about
              + ": the disk of "
              + cache.root()
              + " is full; free some space and run again,"
              + " it goes on where it stopped",
          e);
    }
    boolean closed =
        e instanceof AccessDeniedException
            || e.getCause() instanceof ReadOnlyFileSystemException
            || reason.contains("Read-only file system");
    return new HubFailure(
        Kind.UNUSABLE,
        about
            + ": the cache "
            + cache.root()
            + " could not be written"
            + (closed ? "; set HF_HUB_CACHE to a folder that can" : ": " + reason),
        e);
  }

  static HubFailure tooLittle(Address about, Cache cache, long needed, long free) {
    return new HubFailure(
        Kind.UNUSABLE,
        about
            + ": the disk of "
            + cache.root()
            + " has "
            + Meter.size(free)
            + " free, and "
            + Meter.size(needed)
            + " are to come; free some space, or set HF_HUB_CACHE to a folder elsewhere");
  }
}
