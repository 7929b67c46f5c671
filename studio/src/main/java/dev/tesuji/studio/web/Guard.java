package dev.tesuji.studio.web;

import dev.tesuji.check.BadInput;
import dev.tesuji.serve.http.HttpHead;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Refuses requests that another site has a browser send.
///
/// A page of another site may point a name of its own at this machine (DNS rebinding): the `Host`
/// header then has that name, so only addresses and this machine's names are answered. What it
/// sends across sites, the browser marks with `Origin` or `Sec-Fetch-Site`.
public final class Guard {
  private static final Pattern IP4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IP6 = Pattern.compile("\\[[0-9a-f:.]+]");

  private final Set<String> names;

  /// @param names the names by which this machine is known, in small letters
  public Guard(Set<String> names) {
    this.names = Set.copyOf(names);
  }

  /// Returns why a request is refused; null where it is not.
  public @Nullable String problem(HttpHead head) {
    String host = head.header("host");
    if (host == null || !isKnown(name(host))) {
      return "header Host must be this server's address, got '"
          + BadInput.brief(host)
          + "'; open the address that it printed";
    }
    String origin = head.header("origin");
    if (origin != null && !origin.equals("http://" + host) && !origin.equals("https://" + host)) {
      return "header Origin must be this server's, got '" + BadInput.brief(origin) + "'";
    }
    String site = head.header("sec-fetch-site");
    boolean opensPage = "navigate".equals(head.header("sec-fetch-mode"));
    boolean across = site != null && !site.equals("same-origin") && !site.equals("none");
    if (across && !(opensPage && head.method().equals("GET") && !head.path().startsWith("/api/"))) {
      return "the request must come from this server's own pages, got one from another site";
    }
    return null;
  }

  private static String name(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    int port = lower.lastIndexOf(':');
    return port > lower.lastIndexOf(']') ? lower.substring(0, port) : lower;
  }

  private boolean isKnown(String name) {
    return names.contains(name) || IP4.matcher(name).matches() || IP6.matcher(name).matches();
  }
}
