package dev.tesuji.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.check.BadInput;
import dev.tesuji.env.Dialogue;
import dev.tesuji.env.Ending;
import dev.tesuji.json.Json;
import dev.tesuji.toolcall.ToolCall;
import dev.tesuji.tools.ToolBroken;
import dev.tesuji.tools.ToolFault;
import dev.tesuji.tools.ToolLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Tools of servers, good ones and others.
class McpToolsTest {
  private static final McpServer.Limits LIMITS =
      new McpServer.Limits(Duration.ofMinutes(1), 1 << 20);
  private static final String HELLO =
      "read hello; echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}'; read initialized; read call; ";
  private static final String ANSWER =
      "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"1776\"}]}}";
  private static final String TOOLS =
      "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"tools\":[{\"name\":\"times\",\"inputSchema\":{\"type\":"
          + "\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}}}]}}";

  /// Makes a server that is a script of the shell: it says hello, and then does something.
  private static McpServer script(String does) {
    return new McpServer.Command(List.of("/bin/sh", "-c", HELLO + does));
  }

  private static String call(McpServer server, McpServer.Limits limits) throws ToolFault {
    try (McpTools tools = new McpTools(server, limits)) {
      return tools.call("times", Json.MAPPER.createObjectNode().put("a", 37));
    }
  }

  private static void breaks(Ending ending, McpServer.Limits limits, McpServer server) {
    assertThatExceptionOfType(ToolBroken.class)
        .as(server.toString())
        .isThrownBy(() -> call(server, limits))
        .satisfies(e -> assertThat(e.ending()).as(e.getMessage()).isEqualTo(ending));
  }

  @Test
  void aCallIsAnswered() throws ToolFault {
    assertThat(call(script("echo '" + ANSWER + "'; sleep 1000"), LIMITS)).isEqualTo("1776");
  }

  @Test
  void noticesAndPingsComeBeforeTheAnswer() throws ToolFault {
    String notices =
        "echo '{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}';"
            + "echo '{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"ping\"}'; read pong; "
            + "case \"$pong\" in *'\"id\":7'*) echo '"
            + ANSWER
            + "';; esac; sleep 1000";
    assertThat(call(script(notices), LIMITS)).isEqualTo("1776");
  }

  @Test
  void theToolsAreDescribedAsOpenAiHasThem() {
    List<ObjectNode> tools = McpTools.descriptions(script("echo '" + TOOLS + "'; read x"), LIMITS);
    assertThat(tools).hasSize(1);
    assertThat(tools.getFirst().at("/function/name").asString()).isEqualTo("times");
    assertThat(tools.getFirst().at("/function/parameters/type").asString()).isEqualTo("object");
  }

