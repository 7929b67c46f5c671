package dev.tesuji.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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
    String fault = ANSWER.replace("\"content\"", "\"isError\":true,\"content\"");
    assertThatExceptionOfType(ToolFault.class)
        .isThrownBy(() -> call(script("echo '" + fault + "'; read x"), LIMITS))
        .withMessage("1776");
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
