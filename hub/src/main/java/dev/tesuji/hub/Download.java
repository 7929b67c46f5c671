package dev.tesuji.hub;

import dev.tesuji.hub.HubClient.RemoteFile;
import dev.tesuji.hub.HubFailure.Kind;
import dev.tesuji.hub.Wire.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The download of one file: segments side by side, each from where it was cut, then the checksum,
/// then the rename into the cache.
final class Download {
  private static final Pattern RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
  private static final int WHOLES = 2; // tries of the checksum

  /// The parts that all downloads of a snapshot share.
  ///
  /// @param client asks the hub
  /// @param cache takes the files
  /// @param lanes the connections
  /// @param meter shows how far it is
  record Shared(HubClient client, Cache cache, Lanes lanes, Meter meter) {}

  private final Shared shared;
  private final String commit;
  private final AtomicBoolean unranged = new AtomicBoolean();
  private final AtomicInteger wholes = new AtomicInteger();
  private volatile RemoteFile file;

  Download(Shared shared, String commit, RemoteFile file) {
    this.shared = shared;
    this.commit = commit;
    this.file = file;
  }

  /// Downloads the file, unless it is here by now.
  void run() {
    String etag = file.etag();
    try (Flock lock =
        shared
            .cache()
            .lock(
                etag,
                () ->
                    shared.meter().say("Waiting for another process that reads " + file.path()))) {
      if (shared.cache().hasBlob(etag, file.size())) {
        Partial.clear(shared.cache(), etag, lock);
        shared.meter().adjust(Math.max(0, file.size()));
        return;
      }
      for (int i = 0; i < WHOLES; i++) {
        if (once(lock.isHeld())) {
          return;
        }
      }
      throw new HubFailure(
          Kind.UNUSABLE,
          about()
              + ": the "
              + Checksum.name(etag)
              + " of '"
              + file.path()
              + "' must be "
              + etag
              + ", and twice was not; the file was thrown away, try again later");
    } catch (IOException e) {
      throw Storage.failed(about(), shared.cache(), e);
    }
  }

  private boolean once(boolean alone) throws IOException {
    Partial partial = Partial.open(shared.cache(), file.etag(), file.size(), alone);
    try (partial) {
      shared.meter().adjust(partial.bytesDone());
      if (file.size() >= 0 && !unranged.get()) {
        shared.lanes().each(partial.missing(), s -> segment(partial, s));
      }
      if (unranged.get() || file.size() < 0) {
        whole(partial);
      }
      if (Checksum.fits(partial.path(), file.etag())) {
        partial.force();
        shared.cache().place(partial.path(), file.etag());
        partial.forget();
        return true;
      }
      shared.meter().adjust(-Math.max(0, file.size()));
      partial.discard();
      return false;
    }
  }

  /// Downloads a segment on one of the connections.
  private void segment(Partial partial, Partial.Segment segment) {
    shared
        .lanes()
        .on(() -> {
          long at = segment.start();
          Patience.Count count = count();
          while (at < segment.end() && !unranged.get()) {
            shared.lanes().requireRunning();
            try {
              at = part(partial, segment, at, count);
            } catch (Cut e) {
              at = e.at;
              count.failed(e.reason());
            } catch (IOException e) {
              if (!unranged.get()) {
                count.failed(e);
              }
            }
          }
          return at;
        });
  }

  private Patience.Count count() {
    return new Patience.Count(shared.client().patience(), about());
  }

  /// Says how far a request came that was cut.
  private static final class Cut extends IOException {
    private static final long serialVersionUID = 1;
    private final long at;

    Cut(long at, IOException cause) {
      super(cause.getMessage(), cause);
      this.at = at;
    }

    IOException reason() {
      return getCause() instanceof IOException io ? io : this;
    }
  }

  /// Asks for the rest of a segment and writes what comes.
  ///
  /// @return how far it came
  private long part(Partial partial, Partial.Segment segment, long from, Patience.Count count)
      throws IOException {
    RemoteFile asked = file;
    String range = "bytes=" + from + "-" + (segment.end() - 1);
    Answer answer = shared.client().open(asked, range);
    try (TimedBody body = answer.response().body()) {
      requireFresh(answer, asked);
      shared.client().require(answer, "file '" + file.path() + "'");
      if (answer.status() == 206) {
        requireRange(answer, from);
      } else if (from != 0 || segment.end() != file.size()) {
        if (wholes.incrementAndGet() > 1) {
          unranged.set(true); // once may be a whim of a server, twice is its way
        }
        throw new IOException("the server knows no ranges");
      }
      return complete(
          copy(
              body,
              from,
              segment.end(),
              (at, piece) -> {
                partial.write(at, piece);
                partial.reached(segment.start(), at + piece.limit());
                count.gained();
              }),
          segment.end());
    }
  }

