package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class ServerTest {
  @Test
  void healthAndModelsAnswer() {
    try (TestServer server = new TestServer()) {
      assertThat(server.get("/health").status()).isEqualTo(200);
      JsonNode models = server.get("/v1/models").json();
      assertThat(models.path("data").path(0).path("id").asString()).isEqualTo("scripted");
      assertThat(server.get("/v1/models/scripted").json().path("object").asString())
          .isEqualTo("model");
      assertThat(server.get("/v1/models/none").status()).isEqualTo(404);
      assertThat(server.get("/").body()).contains("<title>Tesuji</title>");
      assertThat(server.get("/../pom.xml").status()).isIn(400, 404);
      assertThat(server.get("/nothing").status()).isEqualTo(404);
      assertThat(server.get("/v1/completions").status()).isEqualTo(405);
      assertThat(server.get("/metrics").body()).contains("tesuji_running{model=\"scripted\"} 0");
    }
  }

  @Test
  void withoutTheKeyNothingButHealthAndThePageIsAnswered() {
    try (TestServer server = new TestServer("first-key", "second-key")) {
      assertThat(server.get("/health").status()).isEqualTo(200);
      assertThat(server.get("/").status()).isEqualTo(200);
      for (String path : new String[] {"/v1/models", "/metrics", "/none", "/tokenize"}) {
        assertThat(server.get(path).status()).as(path).isEqualTo(401);
      }
      TestServer.Got got = server.post("/v1/chat/completions", "{}");
      assertThat(got.status()).isEqualTo(401);
      assertThat(got.json().path("error").path("code").asString()).isEqualTo("invalid_api_key");
      assertThat(withKey(server, "Bearer wrong")).isEqualTo(401);
      assertThat(withKey(server, "second-key")).isEqualTo(401);
      assertThat(withKey(server, "Bearer second-key")).isEqualTo(200);
      assertThat(withKey(server, "bearer first-key")).isEqualTo(200);
    }
  }

  private static int withKey(TestServer server, String authorization) {
    return server
        .send(server.request("/v1/models").header("Authorization", authorization).build())
        .status();
  }

  private static String raw(TestServer server, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.UTF_8));
      out.flush();
      InputStream in = socket.getInputStream();
      byte[] some = in.readNBytes(12);
      return new String(some, StandardCharsets.UTF_8);
    }
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedBeforeItIsRead() throws IOException {
    try (TestServer server = new TestServer()) {
      String announced =
          "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
              + "Content-Length: 99999999\r\n\r\n{";
      assertThat(raw(server, announced)).isEqualTo("HTTP/1.1 413");
      String chunk = "10000\r\n" + "a".repeat(0x10000) + "\r\n";
      String unannounced =
          "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n"
              + chunk.repeat(17);
      assertThat(raw(server, unannounced)).isEqualTo("HTTP/1.1 413");
      assertThat(server.get("/health").status()).isEqualTo(200);
    }
  }

  @Test
  void headersThatAreTooLargeAreRefused() throws IOException {
    try (TestServer server = new TestServer()) {
      String large = "GET /health HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(40_000) + "\r\n\r\n";
      assertThat(raw(server, large)).isEqualTo("HTTP/1.1 431");
      assertThat(raw(server, "nonsense\r\n\r\n")).endsWith(" 400");
    }
  }

  @Test
  void whoeverNeverFinishesARequestIsHungUpOn() throws IOException {
    try (TestServer server = new TestServer(Duration.ofMillis(200))) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write("GET /health HT".getBytes(StandardCharsets.UTF_8));
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
      String head =
          "POST /tokenize HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
              + "Content-Length: 10\r\n\r\n{";
      assertThat(raw(server, head)).isEqualTo("HTTP/1.1 408");
    }
  }

  @Test
  void aBodyMustBeAJsonObject() {
    try (TestServer server = new TestServer()) {
      String path = "/v1/chat/completions";
      for (String body :
          new String[] {"", "{", "[]", "nonsense", "{\"a\": \"\\ud800\"}", "{} {}"}) {
        TestServer.Got got = server.post(path, body);
        assertThat(got.status()).as(body).isEqualTo(400);
        assertThat(got.json().path("error").path("type").asString())
            .isEqualTo("invalid_request_error");
      }
      TestServer.Got plain =
          server.send(
              server
                  .request(path)
                  .header("Content-Type", "text/plain")
                  .POST(HttpRequest.BodyPublishers.ofString("{}"))
                  .build());
      assertThat(plain.status()).isEqualTo(400);
      assertThat(plain.body()).contains("application/json");
    }
  }

  @Test
  void anAnswerIsFinishedOrBrokenOffWhenTheServerStops() throws Exception {
    TestServer server = new TestServer();
    CompletableFuture<HttpResponse<String>> endless =
        server.client.sendAsync(
            server
                .request("/v1/chat/completions")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(TestServer.chatBody("[loop]", "")))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    while (server.server.running() == 0) {
      Thread.sleep(1);
    }
    server.server.close();
    assertThat(endless.get().statusCode()).isIn(200, 503);
    server.close();
  }

  @Test
  void theLogDoesNotHoldWhatWasSaid() throws InterruptedException {
    try (TestServer server = new TestServer()) {
      server.chat("", "\"user\": \"secret-user\", \"unheard_of\": 1");
      server.post("/v1/chat/completions", "{\"messages\": \"secret\"}");
      server.post("/tokenize", "{\"content\": 1, \"secret\": 2");
      for (int waits = 0; server.log.size() < 3 && waits < 1000; waits++) {
        Thread.sleep(5); // a line is written after its answer has been sent
      }
      assertThat(server.log).hasSize(3);
      assertThat(String.join("\n", server.log))
          .contains("\"unknown_fields\":\"unheard_of\"")
          .contains("\"completion_tokens\":5")
          .doesNotContain("secret", "Say it", "Hello");
    }
  }
}
