package dev.tesuji.studio.access;

import dev.tesuji.check.BadInput;
import dev.tesuji.labels.Project;
import dev.tesuji.serve.http.HttpHead;
import dev.tesuji.studio.web.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The people who are logged in.
///
/// Where there are no accounts anybody who reaches the server may take any name: it then listens to
/// this machine alone.
public final class Sessions {
  private static final Pattern COOKIE =
      Pattern.compile("(?:^|;\\s*)tesuji-studio=([\\w-]{43})(?:;|$)");
  private static final long IDLE_NANOS = Duration.ofHours(12).toNanos();
  private static final int MOST = 10_000;

  private final Accounts accounts;
  private final LongSupplier nanos;
  private final Throttle throttle;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Session> byDigest = new ConcurrentHashMap<>();

  /// A person who is logged in.
  ///
  /// @param name the account's
  /// @param role what it may do
  /// @param csrf what each change must name, which pages of other sites cannot read
  /// @param used when it was last used
  public record Session(String name, Role role, String csrf, long used) {}

  /// A session that begins, and its cookie.
  public record Begun(Session session, String cookie) {}

  /// @param nanos a clock
  public Sessions(Accounts accounts, LongSupplier nanos) {
    this.accounts = accounts;
    this.nanos = nanos;
    throttle = new Throttle(nanos);
  }

  /// Returns whether anybody may come in.
  public boolean isOpen() {
    return accounts.isEmpty();
  }

  /// Logs somebody in.
  ///
  /// @throws Refusal with 401 for a wrong name or password, 429 for too many tries
  public Begun begin(String name, String password, String remote) {
    String address = "address " + remote.replaceFirst(":\\d+$", "");
    String account = "account " + name;
    Role role = Role.LEAD;
    if (accounts.isEmpty()) {
      requireName(name);
    } else {
      Duration left = longer(throttle.left(account), throttle.left(address));
      if (left.isPositive()) {
        throw new Refusal(
            429, "too many tries; the next is taken in " + (left.toSeconds() + 1) + " seconds");
      }
      throttle.failed(account); // before the slow check, so that tries at once count too
      throttle.failed(address);
      role =
          accounts
              .check(name, password)
              .orElseThrow(() -> new Refusal(401, "the name or the password is wrong"));
      throttle.succeeded(account);
      throttle.succeeded(address);
    }
    if (byDigest.size() >= MOST) {
      byDigest.values().removeIf(s -> nanos.getAsLong() - s.used() > IDLE_NANOS);
    }
    String token = token();
    Session session = new Session(name, role, token(), nanos.getAsLong());
    byDigest.put(digest(token), session);
    return new Begun(
        session, "tesuji-studio=" + token + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200");
  }

  private static void requireName(String name) {
    try {
      Project.requireName("the name", name);
    } catch (BadInput e) {
      throw new Refusal(400, String.valueOf(e.getMessage()));
    }
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  private String token() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /// Returns who sends a request; null for nobody who is logged in.
  public @Nullable Session of(HttpHead head) {
    String token = cookie(head);
    Session session = token == null ? null : byDigest.get(digest(token));
    if (session == null) {
      return null;
    }
    long now = nanos.getAsLong();
    if (now - session.used() > IDLE_NANOS) {
      byDigest.remove(digest(String.valueOf(token)));
      return null;
    }
    Session used = new Session(session.name(), session.role(), session.csrf(), now);
    byDigest.replace(digest(String.valueOf(token)), used);
    return used;
  }

  /// Returns who sends a change.
  ///
  /// @throws Refusal with 401 for nobody who is logged in, 403 where the change does not name what
  ///   only this server's own pages know
  public Session changing(HttpHead head) {
    Session session = of(head);
    if (session == null) {
      throw new Refusal(401, "nobody is logged in");
    }
    String csrf = String.valueOf(head.header("x-csrf-token"));
    if (!MessageDigest.isEqual(
        csrf.getBytes(StandardCharsets.UTF_8), session.csrf().getBytes(StandardCharsets.UTF_8))) {
      throw new Refusal(
          403, "header X-CSRF-Token must be that of the session; load the page again");
    }
    return session;
  }

  /// Logs out.
  public void end(HttpHead head) {
    String token = cookie(head);
    if (token != null) {
      byDigest.remove(digest(token));
    }
  }

  private static @Nullable String cookie(HttpHead head) {
    String header = head.header("cookie");
    Matcher found = COOKIE.matcher(header == null ? "" : header);
    return found.find() ? found.group(1) : null;
  }

  private static String digest(String token) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