  private static long complete(long at, long end) throws Cut {
    if (at < end) {
      throw new Cut(at, new IOException("the connection was cut"));
    }
    return at;
  }

  /// Takes what comes.
  private interface Sink {
    /// @param at the place of its first byte
    /// @param piece from position 0 to its limit
    void take(long at, ByteBuffer piece) throws IOException;
  }

  /// Copies what comes, up to the end that was asked for.
  private long copy(TimedBody body, long start, long end, Sink sink) throws IOException {
    long at = start;
    try {
      for (List<ByteBuffer> pieces = body.next(); pieces != null; pieces = body.next()) {
        for (ByteBuffer piece : pieces) {
          int length = (int) Math.min(piece.remaining(), end - at);
          if (length == 0) {
            return at; // more than was asked for
          }
          long to = at;
          store(() -> sink.take(to, piece.slice(piece.position(), length)));
          at += length;
          shared.meter().add(length);
        }
      }
    } catch (IOException e) {
      throw new Cut(at, e);
    }
    return at;
  }

  private void requireRange(Answer answer, long start) throws IOException {
    Optional<String> header = answer.response().headers().firstValue("content-range");
    Matcher range = RANGE.matcher(header.orElse(""));
    if (!range.matches() || Long.parseLong(range.group(1)) != start) {
      throw new IOException("the hub sent another range than the one that was asked for");
    }
    if (!range.group(3).equals("*") && Long.parseLong(range.group(3)) != file.size()) {
      throw new HubFailure(
          Kind.UNUSABLE,
          about()
              + ": '"
              + file.path()
              + "' must have "
              + file.size()
              + " bytes, and the store has "
              + range.group(3));
    }
  }

  /// Downloads the file in one piece, from a server that knows no ranges: each cut begins it anew.
  private void whole(Partial partial) throws IOException {
    shared
        .lanes()
        .on(() -> {
          Patience.Count count = count();
          for (boolean ended = false; !ended; ) {
            shared.lanes().requireRunning();
            shared.meter().adjust(-partial.bytesDone());
            store(partial::restart);
            try {
              ended = wholeOnce(partial) >= 0;
            } catch (Cut e) {
              shared.meter().adjust(-e.at);
              count.failed(e.reason());
            } catch (IOException e) {
              count.failed(e);
            }
          }
          return true;
        });
  }

  private long wholeOnce(Partial partial) throws IOException {
    RemoteFile asked = file;
    Answer answer = shared.client().open(asked, "");
    try (TimedBody body = answer.response().body()) {
      requireFresh(answer, asked);
      shared.client().require(answer, "file '" + file.path() + "'");
      boolean known = file.size() >= 0;
      long at = copy(body, 0, known ? file.size() : Long.MAX_VALUE, partial::write);
      return complete(at, known ? file.size() : at);
    }
  }

  /// Asks anew for an address that a store gave for a while only.
  private void requireFresh(Answer answer, RemoteFile asked) throws IOException {
    if (isStale(answer)) {
      answer.response().body().drain();
      renew(asked);
      throw new IOException("the store's address has expired");
    }
  }

  /// Returns whether a store off the hub refuses an address that it gave for a while only.
  private boolean isStale(Answer answer) {
    return switch (answer.status()) {
      case 400, 401, 403, 404, 410 -> !shared.client().wire().isHub(answer.uri());
      default -> false;
    };
  }

  private synchronized void renew(RemoteFile stale) {
    if (file.location().equals(stale.location())) {
      file = shared.client().head(commit, file.path());
    }
  }

  /// A write to the disk.
  private interface Write {
    void run() throws IOException;
  }

  private void store(Write write) {
    try {
      write.run();
    } catch (IOException e) {
      throw Storage.failed(about(), shared.cache(), e);
    }
  }

  private Address about() {
    return shared.client().about();
  }
}
