package dev.tesuji.hub;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The body of an answer, read piece by piece; each piece must come in time. The client's own
/// streams wait for ever for a server that has fallen silent.
final class TimedBody implements BodySubscriber<TimedBody>, AutoCloseable {
  private static final int DRAINED = 1 << 16;

  /// Something that came: pieces, the end, or what went wrong.
  private record Event(List<ByteBuffer> pieces, boolean end, @Nullable Throwable trouble) {}

  private final Duration timeout;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();
  private boolean ended;

  TimedBody(Duration timeout) {
    this.timeout = timeout;
  }

  @Override
  public CompletionStage<TimedBody> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Subscription s) {
    subscription.complete(s);
  }

  @Override
  public void onNext(List<ByteBuffer> pieces) {
    events.add(new Event(pieces, false, null));
  }

  @Override
  public void onError(Throwable trouble) {
    events.add(new Event(List.of(), true, trouble));
  }

  @Override
  public void onComplete() {
    events.add(new Event(List.of(), true, null));
  }

  /// Reads on; null at the end.
  ///
  /// @throws HttpTimeoutException when nothing comes for too long
  /// @throws IOException when the connection is cut
  @Nullable List<ByteBuffer> next() throws IOException {
    if (ended) {
      return null;
    }
    try {
      var _ = subscription.thenAccept(s -> s.request(1));
      Event event = events.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (event == null) {
        close();
        throw new HttpTimeoutException("silent for " + seconds(timeout));
      }
      ended = event.end();
      Throwable trouble = event.trouble();
      if (trouble != null) {
        throw trouble instanceof IOException io ? io : new IOException(trouble);
      }
      return ended ? null : event.pieces();
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// Reads all that is left.
  ///
  /// @param most the most bytes that are taken
  /// @throws IOException when there are more, or the connection is cut
  byte[] all(int most) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (List<ByteBuffer> pieces = next(); pieces != null; pieces = next()) {
      for (ByteBuffer piece : pieces) {
        byte[] copy = new byte[piece.remaining()];
        piece.get(copy);
        bytes.writeBytes(copy);
      }
      if (bytes.size() > most) {
        close();
        throw new IOException("the answer is larger than " + most + " bytes");
      }
    }
    return bytes.toByteArray();
  }

  /// Reads a short rest, so that the connection can be used again; ends it otherwise.
  void drain() {
    try {
      var _ = all(DRAINED);
    } catch (IOException _) {
      close(); // nobody wanted it
    }
  }

  @Override
  public void close() {
    if (!ended) {
      ended = true;
      var _ = subscription.thenAccept(Subscription::cancel);
    }
  }

  static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() / 1000.0 + " s";
  }
}
