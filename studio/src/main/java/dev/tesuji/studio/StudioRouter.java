package dev.tesuji.studio;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.labels.Unavailable;
import dev.tesuji.labels.shared.Database;
import dev.tesuji.labels.shared.SharedAccounts;
import dev.tesuji.serve.http.Exchange;
import dev.tesuji.serve.http.Gone;
import dev.tesuji.serve.http.HttpAnswer;
import dev.tesuji.serve.http.HttpHandler;
import dev.tesuji.serve.http.HttpHead;
import dev.tesuji.studio.access.Accounts;
import dev.tesuji.studio.access.Role;
import dev.tesuji.studio.access.Sessions;
import dev.tesuji.studio.runfolder.Runs;
import dev.tesuji.studio.web.Assets;
import dev.tesuji.studio.web.Guard;
import dev.tesuji.studio.web.Refusal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// Sends each request to what answers it, and makes answers of refusals.
final class StudioRouter implements HttpHandler, AutoCloseable {
  private static final Pattern VIEW =
      Pattern.compile("/|/(runs|run|rollouts|rollout|compare|label|agreement)");
  private static final Pattern OF_LABELS = Pattern.compile("projects|next|agreement|export");

  private static final String API = "/api/";
  private static final String ASSETS = "/assets/";

  private final Guard guard;
  private final Sessions sessions;
  private final RunsEndpoint runs;
  private final LabelEndpoint labels;
  private volatile boolean stopping;

  StudioRouter(StudioSettings settings) {
    guard = new Guard(names(settings.host()));
    Accounts accounts = accounts(settings);
    if (accounts.isEmpty() && !isThisMachine(settings.host())) {
      throw new BadInput(
          "option --host must be an address of this machine alone where there are no accounts, got '"
              + BadInput.brief(settings.host())
              + "'; make some with './tesuji labels account'");
    }
    sessions = new Sessions(accounts, System::nanoTime);
    runs = new RunsEndpoint(new Runs(settings.runs()), () -> stopping);
    labels = new LabelEndpoint(settings.labels(), settings.database());
  }

  private static Accounts accounts(StudioSettings settings) {
    Database database = settings.database();
    return database == null
        ? new Accounts(settings.labels())
        : Accounts.shared(new SharedAccounts(database));
  }

