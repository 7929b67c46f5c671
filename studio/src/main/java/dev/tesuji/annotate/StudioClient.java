package dev.tesuji.annotate;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Somebody who is logged in to a studio, and speaks to it as its pages do.
public final class StudioClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int TRIES = 6;
  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final int REFUSED = 400; // and above

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final URI studio;
  private String cookie = "";
  private String token = "";

  private StudioClient(URI studio) {
    this.studio = studio;
  }

  /// Logs in.
  ///
  /// @param studio the address that the studio printed
  /// @param password the account's; empty where there are no accounts
  /// @throws BadInput when nobody is let in, or nothing answers
  public static StudioClient login(URI studio, String name, String password) {
    StudioClient client = new StudioClient(studio);
    try {
      ObjectNode who = Json.MAPPER.createObjectNode().put("name", name).put("password", password);
      HttpResponse<String> answer = client.send("/api/login", who);
      client.cookie = answer.headers().firstValue("set-cookie").orElse("").replaceFirst(";.*", "");
      client.token = client.read(answer).path("csrf").asString("");
      return client;
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  /// Asks what is to be judged next: `item` (null where nothing is left), `prompt`, `answers`,
  /// `mode`.
  public JsonNode next(String project) {
    return read(send("/api/next?project=" + escaped(project), null));
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /// Says what one thinks of an item, and asks what is next.
  ///
  /// What is sent again because no answer came counts once, by its `id`.
  ///
  /// @param judgement as [dev.tesuji.labels.Labelling#judge] takes it, with the `project`
  /// @return what [#next] returns
  /// @throws BadInput when it is refused, with the studio's sentence
  public JsonNode judge(ObjectNode judgement) {
    return read(send("/api/judge", judgement));
  }

  private HttpResponse<String> send(String path, @Nullable ObjectNode body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(studio.resolve(path))
            .timeout(PATIENCE)
            .header("cookie", cookie)
            .header("x-csrf-token", token);
    if (body != null) {
      request
          .header("content-type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(Json.line(body)));
    }
    for (int tried = 1; ; tried++) {
      try {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      } catch (IOException e) {
        if (tried == TRIES) {
          throw new BadInput(
              studio
                  + " must be the address of a running studio, which './tesuji studio' prints; no"
                  + " answer came: "
                  + e,
              e);
        }
        pause(PAUSE.multipliedBy(1L << tried));
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static BadInput interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new BadInput("interrupted while the studio was asked", e);
  }

  private JsonNode read(HttpResponse<String> answer) {
    JsonNode json;
    try {
      json = Json.MAPPER.readTree(answer.body());
    } catch (JacksonException e) {
      json = Json.MAPPER.createObjectNode();
    }
    if (answer.statusCode() >= REFUSED) {
      throw new BadInput(
          studio
              + " refused with "
              + answer.statusCode()
              + ": "
              + json.path("error").asString(BadInput.brief(answer.body())));
    }
    return json;
  }

  @Override
  public void close() {
    client.close();
  }
}
