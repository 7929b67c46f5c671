package dev.tesuji.serve.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A request that has been read, and its answer: one whole, or a stream of server-sent events.
///
/// Safe for use by several threads. What is written goes to the network's own thread, so that only
/// [#send] waits, and that only for a client that does not read.
public final class Exchange {
  private static final int AHEAD = 1 << 18; // bytes that may be on their way to a client

  private final HttpHead head;
  private final byte[] body;
  private final Context context;
  private final HttpServerResponse response;
  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock(); // guards all below
  private final Condition changed = lock.newCondition();
  private final List<Runnable> watchers = new ArrayList<>();
  private long ahead;
  private boolean gone;
  private boolean streams;
  private boolean answered;
  private int status;

  Exchange(
      HttpHead head, byte[] body, Context context, HttpServerResponse response, Duration patience) {
    this.head = head;
    this.body = body;
    this.context = context;
    this.response = response;
    this.patience = patience;
  }

  /// Returns the request but for its body.
  public HttpHead head() {
    return head;
  }

  /// Returns the request's body.
  public byte[] body() {
    return body;
  }

  /// Has something run once when the client goes away before it has its answer; at once where it
  /// has gone. It must not wait.
  public void whenGone(Runnable watcher) {
    boolean late;
    lock.lock();
    try {
      late = gone;
      if (!late) {
        watchers.add(watcher);
      }
    } finally {
      lock.unlock();
    }
    if (late) {
      watcher.run();
    }
  }

  /// Returns whether the client went away before it had its answer.
  public boolean isGone() {
    lock.lock();
    try {
      return gone;
    } finally {
      lock.unlock();
    }
  }

  /// Returns whether an answer has begun.
  public boolean hasBegun() {
    lock.lock();
    try {
      return answered || streams;
    } finally {
      lock.unlock();
    }
  }

  /// Returns the status that was answered; 499 where the client went before, 0 where nothing was.
  public int status() {
    lock.lock();
    try {
      return gone ? 499 : status;
    } finally {
      lock.unlock();
    }
  }

  /// Sends an answer.
  public void answer(HttpAnswer answer) {
    lock.lock();
    try {
      if (gone || answered || streams) {
        return;
      }
      answered = true;
      status = answer.status();
    } finally {
      lock.unlock();
    }
    context.runOnContext(_ -> {
      if (!response.ended() && !response.closed()) {
        write(response, answer);
      }
    });
  }

  static void write(HttpServerResponse response, HttpAnswer answer) {
    response.setStatusCode(answer.status());
    answer.headers().forEach(response::putHeader);
    response.end(Buffer.buffer(answer.body()));
  }

  /// Begins a stream of server-sent events.
  ///
  /// @param headers more of them, by name
  public void stream(Map<String, String> headers) {
    lock.lock();
    try {
      streams = true;
      status = 200;
    } finally {
      lock.unlock();
    }
    context.runOnContext(_ -> {
      response.setChunked(true);
      response.putHeader("content-type", "text/event-stream; charset=utf-8");
      response.putHeader("cache-control", "no-cache");
      response.putHeader("x-accel-buffering", "no");
      headers.forEach(response::putHeader);
    });
  }

  /// Sends some of the stream.
  ///
  /// @throws Gone when the client went away, or has not read for too long
  public void send(String text) {
    Buffer buffer = Buffer.buffer(text.getBytes(StandardCharsets.UTF_8));
    awaitRoom(buffer.length());
    context.runOnContext(_ -> {
      if (response.ended() || response.closed()) {
        done(buffer.length());
      } else {
        response.write(buffer).onComplete(_ -> done(buffer.length()));
      }
    });
  }

  /// Waits where the client is too far behind, until it has caught up by half: who reads a little
  /// now and then would otherwise keep an answer waiting for ever.
  private void awaitRoom(int bytes) {
    long left = patience.toNanos();
    lock.lock();
    try {
      if (ahead > AHEAD) {
        while (!gone && ahead > AHEAD / 2 && left > 0) {
          left = changed.awaitNanos(left);
        }
      }
      if (!gone && left > 0) {
        ahead += bytes;
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    context.runOnContext(_ -> response.reset());
    left();
    throw new Gone();
  }

  private void done(int bytes) {
    lock.lock();
    try {
      ahead -= bytes;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Ends the stream.
  public void end() {
    lock.lock();
    try {
      answered = true;
    } finally {
      lock.unlock();
    }
    context.runOnContext(_ -> {
      if (!response.ended() && !response.closed()) {
        response.end();
      }
    });
  }

  /// Ends whatever has begun: a request that nobody answered is hung up on.
  public void close() {
    lock.lock();
    try {
      if (gone || answered) {
        return;
      }
      answered = true;
    } finally {
      lock.unlock();
    }
    context.runOnContext(_ -> response.reset());
  }

  /// Notes that the client went away.
  void left() {
    List<Runnable> all;
    lock.lock();
    try {
      if (gone || answered) {
        return;
      }
      gone = true;
      all = List.copyOf(watchers);
      watchers.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    all.forEach(Runnable::run);
  }
}
