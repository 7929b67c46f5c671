package dev.tesuji.env;

import dev.tesuji.chat.Conversation;
import java.util.List;

/// A game in texts, whose problems are drawn: each is a function of its number alone.
///
/// A move is what stands in the last answer tags of a turn, else its last line. A game ends with
/// its outcome, which the game writes and not the policy: [#WON] is right, everything else wrong.
public interface Game extends PlayedTask {
  /// One game under way.
  @FunctionalInterface
  interface Play {
    /// Makes a move.
    Answer move(String move);
  }

  /// The game's reply to a move.
  ///
  /// @param text what the policy reads, where the game goes on
  /// @param points what the move was worth by itself
  /// @param outcome how the game ended; empty where it goes on
  record Answer(String text, double points, String outcome) {
    /// Goes on.
    public static Answer more(String text) {
      return new Answer(text, 0, "");
    }

    /// Ends the game.
    public static Answer over(String outcome) {
      return new Answer("", 0, outcome);
    }
  }

  /// Returns how the game is played, in words that stand before every problem.
  String rules();

  /// Begins a game.
  Play begin(Problem problem);

  @Override
  default Dialogue open(Problem problem) {
    return dialogue(problem, begin(problem));
  }

  /// Returns a game under way as a conversation.
  static Dialogue dialogue(Problem problem, Play play) {
    return new Dialogue() {
      @Override
      public Reply reply(Dialogue.Said said) {
        Answer answer = play.move(moveOf(said.answer()));
        return answer.outcome().isEmpty()
            ? new Reply.More(List.of(Conversation.message("user", answer.text())), answer.points())
            : new Reply.Over(
                answer.outcome().equals(WON) ? problem.answer() : answer.outcome(),
                answer.points());
      }

      @Override
      public String outcome(Dialogue.Said last) {
        return LOST;
      }
    };
  }

  /// Returns the move in a text.
  static String moveOf(String text) {
    int end = text.lastIndexOf("</answer>");
    int begin = text.lastIndexOf("<answer>", end < 0 ? text.length() : end);
    if (begin >= 0) {
      int from = begin + "<answer>".length();
      return text.substring(from, end > from ? end : text.length()).strip();
    }
    List<String> lines = text.strip().lines().filter(line -> !line.isBlank()).toList();
    return lines.isEmpty() ? "" : lines.getLast().strip();
  }

  @Override
  default String prompt(Problem problem) {
    return rules() + "\n" + problem.text() + "\n";
  }
}
