package dev.tesuji.rollout;

import dev.tesuji.answer.Verdict;
import dev.tesuji.chat.Conversation;
import dev.tesuji.env.Ending;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Segment;
import dev.tesuji.env.Trajectory;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.json.Json;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Response;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Groups as JSON, and back to the last bit: what a checkpoint keeps of rollouts that were drawn
/// and not yet learned from. Ids and log-probabilities are little-endian bytes in Base64.
public final class GroupJson {
  private GroupJson() {}

  /// Writes a group.
  public static ObjectNode of(Group group) {
    PosedProblem posed = group.posed();
    ObjectNode json = Json.MAPPER.createObjectNode().put("id", posed.id());
    json.set("problem", of(posed.problem()));
    json.put("prompt", ints(posed.prompt())).put("prefill", ints(posed.prefill()));
    ArrayNode rollouts = json.putArray("rollouts");
    group.rollouts().forEach(r -> rollouts.add(of(r)));
    if (group.greedy() != null) {
      json.set("greedy", of(group.greedy()));
    }
    return json;
  }

  /// Reads what [#of] wrote.
  public static Group read(JsonNode json) {
    Problem problem = problem(json.path("problem"));
    PosedProblem posed =
        new PosedProblem(
            json.path("id").asLong(),
            problem,
            ints(json.path("prompt")),
            ints(json.path("prefill")));
    List<Rollout> rollouts =
        StreamSupport.stream(json.path("rollouts").spliterator(), false)
            .map(r -> rollout(r, problem))
            .toList();
    JsonNode greedy = json.path("greedy");
    return new Group(posed, rollouts, greedy.isMissingNode() ? null : rollout(greedy, problem));
  }

  private static ObjectNode of(Problem problem) {
    ObjectNode json = Json.MAPPER.createObjectNode().put("id", problem.id());
    json.put("text", problem.text()).put("answer", problem.answer());
    json.put("source", problem.source()).put("task", problem.task());
    Conversation conversation = problem.conversation();
    if (conversation != null) {
      ObjectNode all = json.putObject("conversation");
      conversation.variables().forEach(all::set);
      conversation.messages().forEach(all.putArray("messages")::add);
      all.set("tools", conversation.tools());
      all.set("documents", conversation.documents());
    }
    return json;
  }

  private static Problem problem(JsonNode json) {
    return new Problem(
        json.path("id").asLong(),
        json.path("text").asString(""),
        json.path("answer").asString(""),
        json.path("source").asString(""),
        json.path("conversation") instanceof ObjectNode all ? Conversation.of(all) : null,
        textOrNull(json.path("task")));
  }

  private static @Nullable String textOrNull(JsonNode json) {
    return json.isString() ? json.stringValue() : null;
  }

  private static ObjectNode of(Rollout rollout) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    ArrayNode segments = json.putArray("segments");
    for (Segment s : rollout.trajectory().segments()) {
      segments
          .addObject()
          .put("ids", ints(s.ids()))
          .put("log_probs", floats(s.logProbs()))
          .put("learned", s.learned())
          .put("anew", s.anew());
    }
    json.set("graded", of(rollout.graded()));
    json.put("received", rollout.received());
    ArrayNode points = json.putArray("turn_points");
    for (double p : rollout.turnPoints()) {
      points.add(p);
    }
    return json.put("ending", rollout.ending().name());
  }

  private static Rollout rollout(JsonNode json, Problem problem) {
    List<Segment> segments = new ArrayList<>();
    for (JsonNode s : json.path("segments")) {
      segments.add(
          new Segment(
              ints(s.path("ids")),
              floats(s.path("log_probs")),
              s.path("learned").asBoolean(),
              s.path("anew").asBoolean()));
    }
    return new Rollout(
        new Trajectory(segments),
        graded(json.path("graded"), problem),
        textOrNull(json.path("received")),
        StreamSupport.stream(json.path("turn_points").spliterator(), false)
            .mapToDouble(JsonNode::asDouble)
            .toArray(),
        Ending.valueOf(json.path("ending").asString("")));
  }

  private static ObjectNode of(Graded graded) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    Response response = graded.response();
    json.put("text", response.text()).put("ids", ints(response.ids()));
    json.put("tokens", response.tokens()).put("reason", response.reason().name());
    json.put("verdict", graded.verdict().name());
    ObjectNode parts = json.putObject("parts");
    graded.parts().forEach(parts::put);
    json.put("total", graded.total()).put("trainable", graded.trainable());
    json.put("trouble", graded.trouble());
    return json.put("queued", graded.cost().queued()).put("cpu", graded.cost().cpu());
  }

  private static Graded graded(JsonNode json, Problem problem) {
    Response response =
        new Response(
            problem,
            json.path("text").asString(""),
            ints(json.path("ids")),
            json.path("tokens").asInt(),
            FinishReason.valueOf(json.path("reason").asString("")));
    Map<String, Double> parts = new LinkedHashMap<>();
    json.path("parts").properties().forEach(p -> parts.put(p.getKey(), p.getValue().asDouble()));
    return new Graded(
        response,
        Verdict.valueOf(json.path("verdict").asString("")),
        parts,
        json.path("total").asDouble(),
        json.path("trainable").asBoolean(),
        json.path("trouble").asString(""),
        new Graded.Cost(json.path("queued").asDouble(), json.path("cpu").asDouble()));
  }

  private static String ints(int[] values) {
    byte[] bytes = new byte[4 * values.length];
    buffer(bytes).asIntBuffer().put(values);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static int[] ints(JsonNode json) {
    ByteBuffer bytes = buffer(Base64.getDecoder().decode(json.asString("")));
    int[] values = new int[bytes.capacity() / 4];
    bytes.asIntBuffer().get(values);
    return values;
  }

  private static String floats(float[] values) {
    byte[] bytes = new byte[4 * values.length];
    buffer(bytes).asFloatBuffer().put(values);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static float[] floats(JsonNode json) {
    ByteBuffer bytes = buffer(Base64.getDecoder().decode(json.asString("")));
    float[] values = new float[bytes.capacity() / 4];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
