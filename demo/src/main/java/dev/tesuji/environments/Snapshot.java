package dev.tesuji.environments;

import dev.tesuji.env.Game;
import dev.tesuji.generate.EngineCapacity;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.tensor.Device;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// A policy as it was at some time, as a player of tic-tac-toe.
///
/// It is asked about every position once, some times each, and freed: the game has 4,520 positions
/// that are not over, which a small model answers in seconds. It reads a position as the beginning
/// of a game. An answer that is no free square is none.
final class Snapshot {
  /// How often a position is asked about.
  static final int ANSWERS = 2;

  private static final int MOST_TOKENS = 48;
  private static final long SEED = 0x5E1F;
  private static final Map<Path, Snapshot> KNOWN = new ConcurrentHashMap<>();
  private static final Map<String, Integer> POSITIONS = numbered();

  /// The bytes of a player as a file has it: a square for each answer.
  static final int BYTES = POSITIONS.size() * ANSWERS;

  private final byte[] moves; // by position, then by answer; -1 for none

  /// Makes the player of what [#bytes] returned.
  Snapshot(byte[] moves) {
    if (moves.length != BYTES) {
      throw new IllegalArgumentException("a player has " + BYTES + " bytes, got " + moves.length);
    }
    this.moves = moves.clone();
  }

  private static Map<String, Integer> numbered() {
    Map<String, Integer> numbers = new HashMap<>();
    for (String position : positions()) {
      numbers.put(position, numbers.size());
    }
    return Map.copyOf(numbers);
  }

  /// Returns the player of a model's directory, whose weights do not change.
  static Snapshot of(Path directory) {
    return KNOWN.computeIfAbsent(
        directory.toAbsolutePath().normalize(),
        path -> {
          try (LoadedModel model = LoadedModel.load(path, Device.CPU)) {
            return of(model);
          }
        });
  }

  /// Returns the player that a model is now.
  static Snapshot of(LoadedModel model) {
    byte[] moves = new byte[BYTES];
    Tokenizer tokenizer = model.requireTokenizer();
    Limits limits =
        new Limits(MOST_TOKENS, model.endTokens(), Set.of(), TicTacToe.DEFAULT.turnEnds());
    List<String> positions = List.copyOf(positions());
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < positions.size(); i++) {
      int[] prompt = tokenizer.encodeWithSpecials(prompt(positions.get(i)));
      RandomKey key = new RandomKey(SEED, i);
      requests.add(new GenerationRequest(prompt, ANSWERS, Sampling.DEFAULT, limits, key));
    }
    EngineCapacity room = EngineCapacity.of(requests, EngineCapacity.MOST_ROWS);
    try (GenerationEngine engine = new GenerationEngine(model.decoder(), tokenizer, room)) {
      for (int i = 0; i < positions.size(); i++) {
        String position = positions.get(i);
        int first = i * ANSWERS;
        engine.submit(
            requests.get(i),
            c -> {
              String said = tokenizer.decodeContinuation(c.request().prompt(), c.tokens());
              moves[first + c.sample()] = (byte) square(position, Game.moveOf(said));
            });
      }
      engine.drain();
    }
    return new Snapshot(moves);
  }

  /// Returns all that makes the player.
  byte[] bytes() {
    return moves.clone();
  }

  private static String prompt(String position) {
    char who = mover(position);
    return TicTacToe.DEFAULT.rules()
        + "\nGame 0. You play "
        + who
        + ".\n"
        + TicTacToe.text(position.toCharArray())
        + "\n";
  }

  /// Returns the square of a move; -1 where it is none.
  private static int square(String position, String move) {
    boolean free = move.matches("[1-9]") && position.charAt(move.charAt(0) - '1') == '.';
    return free ? move.charAt(0) - '1' : -1;
  }

  private static char mover(String position) {
    long free = position.chars().filter(c -> c == '.').count();
    return free % 2 == 1 ? 'X' : 'O'; // X begins
  }

  /// Returns all positions that are not over, `.` for a free square.
  static Set<String> positions() {
    Set<String> all = new TreeSet<>();
    add(".........", all);
    return all;
  }

  private static void add(String position, Set<String> all) {
    char[] board = position.toCharArray();
    boolean over =
        TicTacToe.wins(board, 'X') || TicTacToe.wins(board, 'O') || position.indexOf('.') < 0;
    if (over || !all.add(position)) {
      return;
    }
    char who = mover(position);
    for (int i = 0; i < board.length; i++) {
      if (board[i] == '.') {
        board[i] = who;
        add(new String(board), all);
        board[i] = '.';
      }
    }
  }

  /// Returns the square that it takes.
  ///
  /// @param answer which of its answers, from 0
  /// @return -1 where it gave none that is free
  int move(char[] board, int answer) {
    Integer position = POSITIONS.get(new String(board));
    return position == null ? -1 : moves[position * ANSWERS + answer];
  }
}
