package dev.tesuji.openenv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.answer.Verdict;
import dev.tesuji.check.BadInput;
import dev.tesuji.env.Dialogue;
import dev.tesuji.env.Dialogue.Reply;
import dev.tesuji.env.Ending;
import dev.tesuji.env.Game;
import dev.tesuji.env.Problem;
import dev.tesuji.json.Json;
import dev.tesuji.mcp.McpServer;
import dev.tesuji.mcp.McpTools;
import dev.tesuji.openenv.OpenEnvTask.Form;
import dev.tesuji.tools.ToolFault;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Environments behind a WebSocket, a good one and others.
class OpenEnvTaskTest {
  /// Guess the seed: half a point for each guess that is too small, one for the right one.
  private static final class Guessing implements SocketServer.Peer {
    private long seed;

    @Override
    public byte[] answer(String message) {
      JsonNode asked = Json.MAPPER.readTree(message);
      if (asked.path("type").asString("").equals("close")) {
        return new byte[0];
      }
      if (asked.path("type").asString("").equals("reset")) {
        seed = asked.path("data").path("seed").asLong();
        return observation(
            "a number of " + Long.toString(seed).length() + " digits", "null", false);
      }
      if (!asked.path("data").path("guess").isNumber()) {
        return bytes(
            "{\"type\":\"error\",\"data\":{\"message\":\"Invalid message\",\"code\":\"VALIDATION_ERROR\","
                + "\"errors\":[{\"loc\":[\"guess\"],\"msg\":\"Field required\"},"
                + "{\"loc\":[\"data\",0],\"msg\":\"no\"}]}}");
      }
      long guess = asked.path("data").path("guess").asLong();
      return guess == seed
          ? observation("right", "1.0", true)
          : observation(guess < seed ? "more" : "less", guess < seed ? "0.5" : "0", false);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] observation(String text, String reward, boolean done) {
    return bytes(
        "{\"type\":\"observation\",\"data\":{\"observation\":{\"text\":\""
            + text
            + "\",\"board\":[1,2]},\"reward\":"
            + reward
            + ",\"done\":"
            + done
            + "}}");
  }

  private static OpenEnvTask task(SocketServer server, Form form, @Nullable String observation) {
    return new OpenEnvTask(
        new OpenEnvServer(server.url(), Duration.ofSeconds(60), 1 << 20),
        new OpenEnvTask.Settings("Guess.", "guess", form, observation, 1, 4, 100));
  }

  private static Reply reply(Dialogue dialogue, String text, int turn) {
    return dialogue.reply(new Dialogue.Said(text, text, List.of(), turn, false));
  }

  private static String read(Reply reply) {
    return ((Reply.More) reply).messages().getFirst().path("content").stringValue();
  }

  @Test
  void anEpisodeIsPlayedTurnByTurn() {
    try (SocketServer server = new SocketServer(Guessing::new)) {
      OpenEnvTask task = task(server, Form.NUMBER, "text");
      Problem problem = task.problem(6);
      assertThat(task.prompt(problem)).isEqualTo("Guess.\na number of 2 digits\n");
      try (Dialogue dialogue = task.open(problem)) {
        Reply less = reply(dialogue, "<answer>40</answer>", 1);
        assertThat(read(less)).isEqualTo("less");
        assertThat(read(reply(dialogue, "a lot", 2))).isEqualTo("error: a move is a whole number");
        Reply more = reply(dialogue, "<answer>10</answer>", 3);
        assertThat(((Reply.More) more).points()).isEqualTo(0.5);
        Reply over = reply(dialogue, "<answer>12</answer>", 4);
        assertThat(over).isEqualTo(new Reply.Over(Game.WON, 1));
        assertThat(task.grade(problem, ((Reply.Over) over).response())).isEqualTo(Verdict.CORRECT);
      }
      try (Dialogue dialogue = task.open(problem)) {
        reply(dialogue, "<answer>11</answer>", 1);
        Dialogue.Said last = new Dialogue.Said("", "", List.of(), 2, true);
        assertThat(dialogue.outcome(last)).isEqualTo(Game.LOST); // half a point solves nothing
      }
    }
  }

