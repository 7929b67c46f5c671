package dev.tesuji.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that go away, and more of them than there is room for.
@Timeout(120)
class DisconnectTest {
  private static final String PATH = "/v1/chat/completions";

  private static Socket ask(TestServer server, String fields) throws IOException {
    byte[] body = TestServer.chatBody("[loop]", fields).getBytes(StandardCharsets.UTF_8);
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port());
    String head =
        "POST "
            + PATH
            + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().write(body);
    socket.getOutputStream().flush();
    return socket;
  }

  private static void await(TestServer server, int running, int waiting)
      throws InterruptedException {
    long end = System.nanoTime() + 20_000_000_000L;
    while (System.nanoTime() < end
        && (server.served.engine().running() != running
            || server.served.engine().waiting() != waiting)) {
      Thread.sleep(1);
    }
    assertThat(server.served.engine().running()).isEqualTo(running);
    assertThat(server.served.engine().waiting()).isEqualTo(waiting);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"stream\": true", "\"n\": 3", "\"n\": 3, \"stream\": true"})
  void aClientThatGoesAwayFreesItsRows(String fields) throws Exception {
    try (TestServer server = new TestServer()) {
      Socket socket = ask(server, fields);
      await(server, fields.contains("n\"") ? 3 : 1, 0);
      socket.close();
      server.awaitIdle();
      assertThat(server.chat("", "").status()).isEqualTo(200);
    }
  }

  /// What a client sends ahead must not keep its going away from being noticed.
  @ParameterizedTest
  @ValueSource(ints = {10, 500_000})
  void aClientThatSentMoreAheadFreesItsRowsToo(int ahead) throws Exception {
    try (TestServer server = new TestServer()) {
      Socket socket = ask(server, "");
      await(server, 1, 0);
      String more = TestServer.chatBody("x".repeat(ahead), "");
      String head = "POST " + PATH + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + more.length();
      byte[] sent = (head + "\r\n\r\n" + more).getBytes(StandardCharsets.UTF_8);
      try {
        socket.getOutputStream().write(sent);
      } catch (SocketException _) {
        assertThat(ahead).isGreaterThan(1 << 16); // who sends so much may be hung up on meanwhile
      }
      Thread.sleep(50);
      socket.close();
      server.awaitIdle();
    }
  }

  @Test
  void aClientThatGoesAwayWhileItWaitsIsForgotten() throws Exception {
    try (TestServer server = new TestServer()) {
      List<Socket> running = new ArrayList<>();
      for (int i = 0; i < TestServer.ROWS; i++) {
        running.add(ask(server, "\"stream\": true"));
      }
      await(server, TestServer.ROWS, 0);
      Socket waiting = ask(server, "");
      await(server, TestServer.ROWS, 1);
      waiting.close();
      await(server, TestServer.ROWS, 0);
      for (Socket socket : running) {
        socket.close();
      }
      server.awaitIdle();
    }
  }

  @Test
  void whoeverFindsTheQueueFullIsToldToTryAgain() throws Exception {
    try (TestServer server = new TestServer()) {
      List<Socket> sockets = new ArrayList<>();
      for (int i = 0; i < TestServer.ROWS; i++) {
        sockets.add(ask(server, ""));
      }
      await(server, TestServer.ROWS, 0);
      for (int i = 0; i < TestServer.WAITING; i++) {
        sockets.add(ask(server, ""));
      }
      await(server, TestServer.ROWS, TestServer.WAITING);
      TestServer.Got got = server.chat("", "");
      assertThat(got.status()).isEqualTo(429);
      assertThat(got.response().headers().firstValue("retry-after")).contains("1");
      assertThat(got.json().path("error").path("code").asString()).isEqualTo("queue_full");
      assertThat(server.chat("", "\"n\": 2, \"stream\": true").status()).isEqualTo(429);
      for (Socket socket : sockets) {
        socket.close();
      }
      server.awaitIdle();
      assertThat(server.chat("", "").status()).isEqualTo(200);
    }
  }

  @Test
  void manyWhoComeAndGoLeaveNothing() throws Exception {
    try (TestServer server = new TestServer()) {
      for (int i = 0; i < 300; i++) {
        Socket socket = ask(server, i % 2 == 0 ? "\"stream\": true" : "");
        if (i % 3 == 0) {
          socket.setSoLinger(true, 0);
        }
        socket.close();
      }
      server.awaitIdle();
      long end = System.nanoTime() + 20_000_000_000L;
      while (server.server.connections() > 0 && System.nanoTime() < end) {
        Thread.sleep(1);
      }
      assertThat(server.server.connections()).isZero();
      int status = server.chat("", "").status();
      while (status == 429 && System.nanoTime() < end) { // requests that nobody waits for any more
        Thread.sleep(5);
        status = server.chat("", "").status();
      }
      assertThat(status).isEqualTo(200);
      server.awaitIdle();
    }
  }

  @Test
  void aReaderThatStopsReadingDoesNotHoldUpOthers() throws Exception {
    try (TestServer server = new TestServer()) {
      Socket slow = ask(server, "\"stream\": true, \"max_tokens\": 8000");
      await(server, 1, 0);
      HttpRequest request =
          server
              .request(PATH)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(TestServer.chatBody("", "")))
              .build();
      CompletableFuture<HttpResponse<String>> other =
          server.client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
      assertThat(other.get().statusCode()).isEqualTo(200);
      slow.close();
      server.awaitIdle();
    }
  }
}
