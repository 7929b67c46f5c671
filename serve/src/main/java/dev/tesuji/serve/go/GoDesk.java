package dev.tesuji.serve.go;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.play.Limits;
import dev.tesuji.play.Player;
import dev.tesuji.play.Thought;
import dev.tesuji.play.go.Go;
import dev.tesuji.play.go.GoRecord;
import dev.tesuji.play.go.GoState;
import dev.tesuji.play.sgf.SgfGame;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Answers to what the page asks.
final class GoDesk implements AutoCloseable {
  private static final double KOMI = 7.5;
  private static final double SMALL_KOMI = 8.5; // 7x7 is believed to be worth 9 points
  private static final int SMALL = 7;
  private static final int MOST_MOVES = 100_000;
  private static final int[] PREFERRED = {7, 9, 13, 19, 5};

  private final Player player;
  private final Limits limits;
  private final ExecutorService thinker; // one thread: networks keep what belongs to a thread
  private volatile boolean closed;

  GoDesk(Player player, Limits limits) {
    this.player = player;
    this.limits = limits;
    thinker =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("tesuji-go-player").factory());
  }

  /// Tells who plays, and on which boards.
  ObjectNode player() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("name", player.name()).put("visits", limits.visits()).put("seconds", limits.seconds());
    ArrayNode boards = json.putArray("boards");
    for (int size = 2; size <= Go.LARGEST; size++) {
      if (plays(size)) {
        boards.addObject().put("size", size).put("komi", size == SMALL ? SMALL_KOMI : KOMI);
      }
    }
    if (boards.isEmpty()) {
      boards.addObject().put("size", Go.LARGEST).put("komi", KOMI);
    }
    int first = IntStream.of(PREFERRED).filter(this::plays).findFirst().orElse(Go.LARGEST);
    return json.put("size", plays(first) ? first : boards.get(0).path("size").intValue());
  }

  private boolean plays(int size) {
    return player.refusal(Go.of(size, KOMI)).isEmpty();
  }

  ObjectNode begin(GoRequest request) {
    double komi = request.number("komi");
    if (!(Math.abs(komi) <= Go.MOST_KOMI)) {
      throw new BadInput("field 'komi' must be from -1000 to 1000, got " + komi);
    }
    Go go = Go.of(request.integer("size", 2, Go.LARGEST), komi);
    return position(new SgfGame(new GoRecord(go.start()), Map.of()));
  }

  /// Shows a game at its end, or after some of its moves.
  ObjectNode show(GoRequest request) {
    SgfGame game = request.game();
    if (!request.has("at")) {
      return position(game);
    }
    int at = request.integer("at", 0, MOST_MOVES);
    int total = game.record().moves().size();
    return GoJson.position(game, Math.min(at, total), player);
  }

  ObjectNode play(GoRequest request) {
    SgfGame game = request.game();
    GoState state = game.record().state();
    String vertex = request.text("vertex");
    int action = state.game().action(vertex);
    String refusal = state.refusal(action);
    if (!refusal.isEmpty()) {
      throw new BadInput(BadInput.brief(vertex) + " is not legal: " + refusal);
    }
    game.record().play(state.toMove(), action);
    return position(withoutResult(game));
  }

  ObjectNode undo(GoRequest request) {
    SgfGame game = request.game();
    int moves = request.integer("moves", 1, MOST_MOVES);
    for (int i = 0; i < moves; i++) {
      game.record().undo();
    }
    return position(withoutResult(game));
  }

  /// Returns a game without the result that its file had before it went on.
  private static SgfGame withoutResult(SgfGame game) {
    Map<String, String> information = new TreeMap<>(game.information());
    information.remove("RE");
    return new SgfGame(game.record(), information);
  }

  /// Lets the player move.
  ///
  /// @param gone whether nobody waits for it any more
  ObjectNode move(GoRequest request, BooleanSupplier gone) throws InterruptedException {
    SgfGame game = request.game();
    GoState state = game.record().state();
    Thought thought = thought(state, gone);
    boolean resigns = thought.action() == Thought.RESIGN;
    if (!resigns) {
      game.record().play(state.toMove(), thought.action());
    }
    ObjectNode json = position(withoutResult(game));
    json.put("resigns", resigns);
    json.set("thought", GoJson.thought(thought, state));
    return json;
  }

  /// Lets the player think, and not move.
  ObjectNode think(GoRequest request, BooleanSupplier gone) throws InterruptedException {
    GoState state = request.game().record().state();
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.set("thought", GoJson.thought(thought(state, gone), state));
    return json;
  }

  private Thought thought(GoState state, BooleanSupplier gone) throws InterruptedException {
    if (state.over()) {
      throw new BadInput("the game is over");
    }
    String refusal = player.refusal(state.game());
    if (!refusal.isEmpty()) {
      throw new BadInput(player.name() + " cannot play this: " + refusal);
    }
    BooleanSupplier unwanted = () -> closed || gone.getAsBoolean();
    Future<Thought> future =
        thinker.submit(() -> {
          if (unwanted.getAsBoolean()) {
            throw new InterruptedException("nobody waits for it");
          }
          player.newGame(); // each request is a game of its own
          return player.think(state, limits, _ -> !unwanted.getAsBoolean());
        });
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case InterruptedException end -> throw end;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  /// Breaks off what is being thought, and waits for it: the player may be closed then.
  @Override
  public void close() {
    closed = true;
    thinker.close();
  }

  private ObjectNode position(SgfGame game) {
    return GoJson.position(game, game.record().moves().size(), player);
  }
}
