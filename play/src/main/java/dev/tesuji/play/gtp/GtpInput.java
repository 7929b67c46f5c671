package dev.tesuji.play.gtp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Lines from the program at the other end, read by a thread of their own, so that thinking can see
/// that something came.
final class GtpInput {
  /// The longest line that is kept whole.
  static final int LONGEST = 1 << 20;

  private static final int WAITING = 100_000; // lines; the other end waits when it is further ahead
  private static final int BUFFER = 8192;

  private final InputStream in;
  private final Deque<String> lines = new ArrayDeque<>();
  private final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
  private boolean ended;
  private boolean interrupted;

  GtpInput(InputStream in) {
    this.in = in;
    Thread.ofPlatform().daemon().name("tesuji-gtp-input").start(this::read);
  }

  /// Waits for a line and takes it; null at the end. A line that is too long is cut, so that it
  /// cannot be mistaken for a shorter one by what follows it.
  synchronized @Nullable String next() throws InterruptedException {
    while (lines.isEmpty() && !ended) {
      wait();
    }
    notifyAll();
    return lines.poll();
  }

  /// Returns whether anything came since the last line was taken: a line, a part of one, an
  /// interruption, or the end.
  synchronized boolean isWaiting() {
    return !lines.isEmpty() || bytes.size() > 0 || interrupted || ended;
  }

  /// Waits until something comes.
  synchronized void await() throws InterruptedException {
    while (!isWaiting()) {
      wait();
    }
  }

  /// Returns whether GoGui asked for an interruption (a comment, `# interrupt`), once.
  synchronized boolean takeInterruption() {
    boolean asked = interrupted;
    interrupted = false;
    return asked;
  }

  private void read() {
    byte[] buffer = new byte[BUFFER];
    try {
      int count;
      while ((count = in.read(buffer)) >= 0) {
        take(buffer, count);
      }
    } catch (IOException e) {
      // The other end is gone: the same as the end.
    }
    synchronized (this) {
      if (bytes.size() > 0) {
        finishLine();
      }
      ended = true;
      notifyAll();
    }
  }

  private synchronized void take(byte[] buffer, int count) {
    for (int i = 0; i < count; i++) {
      if (buffer[i] == '\n') {
        finishLine();
      } else if (bytes.size() <= LONGEST) {
        bytes.write(buffer[i]);
      }
    }
    notifyAll();
    try {
      while (lines.size() > WAITING) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void finishLine() {
    String line = bytes.toString(StandardCharsets.UTF_8);
    bytes.reset();
    if (line.strip().equals("# interrupt")) {
      interrupted = true;
    } else {
      lines.add(line);
    }
  }
}
