package dev.tesuji.serve.go;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.play.Limits;
import dev.tesuji.play.go.RandomGoPlayer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Requests as the page makes them, and as others might.
class GoServerTest {
  private final RandomGoPlayer player = new RandomGoPlayer(1);
  private final GoServer server = new GoServer(0, player, Limits.ofVisits(4), _ -> {});
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    server.close();
    client.close();
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  private JsonNode ask(String path, String body) throws Exception {
    String sent = body.replace('\'', '"');
    return Json.MAPPER.readTree(
        send(to("/api/" + path).POST(HttpRequest.BodyPublishers.ofString(sent))).body());
  }

  private static List<Integer> numbers(JsonNode array) {
    return array.valueStream().map(JsonNode::intValue).toList();
  }

  @Test
  void aGameGoesBackAndForthAsSgf() throws Exception {
    JsonNode begun = ask("new", "{'size': 5, 'komi': 0.5}");
    assertThat(begun.path("toMove").stringValue()).isEqualTo("black");
    assertThat(begun.path("legal")).hasSize(26);
    JsonNode played = ask("play", "{'sgf': '(;SZ[5]KM[0.5])', 'vertex': 'c3'}");
    assertThat(played.path("sgf").stringValue()).endsWith("RU[Tromp-Taylor];B[cc])\n");
    assertThat(played.path("last").intValue()).isEqualTo(12);
    assertThat(played.path("score").stringValue()).isEqualTo("B+24.5");
    JsonNode moved = ask("move", "{'sgf': '(;SZ[5]KM[0.5];B[cc])'}");
    assertThat(moved.path("moves").intValue()).isEqualTo(2);
    assertThat(moved.path("thought").path("winRate").doubleValue()).isEqualTo(0.5);
    assertThat(moved.path("thought").path("score").doubleValue()).as("Black's").isEqualTo(24.5);
    JsonNode back = ask("undo", "{'sgf': '(;SZ[5]RE[W+R];B[cc];W[dd])', 'moves': 1}");
    assertThat(back.path("sgf").stringValue()).endsWith("Taylor];B[cc])\n");
    JsonNode shown = ask("show", "{'sgf': '(;SZ[5];B[cc];W[dd];B[aa])', 'at': 1}");
    assertThat(shown.path("at").intValue()).isEqualTo(1);
    assertThat(shown.path("moves").intValue()).isEqualTo(3);
    assertThat(shown.path("legal")).as("nothing can be played in the past").isEmpty();
  }

  @Test
  void theEndHasAResultAndOwners() throws Exception {
    JsonNode end = ask("play", "{'sgf': '(;SZ[2]KM[0.5];B[aa];W[])', 'vertex': 'pass'}");
    assertThat(end.path("over").booleanValue()).isTrue();
    assertThat(end.path("sgf").stringValue()).contains("RE[B+3.5]");
    assertThat(numbers(end.path("area"))).containsOnly(1);
    assertThat(ask("move", "{'sgf': '(;SZ[2];B[];W[])'}").path("error").stringValue())
        .isEqualTo("the game is over");
  }

  @Test
  void whatIsWrongIsSaidInOneSentence() throws Exception {
    assertThat(ask("play", "{'sgf': '(;SZ[5];B[aa])', 'vertex': 'A5'}").path("error").stringValue())
        .isEqualTo("A5 is not legal: the point is occupied");
    assertThat(ask("show", "{'sgf': '(;SZ[5'}").path("error").stringValue())
        .isEqualTo("SGF:1: the value of SZ has no end: ']' is missing");
    assertThat(ask("show", "{}").path("error").stringValue())
        .isEqualTo("field 'sgf' must be text, got ");
    assertThat(ask("new", "{'size': 20, 'komi': 1}").path("error").stringValue())
        .isEqualTo("field 'size' must be a whole number from 2 to 19, got 20");
    assertThat(ask("new", "[").path("error").stringValue())
        .isEqualTo("the body must be a JSON object: it is not valid JSON");
    assertThat(ask("dance", "{}").path("error").stringValue())
        .isEqualTo("there is nothing at '/api/dance'");
    assertThat(send(to("/api/new").GET()).statusCode()).isEqualTo(405);
  }

  @Test
  void pagesFromElsewhereAreRefused() throws Exception {
    HttpRequest.Builder other =
        to("/api/new")
            .header("origin", "http://evil.example")
            .POST(HttpRequest.BodyPublishers.ofString("{}"));
    assertThat(send(other).statusCode()).isEqualTo(403);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 403");
    }
  }

  @Test
  void thePageMayLoadNothingFromElsewhere() throws Exception {
    HttpResponse<String> page = send(to("/"));
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("content-security-policy").orElse(""))
        .startsWith("default-src 'self'");
    for (String name : List.of("index.html", "page.css", "page.mjs")) {
      try (InputStream in = GoServer.class.getResourceAsStream("page/" + name)) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        assertThat(text).as(name).doesNotContain("://").doesNotContain("innerHTML");
      }
    }
  }

  @Test
  void aPortThatIsTakenIsBadInput() {
    Assertions.assertThatThrownBy(
            () -> new GoServer(server.port(), player, Limits.ofVisits(1), _ -> {}).close())
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("could not listen at 127.0.0.1:" + server.port());
  }
}
