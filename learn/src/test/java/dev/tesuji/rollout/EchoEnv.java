package dev.tesuji.rollout;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.env.Env;
import dev.tesuji.env.Episode;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Step;
import dev.tesuji.env.Turn;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A conversation of two turns: the environment answers the first with its length in digits, and
/// the text of the last is graded.
///
/// @param seen the turns of all episodes
/// @param open takes each episode's name when it begins, and gives it back when it is closed
public record EchoEnv(Queue<Turn> seen, Queue<Object> open) implements Env {
  public EchoEnv() {
    this(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
  }

  @Override
  public int[] promptTokens(Problem problem, Tokenizer tokenizer) {
    return ChainSums.DEFAULT.promptTokens(problem, tokenizer);
  }

  /// Returns what the environment says after a first turn.
  static int[] observation(int[] turn, Tokenizer tokenizer) {
    return tokenizer.encode("=" + turn.length + "?");
  }

  @Override
  public Episode reset(Problem problem, CompletionText text) {
    Object name = new Object();
    open.add(name);
    List<Turn> turns = new ArrayList<>();
    return new Episode() {
      @Override
      public Step step(Turn turn) {
        seen.add(turn);
        turns.add(turn);
        return turns.size() == 1 && turn.reason() != FinishReason.LENGTH
            ? new Step.Observation(observation(turn.tokens(), text.tokenizer()))
            : new Step.End(text.of(turns.getLast().tokens()));
      }

      @Override
      public void close() {
        open.remove(name);
      }
    };
  }

  @Override
  public int turns() {
    return 2;
  }

  /// Ends a turn at a digit.
  @Override
  public List<String> turnEnds() {
    return List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
  }
}
