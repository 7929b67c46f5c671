package dev.tesuji.openenv;

import dev.tesuji.chat.Conversation;
import dev.tesuji.check.BadInput;
import dev.tesuji.check.Require;
import dev.tesuji.env.Dialogue;
import dev.tesuji.env.Ending;
import dev.tesuji.env.Game;
import dev.tesuji.env.PlayedTask;
import dev.tesuji.env.Problem;
import dev.tesuji.json.Json;
import dev.tesuji.tools.ToolBroken;
import dev.tesuji.tools.ToolTexts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An environment of a server that speaks [OpenEnv](https://github.com/meta-pytorch/OpenEnv)'s
/// WebSocket protocol: each problem is a seed, and each episode a session of its own.
///
/// The policy reads the instructions and the first observation, and then what each move leads to.
/// Rewards of steps are points; an episode is right where they come to what solves it.
///
/// Before an episode, a problem is drawn: the server is reset with its seed to have the first
/// observation. An environment that gives another one for the same seed later is told to lie, since
/// the policy would play something else than it read.
public final class OpenEnvTask implements PlayedTask {
  private static final int ATTEMPTS = 3;
  private static final String DATA = "data";
  private static final String FULL = "CAPACITY_REACHED";
  private static final int AGAIN_MILLIS = 100;

  private final OpenEnvServer server;
  private final Settings settings;
  private final Map<Long, String> drawn = new ConcurrentHashMap<>(); // first observations

  /// How the policy and the environment understand each other.
  ///
  /// @param instructions what stands before the first observation
  /// @param field the action's field that takes the move
  /// @param form of the move
  /// @param observation the observation's field that the policy reads; null for all of it, as JSON
  /// @param solved what the rewards of a solved episode come to at least
  /// @param turns the most turns of the policy
  /// @param characters the most of an observation that the policy reads
  public record Settings(
      String instructions,
      String field,
      Form form,
      @Nullable String observation,
      double solved,
      int turns,
      int characters) {
    /// Checks the ranges.
    public Settings {
      Require.that(Double.isFinite(solved), "solved", "a finite number", solved);
      Require.atLeast(1, "turns", turns);
      Require.atLeast(1, "characters", characters);
    }
  }

  /// The form in which an action has the move.
  public enum Form {
    /// A text.
    TEXT,
    /// A whole number.
    NUMBER,
    /// An object of JSON, which is the whole action.
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Makes the task; nothing is asked yet.
  public OpenEnvTask(OpenEnvServer server, Settings settings) {
    this.server = server;
    this.settings = settings;
  }

  @Override
  public String name() {
    return "openEnv";
  }

  @Override
  public Problem draw(long index, boolean heldOut) {
    long seed = 2 * index + (heldOut ? 1 : 0);
    String first = drawn.computeIfAbsent(seed, this::firstObservation);
    return new Problem(seed, first, WON, server + " seed " + seed);
  }

  private String firstObservation(long seed) {
    for (int attempt = 1; ; attempt++) {
      try (Begun begun = begin(seed)) {
        return seen(begun.first);
      } catch (ToolBroken e) {
        if (attempt == ATTEMPTS) {
          throw new BadInput(e.ending() + ": " + e.getMessage(), e);
        }
      }
    }
  }

  /// A session, and what it begins with.
  private record Begun(Session session, JsonNode first) implements AutoCloseable {
    @Override
    public void close() {
      session.close();
    }
  }

  /// Begins a session. A server that has as many as it takes is asked again, for as long as an
  /// answer may take: the sessions of other episodes end.
  private Begun begin(long seed) {
    long end = System.nanoTime() + server.answer().toNanos();
    while (true) {
      Session session = new Session(server);
      try {
        JsonNode first = reset(session, seed, System.nanoTime() < end);
        if (first != null) {
          return new Begun(session, first);
        }
        Thread.sleep(AGAIN_MILLIS);
      } catch (InterruptedException e) {
        session.close();
        Thread.currentThread().interrupt();
        throw session.broken(Ending.TOOL_DIED, "was interrupted", e);
      } catch (RuntimeException e) {
        session.close();
        throw e;
      }
      session.close();
    }
  }

  /// Resets an environment.
  ///
  /// @param patient whether a server without room is not an error
  /// @return the first observation; null where there is no room
  private @Nullable JsonNode reset(Session session, long seed, boolean patient) {
    ObjectNode message = Json.MAPPER.createObjectNode().put("type", "reset");
    message.putObject(DATA).put("seed", seed);
    ObjectNode answer = session.ask(message);
    if (answer.path("type").asString("").equals("error")) {
      if (patient && answer.path(DATA).path("code").asString("").equals(FULL)) {
        return null;
      }
      throw session.broken(Ending.TOOL_DIED, "cannot be reset: " + error(answer), null);
    }
    return observed(session, answer);
  }

  /// Returns the data of an observation, after a look at their form.
  private static JsonNode observed(Session session, ObjectNode answer) {
    JsonNode data = answer.path(DATA);
    JsonNode reward = data.path("reward");
    boolean finite = reward.isNumber() && Double.isFinite(reward.asDouble());
    boolean none = reward.isNull() || reward.isMissingNode();
    boolean right =
        answer.path("type").asString("").equals("observation")
            && data.path("observation").isObject()
            && (finite || none || reward.isBoolean())
            && (data.path("done").isBoolean() || data.path("done").isMissingNode());
    if (!right) {
      throw session.broken(
          Ending.TOOL_LIED,
          "must answer with an observation, a reward that is a number and done, got "
              + BadInput.brief(answer),
          null);
    }
    return data;
  }

  /// Returns what an error says; of an action that is not taken, what is wrong with its fields.
  private static String error(ObjectNode answer) {
    JsonNode data = answer.path(DATA);
    List<String> says = new ArrayList<>();
    for (JsonNode fault : data.path("errors")) {
      List<String> place = new ArrayList<>();
      fault.path("loc").forEach(part -> place.add(part.asString("")));
      says.add(String.join(".", place) + ": " + fault.path("msg").asString(""));
    }
    String message =
        says.isEmpty()
            ? data.path("message").asString("it does not say why")
            : String.join("; ", says);
    return data.path("code").asString("ERROR") + ": " + BadInput.brief(message);
  }

  /// Returns what the policy reads of an observation.
  private String seen(JsonNode data) {
    JsonNode all = data.path("observation");
    JsonNode read = settings.observation() == null ? all : all.path(settings.observation());
    String text = read.isString() ? read.stringValue() : Json.line(read);
    if (read.isMissingNode()) {
      throw new ToolBroken(
          Ending.TOOL_LIED,
          "the environment at "
              + server
              + " must give observations with '"
              + settings.observation()
              + "', got "
              + BadInput.brief(all));
    }
    return ToolTexts.shown(text, settings.characters());
  }

  @Override
  public String prompt(Problem problem) {
    return (settings.instructions().isEmpty() ? "" : settings.instructions() + "\n")
        + problem.text()
        + "\n";
  }

  @Override
  public int turns() {
    return settings.turns();
  }

  @Override
  public Duration patience() {
    return server.answer().multipliedBy(settings.turns() + 2L);
  }

  @Override
  public Dialogue open(Problem problem) {
    return new Played(problem);
  }

  /// One episode; it connects at the first move.
  private final class Played implements Dialogue {
    private final Problem problem;
    private @Nullable Session session;
    private double sum; // of rewards

    Played(Problem problem) {
      this.problem = problem;
    }

    @Override
    public Reply reply(Said said) {
      try {
        ObjectNode message = Json.MAPPER.createObjectNode().put("type", "step");
        String trouble = act(message, Game.moveOf(said.answer()));
        if (!trouble.isEmpty()) {
          return more(trouble, 0);
        }
        Session there = connected();
        ObjectNode answer = there.ask(message);
        if (answer.path("type").asString("").equals("error")) {
          return refused(there, answer);
        }
        JsonNode data = observed(there, answer);
        double reward = data.path("reward").isBoolean() && data.path("reward").asBoolean() ? 1 : 0;
        reward = data.path("reward").isNumber() ? data.path("reward").asDouble() : reward;
        sum += reward;
        return data.path("done").asBoolean(false)
            ? new Reply.Over(outcome(), reward)
            : more(seen(data), reward);
      } catch (ToolBroken e) {
        return new Reply.Over("", 0, e.ending(), String.valueOf(e.getMessage()));
      }
    }

    /// Puts the move into a message.
    ///
    /// @return what is wrong with the move; empty where it will do
    private String act(ObjectNode message, String move) {
      switch (settings.form()) {
        case TEXT -> message.putObject(DATA).put(settings.field(), move);
        case NUMBER -> {
          if (!move.matches("-?\\d{1,9}")) {
            return "error: a move is a whole number";
          }
          message.putObject(DATA).put(settings.field(), Integer.parseInt(move));
        }
        case JSON -> {
          try {
            if (!(Json.MAPPER.readTree(move) instanceof ObjectNode action)) {
              return "error: a move is an object of JSON";
            }
            message.set(DATA, action);
          } catch (JacksonException _) {
            return "error: a move is an object of JSON";
          }
        }
      }
      return "";
    }

    /// Tells the policy of an action that the environment does not take.
    private Reply refused(Session there, ObjectNode answer) {
      return switch (answer.path(DATA).path("code").asString("")) {
        case "VALIDATION_ERROR", "EXECUTION_ERROR" -> more("error: " + error(answer), 0);
        default -> throw there.broken(Ending.TOOL_DIED, "failed: " + error(answer), null);
      };
    }

    private Session connected() {
      Session there = session;
      if (there == null) {
        Begun begun = begin(problem.id());
        there = begun.session;
        session = there;
        if (!seen(begun.first).equals(problem.text())) {
          throw there.broken(
              Ending.TOOL_LIED, "must begin alike each time for seed " + problem.id(), null);
        }
      }
      return there;
    }

    private Reply.More more(String text, double points) {
      return new Reply.More(List.of(Conversation.message("user", text)), points);
    }

    private String outcome() {
      return sum >= settings.solved() ? WON : LOST;
    }

    @Override
    public String outcome(Said last) {
      return outcome();
    }

    @Override
    public void close() {
      if (session != null) {
        session.close();
      }
    }
  }
}
