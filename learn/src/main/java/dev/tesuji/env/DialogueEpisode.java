package dev.tesuji.env;

import dev.tesuji.generate.FinishReason;
import java.time.Duration;

/// An episode of a task of several turns in texts, with its limits.
///
/// A turn that was cut off ends it at the limit of tokens; the last turn is replied to, and what
/// would have been read is not. The seconds are those that the world takes for its replies.
final class DialogueEpisode implements Episode {
  private final Limits limits;
  private final Dialogue dialogue;
  private final History history;
  private Duration spent = Duration.ZERO;
  private int turns;

  /// The most that an episode may take.
  ///
  /// @param turns of the policy
  /// @param patience how long the world may work on replies in all
  record Limits(int turns, Duration patience) {}

  DialogueEpisode(Limits limits, Dialogue dialogue, History history) {
    this.limits = limits;
    this.dialogue = dialogue;
    this.history = history;
  }

  @Override
  public Step step(Turn turn) {
    turns++;
    boolean last = turns >= limits.turns();
    Dialogue.Said said = history.said(turn, turns, last);
    if (turn.reason() == FinishReason.LENGTH) {
      return new Step.End(dialogue.outcome(said), Ending.TOKEN_LIMIT);
    }
    if (spent.compareTo(limits.patience()) >= 0) {
      return new Step.End(dialogue.outcome(said), Ending.TIME_LIMIT);
    }
    long start = System.nanoTime();
    Dialogue.Reply reply = dialogue.reply(said);
    spent = spent.plusNanos(System.nanoTime() - start);
    return switch (reply) {
      case Dialogue.Reply.Over(String response, double points, Ending ending, String trouble) ->
          new Step.End(response, points, ending, trouble);
      case Dialogue.Reply.More(var _, double points) when last ->
          new Step.End(dialogue.outcome(said), points, Ending.TURN_LIMIT, "");
      case Dialogue.Reply.More(var messages, double points) ->
          history.next(turn, said, messages, points);
    };
  }

  @Override
  public void close() {
    dialogue.close();
  }
}
