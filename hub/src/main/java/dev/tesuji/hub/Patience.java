package dev.tesuji.hub;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import javax.net.ssl.SSLException;

/// How often something that failed is tried again, and how long the pauses are.
///
/// @param tries how often in a row, without anything gained between
/// @param first the first pause; each is twice the one before it
/// @param longest the longest pause of our own
/// @param longestAsked the longest that the hub may ask for; beyond it we give up and say so
record Patience(int tries, Duration first, Duration longest, Duration longestAsked) {
  /// Six tries over about eight seconds; the hub's rate limits count over five minutes.
  static final Patience DEFAULT =
      new Patience(6, Duration.ofMillis(250), Duration.ofSeconds(8), Duration.ofMinutes(6));

  /// Says that the hub is busy, or ill, and when it may be asked again.
  static final class Busy extends IOException {
    private static final long serialVersionUID = 1;
    private final Duration asked;

    /// @param asked the pause that the hub asks for; zero where it does not say
    Busy(String sentence, Duration asked) {
      super(sentence);
      this.asked = asked;
    }
  }

  /// Something that may fail for a while.
  interface Attempt<T> {
    /// Tries once.
    ///
    /// @throws IOException when it may be tried again
    T once() throws IOException;
  }

  /// Tries until it works.
  ///
  /// @throws HubFailure when patience is at an end
  <T> T insist(Address about, Attempt<T> attempt) {
    Count count = new Count(this, about);
    while (true) {
      try {
        return attempt.once();
      } catch (IOException e) {
        count.failed(e);
      }
    }
  }

  /// A count of failures in a row.
  static final class Count {
    private final Patience patience;
    private final Address about;
    private int failures;

    Count(Patience patience, Address about) {
      this.patience = patience;
      this.about = about;
    }

    /// Forgets the failures: something was gained.
    void gained() {
      failures = 0;
    }

    /// Waits before the next try.
    ///
    /// @throws HubFailure when there is none
    void failed(IOException e) {
      failures++;
      boolean hopeless = failures > 1 && (e instanceof SSLException || unresolved(e));
      if (failures >= patience.tries() || hopeless) {
        throw unreachable(e);
      }
      Duration own = patience.first().multipliedBy(1L << (failures - 1));
      Duration pause = own.compareTo(patience.longest()) < 0 ? own : patience.longest();
      if (e instanceof Busy busy && busy.asked.compareTo(pause) > 0) {
        if (busy.asked.compareTo(patience.longestAsked()) > 0) {
          throw new HubFailure(
              HubFailure.Kind.UNREACHABLE,
              about
                  + ": the hub limits the rate of requests; try again in "
                  + busy.asked.toSeconds()
                  + " s",
              e);
        }
        pause = busy.asked;
      }
      sleep(pause, e);
    }

    private void sleep(Duration pause, IOException e) {
      try {
        Thread.sleep(pause);
      } catch (InterruptedException again) {
        Thread.currentThread().interrupt();
        e.addSuppressed(again);
        throw unreachable(e);
      }
    }

    private HubFailure unreachable(IOException e) {
      return new HubFailure(
          HubFailure.Kind.UNREACHABLE,
          about + ": the hub could not be reached (" + reason(e) + "); try again later",
          e);
    }

    /// Says why in words; the client's own errors often have none.
    private static String reason(IOException e) {
      return switch (e) {
        case HttpTimeoutException _ -> "no answer in time";
        case ConnectException _ when unresolved(e) -> "no host of that name";
        case ConnectException _ -> "connection refused";
        default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      };
    }

    private static boolean unresolved(Throwable e) {
      for (Throwable t = e; t != null; t = t.getCause()) {
        if (t instanceof UnresolvedAddressException || t instanceof UnknownHostException) {
          return true;
        }
      }
      return false;
    }
  }
}