  @Test
  void badDescriptionsAreRefusedBeforeARun() {
    String nameless = TOOLS.replace("\"inputSchema\"", "\"schema\"");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> McpTools.descriptions(script("echo '" + nameless + "'; read x"), LIMITS))
        .withMessageStartingWith("tool_lied: the tools of /bin/sh")
        .withMessageContaining("must describe each tool by a name and an inputSchema");
  }

  @Test
  void aToolThatReportsAnErrorIsReadByThePolicy() {
    for (String named : List.of("isError", "is_error")) { // the latter by OpenEnv's servers
      String fault = ANSWER.replace("\"content\"", "\"" + named + "\":true,\"content\"");
      assertThatExceptionOfType(ToolFault.class)
          .isThrownBy(() -> call(script("echo '" + fault + "'; read x"), LIMITS))
          .withMessage("1776");
    }
  }

  /// Servers that check arguments themselves, and those whose tools fail, say so in this way.
  @Test
  void anErrorAboutTheCallIsReadByThePolicy() {
    for (int code : new int[] {-32602, -32603, -32000, 7}) {
      String error =
          "{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":"
              + code
              + ",\"message\":\"b must be a number\"}}";
      assertThatExceptionOfType(ToolFault.class)
          .isThrownBy(() -> call(script("echo '" + error + "'; read x"), LIMITS))
          .withMessage("b must be a number");
    }
    String none =
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":-32601,\"message\":\"what?\"}}";
    breaks(Ending.TOOL_LIED, LIMITS, script("echo '" + none + "'; sleep 1000"));
  }

  @Test
  void textsOfResourcesAndStructuresAreRead() throws ToolFault {
    String parts =
        "[{\"type\":\"image\",\"data\":\"AA==\"},{\"type\":\"resource\",\"resource\":{\"uri\":\"a:b\","
            + "\"text\":\"inside\"}},{\"type\":\"text\",\"text\":\"after\"}]";
    String whole = ANSWER.substring(0, ANSWER.indexOf('['));
    assertThat(call(script("echo '" + whole + parts + "}}'; sleep 9"), LIMITS))
        .isEqualTo("inside\nafter");
    for (String named : List.of("structuredContent", "structured_content")) {
      String structure = whole + "[],\"" + named + "\":{\"result\":5}}}";
      assertThat(call(script("echo '" + structure + "'; sleep 9"), LIMITS))
          .isEqualTo("{\"result\":5}");
    }
  }

  @Test
  void whatIsWrongWithAServerHasAName() {
    breaks(Ending.TOOL_DIED, LIMITS, script("exit 0"));
    breaks(Ending.TOOL_DIED, LIMITS, new McpServer.Command(List.of("/no/such/program")));
    breaks(Ending.TOOL_LIED, LIMITS, script("echo hello; sleep 1000"));
    breaks(Ending.TOOL_LIED, LIMITS, script("echo '[]'; sleep 1000"));
    breaks(
        Ending.TOOL_LIED,
        LIMITS,
        script("echo '" + ANSWER.replace("content", "contents") + "'; sleep 1000"));
    breaks(
        Ending.TOOL_LIED,
        LIMITS,
        script("echo '{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"message\":\"no\"}}'; sleep 1000"));
    breaks(Ending.TOOL_FLOODED, LIMITS, script("head -c 10000000 /dev/zero | tr '\\0' x; sleep 9"));
    breaks(Ending.TOOL_GARBLED, LIMITS, script("printf '\"\\377\\376\"\\n'; sleep 1000"));
    McpServer.Limits brief = new McpServer.Limits(Duration.ofSeconds(2), 1 << 20);
    breaks(Ending.TOOL_HUNG, brief, script("sleep 1000"));
  }

  @Test
  void aBrokenToolEndsItsEpisodeAndNoOther() {
    ToolLimits limits = new ToolLimits(4, Duration.ofMinutes(2), Duration.ofMinutes(9), 2000);
    List<ObjectNode> tools = McpTools.descriptions(script("echo '" + TOOLS + "'; read x"), LIMITS);
    Dialogue.Said said =
        new Dialogue.Said(
            "<tool_call>...</tool_call>", "", List.of(new ToolCall("1", "times", "{}")), 1, false);
    for (String does : List.of("echo hello; sleep 9", "echo '" + ANSWER + "'; sleep 9")) {
      McpTask task = new McpTask(ChainSums.DEFAULT, script(does), LIMITS, tools, limits);
      try (Dialogue dialogue = task.open(task.problem(0))) {
        Dialogue.Reply reply = dialogue.reply(said);
        if (does.contains("hello")) {
          assertThat(reply).isInstanceOf(Dialogue.Reply.Over.class);
          assertThat(((Dialogue.Reply.Over) reply).ending()).isEqualTo(Ending.TOOL_LIED);
        } else {
          assertThat(((Dialogue.Reply.More) reply).messages().getFirst().path("content").asString())
              .isEqualTo("1776");
        }
      }
    }
  }

  /// What a server over HTTP answers with.
  private record Answer(String type, byte[] body) {}

  private static McpServer.Address serve(HttpServer server, List<JsonNode> asked, Answer answer) {
    server.createContext(
        "/mcp",
        exchange -> {
          try (exchange) {
            if (exchange.getRequestMethod().equals("DELETE")) {
              exchange.sendResponseHeaders(200, -1);
              return;
            }
            JsonNode message = Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes());
            asked.add(message);
            boolean call = message.path("method").asString("").equals("tools/call");
            exchange.getResponseHeaders().set("Mcp-Session-Id", "s1");
            exchange
                .getResponseHeaders()
                .set("Content-Type", call ? answer.type : "application/json");
            byte[] body =
                call
                    ? answer.body
                    : "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}"
                        .getBytes(StandardCharsets.UTF_8);
            boolean notice = !message.has("id");
            exchange.sendResponseHeaders(notice ? 202 : 200, notice ? -1 : body.length);
            if (!notice) {
              exchange.getResponseBody().write(body);
            }
          }
        });
    server.start();
    return new McpServer.Address(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/mcp"));
  }

  private static HttpServer server() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void serversOverHttpAnswerWithJsonOrEvents() throws ToolFault {
    for (boolean events : new boolean[] {false, true}) {
      HttpServer server = server();
      List<JsonNode> asked = Collections.synchronizedList(new ArrayList<>());
      String body = events ? "event: message\r\ndata: " + ANSWER + "\r\n\r\n" : ANSWER;
      Answer answer =
          new Answer(
              events ? "text/event-stream" : "application/json",
              body.getBytes(StandardCharsets.UTF_8));
      try {
        assertThat(call(serve(server, asked, answer), LIMITS)).isEqualTo("1776");
        assertThat(asked)
            .extracting(m -> m.path("method").asString())
            .containsExactly("initialize", "notifications/initialized", "tools/call");
      } finally {
        server.stop(0);
      }
    }
  }

  /// The stream asks whether we are there, waits for the reply, answers, and does not end.
  @Test
  void aStreamNeedNotEndAndMayAskMeanwhile() throws Exception {
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch pong = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    HttpServer server = server();
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/mcp",
        exchange -> {
          try (exchange) {
            byte[] read = exchange.getRequestBody().readAllBytes();
            JsonNode message =
                Json.MAPPER.readTree(
                    read.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : read);
            String method = message.path("method").asString(message.has("result") ? "pong" : "");
            seen.add(
                exchange.getRequestMethod()
                    + " "
                    + method
                    + " "
                    + exchange.getRequestHeaders().getFirst("MCP-Protocol-Version"));
            exchange.getResponseHeaders().set("Mcp-Session-Id", "s1");
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            boolean asks = message.has("method") && message.has("id");
            exchange.sendResponseHeaders(asks ? 200 : 202, asks ? 0 : -1);
            if (method.equals("initialize")) {
              write(exchange, "{\"id\":1,\"result\":{\"protocolVersion\":\"2025-03-26\"}}");
            } else if (method.equals("tools/call")) {
              write(exchange, "{\"method\":\"notifications/progress\"}");
              write(exchange, "{\"id\":\"x\",\"method\":\"ping\"}");
              await(pong);
              write(exchange, ANSWER);
              await(done);
            } else if (method.equals("pong")) {
              pong.countDown();
            }
          }
        });
    server.start();
    try {
      URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/mcp");
      assertThat(call(new McpServer.Address(url), LIMITS)).isEqualTo("1776");
      assertThat(seen)
          .containsExactly(
              "POST initialize null",
              "POST notifications/initialized 2025-03-26",
              "POST tools/call 2025-03-26",
              "POST pong 2025-03-26",
              "DELETE  2025-03-26");
    } finally {
      done.countDown();
      server.stop(0);
    }
  }

  private static void write(HttpExchange exchange, String message) throws IOException {
    String event = ": a remark\n\nid: 1\ndata: " + message.replace(",", ",\ndata:") + "\n\n";
    exchange.getResponseBody().write(event.getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatIsWrongWithAServerOverHttpHasAName() {
    breaks(Ending.TOOL_DIED, LIMITS, new McpServer.Address(URI.create("http://127.0.0.1:1/mcp")));
    for (Ending ending : List.of(Ending.TOOL_GARBLED, Ending.TOOL_FLOODED, Ending.TOOL_LIED)) {
      HttpServer server = server();
      byte[] body =
          switch (ending) {
            case TOOL_GARBLED -> new byte[] {(byte) 0xff, (byte) 0xfe};
            case TOOL_FLOODED -> new byte[10_000_000];
            default -> "{}".getBytes(StandardCharsets.UTF_8);
          };
      try {
        breaks(
            ending, LIMITS, serve(server, new ArrayList<>(), new Answer("application/json", body)));
      } finally {
        server.stop(0);
      }
    }
  }
}