  private static boolean isThisMachine(String host) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /// Returns the names by which a page of this server may be opened.
  private static Set<String> names(String host) {
    Set<String> names = new HashSet<>(Set.of("localhost", host.toLowerCase(Locale.ROOT)));
    try {
      names.add(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
    } catch (UnknownHostException e) {
      // a machine without a name is opened by its address
    }
    return names;
  }

  @Override
  public @Nullable HttpAnswer screen(HttpHead head) {
    String problem = guard.problem(head);
    if (problem != null) {
      return refusal(403, problem);
    }
    boolean gets = head.method().equals("GET") || head.method().equals("HEAD");
    if (!gets && !head.method().equals("POST")) {
      return refusal(405, "the method must be GET or POST, got " + BadInput.brief(head.method()));
    }
    String type = String.valueOf(head.header("content-type")).toLowerCase(Locale.ROOT);
    if (!gets && !type.startsWith("application/json")) {
      return refusal(415, "header Content-Type must be application/json"); // no form can send it
    }
    return null;
  }

  @Override
  public HttpAnswer refusal(int status, String sentence) {
    return Assets.safe(Refusal.answer(status, sentence));
  }

  @Override
  public void handle(Exchange exchange) {
    try {
      route(exchange);
    } catch (Refusal e) {
      exchange.answer(Assets.safe(e.answer()));
    } catch (Unavailable e) {
      System.err.println("unavailable: " + exchange.head().path() + ": " + e.getMessage());
      exchange.answer(refusal(503, "what keeps labels cannot be reached now; try again"));
    } catch (BadInput e) {
      exchange.answer(refusal(500, String.valueOf(e.getMessage())));
    } catch (Gone e) {
      // nobody is there to be told
    } catch (RuntimeException e) {
      System.err.println("a defect of the studio: " + exchange.head().path() + ": " + e);
      exchange.answer(refusal(500, "a defect of the studio; its standard error says more"));
    } finally {
      exchange.close();
    }
  }

  private void route(Exchange exchange) {
    HttpHead head = exchange.head();
    String path = head.path();
    if (head.method().equals("POST")) {
      exchange.answer(Assets.safe(change(path, exchange)));
    } else if (path.equals("/health")) {
      String state = stopping ? "stopping" : "ok";
      String json = Json.line(Json.MAPPER.createObjectNode().put("status", state));
      exchange.answer(HttpAnswer.of(stopping ? 503 : 200, "application/json", json));
    } else if (path.equals("/api/stream")) {
      requireLead(head);
      runs.stream(exchange);
    } else if (path.startsWith(API)) {
      exchange.answer(Assets.safe(answer(path.substring(API.length()), head)));
    } else {
      exchange.answer(Assets.safe(file(path)));
    }
  }

  private HttpAnswer answer(String name, HttpHead head) {
    if (name.equals("session")) {
      return LabelEndpoint.json(describe(sessions.of(head)));
    }
    if (OF_LABELS.matcher(name).matches()) {
      return labels.answer(name, head, requireSession(head));
    }
    requireLead(head);
    return runs.answer(name, head);
  }

  private Sessions.Session requireSession(HttpHead head) {
    Sessions.Session session = sessions.of(head);
    if (session == null) {
      throw new Refusal(401, "nobody is logged in");
    }
    return session;
  }

  /// Lets in who may see runs: everybody where there are no accounts.
  private void requireLead(HttpHead head) {
    if (!sessions.isOpen() && requireSession(head).role() != Role.LEAD) {
      throw new Refusal(403, "only a lead may see this, since judging is blind");
    }
  }

  private ObjectNode describe(Sessions.@Nullable Session session) {
    ObjectNode json = Json.MAPPER.createObjectNode().put("open", sessions.isOpen());
    if (session != null) {
      json.put("name", session.name()).put("role", session.role().toString());
      json.put("csrf", session.csrf());
    }
    return json;
  }

  private HttpAnswer change(String path, Exchange exchange) {
    HttpHead head = exchange.head();
    ObjectNode body = body(exchange.body());
    if (path.equals("/api/login")) {
      String name = body.path("name").asString("");
      Sessions.Begun begun =
          sessions.begin(name, body.path("password").asString(""), head.remote());
      return LabelEndpoint.json(describe(begun.session())).with("set-cookie", begun.cookie());
    }
    Sessions.Session session = sessions.changing(head);
    if (path.equals("/api/logout")) {
      sessions.end(head);
      return LabelEndpoint.json(describe(null))
          .with("set-cookie", "tesuji-studio=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    }
    String name = path.startsWith(API) ? path.substring(API.length()) : "";
    HttpAnswer answer = labels.change(name, body, session);
    if (answer == null) {
      throw new Refusal(404, "the path must take changes, got '" + BadInput.brief(path) + "'");
    }
    return answer;
  }

  private static ObjectNode body(byte[] bytes) {
    try {
      String text = new String(bytes, StandardCharsets.UTF_8);
      if (Json.MAPPER.readTree(text) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      // refused below
    }
    throw new Refusal(400, "the body must be a JSON object");
  }

  private static HttpAnswer file(String path) {
    String name =
        VIEW.matcher(path).matches()
            ? "index.html"
            : path.startsWith(ASSETS) ? path.substring(ASSETS.length()) : "";
    HttpAnswer answer = name.isEmpty() ? null : Assets.file(name);
    if (answer == null) {
      throw new Refusal(
          404, "the path must be one of this server's, got '" + BadInput.brief(path) + "'");
    }
    return answer;
  }

  /// Ends streams.
  void stop() {
    stopping = true;
  }

  @Override
  public void close() {
    runs.close();
    labels.close();
  }
}