  @Test
  void problemsToTrainOnAndHeldOutHaveOtherSeeds() {
    try (SocketServer server = new SocketServer(Guessing::new)) {
      OpenEnvTask task = task(server, Form.NUMBER, "text");
      assertThat(task.problem(3).id()).isEqualTo(6);
      assertThat(task.heldOut(2)).extracting(Problem::id).containsExactly(1L, 3L);
    }
  }

  @Test
  void movesAreTextsAndObjectsToo() {
    try (SocketServer server = new SocketServer(Guessing::new)) {
      Problem problem = task(server, Form.JSON, null).problem(6);
      assertThat(problem.text()).isEqualTo("{\"text\":\"a number of 2 digits\",\"board\":[1,2]}");
      try (Dialogue dialogue = task(server, Form.JSON, null).open(problem)) {
        assertThat(read(reply(dialogue, "<answer>{\"guess\": 3}</answer>", 1))).contains("more");
        assertThat(read(reply(dialogue, "{", 2))).isEqualTo("error: a move is an object of JSON");
      }
      try (Dialogue dialogue = task(server, Form.TEXT, null).open(problem)) {
        assertThat(read(reply(dialogue, "three", 1)))
            .isEqualTo("error: VALIDATION_ERROR: guess: Field required; data.0: no");
      }
    }
  }

  /// Plays one move with a server that is well at first, and then does something.
  private static Reply.Over broken(Function<String, byte @Nullable []> does, Duration patience) {
    try (SocketServer server =
        new SocketServer(() -> {
          Guessing good = new Guessing();
          return m -> m.contains("step") ? does.apply(m) : good.answer(m);
        })) {
      OpenEnvTask task =
          new OpenEnvTask(
              new OpenEnvServer(server.url(), patience, 1 << 20),
              new OpenEnvTask.Settings("", "guess", Form.NUMBER, "text", 1, 4, 100));
      try (Dialogue dialogue = task.open(task.problem(6))) {
        return (Reply.Over) reply(dialogue, "1", 1);
      }
    }
  }

  @Test
  void aBrokenEnvironmentCostsItsEpisodeANamedEnding() {
    Duration patient = Duration.ofSeconds(60);
    byte[] lie = bytes("{\"type\":\"observation\",\"data\":{\"observation\":3}}");
    byte[] infinite = observation("x", "1e999", false);
    byte[] other = bytes("{\"type\":\"observation\",\"data\":{\"observation\":{\"image\":\"\"}}}");
    byte[] garbled = {'"', (byte) 0xC3, (byte) 0x28, '"'};
    byte[] full = bytes("{\"type\":\"error\",\"data\":{\"code\":\"CAPACITY_REACHED\"}}");
    assertThat(broken(_ -> new byte[0], Duration.ofMillis(700)).ending())
        .isEqualTo(Ending.TOOL_HUNG);
    assertThat(broken(_ -> null, patient).ending()).isEqualTo(Ending.TOOL_DIED);
    assertThat(broken(_ -> full, patient).ending()).isEqualTo(Ending.TOOL_DIED);
    assertThat(broken(_ -> bytes("no JSON"), patient).ending()).isEqualTo(Ending.TOOL_LIED);
    assertThat(broken(_ -> lie, patient).ending()).isEqualTo(Ending.TOOL_LIED);
    assertThat(broken(_ -> infinite, patient).ending()).isEqualTo(Ending.TOOL_LIED);
    assertThat(broken(_ -> other, patient).ending()).isEqualTo(Ending.TOOL_LIED);
    assertThat(broken(_ -> new byte[10 << 20], patient).ending()).isEqualTo(Ending.TOOL_FLOODED);
    assertThat(broken(_ -> garbled, patient).ending()).isEqualTo(Ending.TOOL_GARBLED);
  }

  /// Servers hang up on who does not answer, and policies take minutes for a move.
  @Test
  void theServersPingsAreAnsweredWhileThePolicyThinks() {
    try (SocketServer server = new SocketServer(Guessing::new)) {
      OpenEnvTask task = task(server, Form.NUMBER, "text");
      try (Dialogue dialogue = task.open(task.problem(6))) {
        reply(dialogue, "1", 1);
        long end = System.nanoTime() + 20_000_000_000L;
        while (server.pongs() < 2 && System.nanoTime() < end) {
          LockSupport.parkNanos(1_000_000);
        }
        // After the beginning and after the move; the session in which the problem was drawn is
        // over.
        assertThat(server.pongs()).isGreaterThanOrEqualTo(2);
        assertThat(read(reply(dialogue, "1", 2))).isEqualTo("more");
      }
    }
  }

