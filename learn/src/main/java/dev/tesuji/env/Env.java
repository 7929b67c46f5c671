package dev.tesuji.env;

import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import java.util.List;

/// An environment: puts a problem to a policy, answers its turns, and says when the episode is
/// over.
///
/// An environment has no state of its own; an [Episode] has. It is used from many threads at once.
public interface Env {
  /// Returns the tokens that pose a problem: the first observation of every episode about it.
  int[] promptTokens(Problem problem, Tokenizer tokenizer);

  /// Begins an episode.
  Episode reset(Problem problem, CompletionText text);

  /// Returns the most turns that the policy has in an episode.
  int turns();

  /// Returns texts with which a turn ends, such as the closing tag of a call, besides the model's
  /// own end tokens. They stay in the turn.
  default List<String> turnEnds() {
    return List.of();
  }
}
