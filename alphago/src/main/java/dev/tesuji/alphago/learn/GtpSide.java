package dev.tesuji.alphago.learn;

import dev.tesuji.check.BadInput;
import dev.tesuji.play.GameState;
import dev.tesuji.play.PlayerFailed;
import dev.tesuji.play.go.Go;
import dev.tesuji.play.go.GoState;
import dev.tesuji.play.gtp.GtpProgram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Plays Go by a program that speaks GTP, in several processes at once. A process that fails costs
/// one game and is started again. Owns its processes.
public final class GtpSide implements Side {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<Worker> workers;
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

  /// Makes a side; programs are started when they are needed.
  ///
  /// @param words the command line
  /// @param processes how many
  public GtpSide(List<String> words, int processes) {
    workers = IntStream.range(0, processes).mapToObj(_ -> new Worker(words)).toList();
  }

  @Override
  public int[] choose(List<Seat> seats) {
    int[] chosen = new int[seats.size()];
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int w = 0; w < workers.size(); w++) {
        int own = w;
        threads.execute(() -> {
          for (int i = 0; i < chosen.length; i++) {
            if (seats.get(i).game() % workers.size() == own) {
              chosen[i] = workers.get(own).choose(seats.get(i).state());
            }
          }
        });
      }
    }
    return chosen;
  }

  /// Returns what went wrong so far, a sentence each.
  public List<String> failures() {
    synchronized (failures) {
      return List.copyOf(failures);
    }
  }

  @Override
  public void close() {
    workers.forEach(Worker::stop);
  }

  /// One process, with the state that it has on its board.
  private final class Worker {
    private final GtpProgram program;
    private @Nullable GameState at;

    Worker(List<String> words) {
      program = new GtpProgram(words, PATIENCE);
    }

    int choose(GameState state) {
      try {
        Go go = ((GoState) state).game();
        show(state, go);
        String answer = program.send("genmove " + colour(state)).toLowerCase(Locale.ROOT);
        at = null; // the program has moved, and the caller may not
        if (answer.equals("resign")) {
          return RESIGNS;
        }
        int action = go.action(answer);
        if (!state.isLegal(action)) {
          throw new PlayerFailed("it plays " + answer + ", which is not legal");
        }
        at = state.play(action);
        return action;
      } catch (GtpProgram.Refused | PlayerFailed | BadInput e) {
        failures.add(String.valueOf(e.getMessage()));
        program.restart();
        at = null;
        return FAILS;
      }
    }

    /// Brings a state onto the program's board: the moves since the last one, or all.
    private void show(GameState state, Go go) {
      List<GameState> missing = new ArrayList<>();
      GameState back = state;
      while (back != null && !same(back)) {
        missing.add(back);
        back = back.previous();
      }
      if (back == null) {
        program.send("boardsize " + go.width());
        program.send("clear_board");
        program.send("komi " + go.komi());
        missing.removeLast(); // the empty board
      }
      for (GameState next : missing.reversed()) {
        String move = go.actionName(next.lastAction());
        program.send("play " + (next.toMove() > 0 ? "w" : "b") + " " + move);
      }
    }

    /// Returns whether the program's board is at a state: the same moves were played.
    @SuppressWarnings("ReferenceEquality") // states that are one object have one past
    private boolean same(GameState state) {
      GameState own = at;
      GameState other = state;
      if (own == null || own.moves() != other.moves() || !own.game().equals(other.game())) {
        return false;
      }
      while (own != null && other != null && own != other) {
        if (own.lastAction() != other.lastAction()) {
          return false;
        }
        own = own.previous();
        other = other.previous();
      }
      return true;
    }

    private static String colour(GameState state) {
      return state.toMove() > 0 ? "b" : "w";
    }

    void stop() {
      program.close();
      at = null;
    }
  }
}