  @Test
  void aServerWithoutRoomIsAskedAgainUntilAnotherEpisodeHasEnded() throws Exception {
    byte[] full = bytes("{\"type\":\"error\",\"data\":{\"code\":\"CAPACITY_REACHED\"}}");
    AtomicBoolean taken = new AtomicBoolean();
    AtomicInteger refused = new AtomicInteger();
    try (SocketServer server =
        new SocketServer(() -> {
          Guessing good = new Guessing();
          boolean mine = taken.compareAndSet(false, true);
          refused.addAndGet(mine ? 0 : 1);
          return m -> {
            if (mine && m.contains("close")) {
              taken.set(false);
            }
            return mine ? good.answer(m) : full;
          };
        })) {
      OpenEnvTask task = task(server, Form.NUMBER, "text");
      Problem problem = task.problem(6);
      Dialogue first = task.open(problem);
      reply(first, "1", 1);
      assertThat(refused.get()).isZero();
      try (Dialogue second = task.open(problem)) {
        Thread ending =
            Thread.ofPlatform()
                .start(() -> {
                  while (refused.get() < 2) {
                    LockSupport.parkNanos(1_000_000);
                  }
                  first.close();
                });
        assertThat(read(reply(second, "1", 1))).isEqualTo("more");
        ending.join();
      }
      assertThat(refused.get()).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void anEnvironmentThatBeginsOtherwiseLies() {
    long[] begun = {0};
    try (SocketServer server =
        new SocketServer(() -> _ -> observation("start " + begun[0]++, "null", false))) {
      OpenEnvTask task = task(server, Form.NUMBER, "text");
      try (Dialogue dialogue = task.open(task.problem(6))) {
        Reply.Over over = (Reply.Over) reply(dialogue, "1", 1);
        assertThat(over.ending()).isEqualTo(Ending.TOOL_LIED);
        assertThat(over.trouble()).endsWith("must begin alike each time for seed 12");
      }
    }
  }

  @Test
  void aServerThatIsNotThereIsSaidBeforeTheRun() {
    OpenEnvTask task =
        new OpenEnvTask(
            new OpenEnvServer(URI.create("ws://127.0.0.1:1/ws"), Duration.ofSeconds(60), 1 << 20),
            new OpenEnvTask.Settings("", "guess", Form.NUMBER, "text", 1, 4, 100));
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> task.problem(0))
        .withMessageStartingWith(
            "tool_died: the environment at ws://127.0.0.1:1/ws cannot be reached");
  }

  @Test
  void toolsOfAnEnvironmentAreCalledOverItsSocket() throws ToolFault {
    try (SocketServer server = new SocketServer(() -> OpenEnvTaskTest::calls)) {
      McpServer there = McpServer.at(server.url());
      McpServer.Limits limits = new McpServer.Limits(Duration.ofSeconds(60), 1 << 20);
      assertThat(McpTools.descriptions(there, limits))
          .extracting(t -> t.at("/function/name").asString())
          .containsExactly("times");
      try (McpTools tools = new McpTools(there, limits)) {
        assertThat(tools.call("times", Json.MAPPER.createObjectNode().put("a", 3))).isEqualTo("6");
      }
    }
  }

  private static byte[] calls(String message) {
    JsonNode asked = Json.MAPPER.readTree(message).path("data");
    String result =
        asked.path("method").asString("").equals("tools/list")
            ? "{\"tools\":[{\"name\":\"times\",\"inputSchema\":{\"type\":\"object\"}}]}"
            : "{\"content\":[{\"type\":\"text\",\"text\":\""
                + 2 * asked.path("params").path("arguments").path("a").asInt()
                + "\"}]}";
    return bytes(
        "{\"type\":\"mcp\",\"data\":{\"jsonrpc\":\"2.0\",\"id\":"
            + asked.path("id")
            + ",\"result\":"
            + result
            + "}}");
  }
}
