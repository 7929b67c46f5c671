package dev.tesuji.endpoint;

import dev.tesuji.check.Require;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// How often a request that may succeed later is made, and how long the pauses are.
///
/// @param most how often in all
/// @param pause the pause before the second attempt; twice as long before each further one, at most
///   30 s, each shortened by up to a half by chance, so that many askers do not come back at once
public record Attempts(int most, Duration pause) {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int DOUBLINGS = 20;

  /// Checks the range.
  public Attempts {
    Require.atLeast(1, "attempts", most);
  }

  /// Something that may fail for a while.
  @FunctionalInterface
  public interface Attempt<T> {
    /// Tries once.
    ///
    /// @throws IOException when it may be tried again
    T once() throws IOException, InterruptedException;
  }

  /// Says that a server is busy or ill, and for how long it asks to be left alone.
  public static final class Passing extends IOException {
    private static final long serialVersionUID = 1;
    private final transient @Nullable Duration asked;

    /// Makes the error.
    ///
    /// @param asked the pause that the server asks for; null where it says nothing
    public Passing(String trouble, @Nullable Duration asked) {
      super(trouble);
      this.asked = asked;
    }
  }

  /// Says that all attempts have failed.
  public static final class GaveUp extends Exception {
    private static final long serialVersionUID = 1;

    private GaveUp(String trouble, Throwable last) {
      super(trouble, last);
    }

    /// Returns what was wrong with the last attempt, in words.
    public String trouble() {
      return String.valueOf(getMessage());
    }
  }

  /// Tries until it works.
  ///
  /// @throws GaveUp when the last attempt has failed, or the thread was interrupted
  public <T> T insist(Attempt<T> attempt) throws GaveUp {
    for (int number = 1; ; number++) {
      try {
        return attempt.once();
      } catch (IOException e) {
        if (number >= most) {
          throw new GaveUp(trouble(e), e);
        }
        rest(e, number + 1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new GaveUp("interrupted", e);
      }
    }
  }

  private void rest(IOException after, int next) throws GaveUp {
    Duration pause = pauseBefore(next);
    long millis = (long) (pause.toMillis() * ThreadLocalRandom.current().nextDouble(0.5, 1));
    if (after instanceof Passing passing && passing.asked != null) {
      millis = Math.max(millis, passing.asked.toMillis());
    }
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GaveUp("interrupted", e);
    }
  }

  /// Returns the longest pause of our own before an attempt.
  ///
  /// @param attempt its number, from 2
  public Duration pauseBefore(int attempt) {
    long millis = pause.toMillis() << Math.min(attempt - 2, DOUBLINGS);
    return millis > LONGEST_PAUSE.toMillis() ? LONGEST_PAUSE : Duration.ofMillis(millis);
  }

  /// Says in words what failed; the client's own errors often have none.
  private static String trouble(IOException e) {
    return switch (e) {
      case HttpTimeoutException _ -> "no answer in time";
      case ConnectException _ -> "no connection";
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
