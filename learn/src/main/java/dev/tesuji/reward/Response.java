package dev.tesuji.reward;

import dev.tesuji.generate.FinishReason;
import dev.tesuji.task.Problem;

/// What a reward looks at.
///
/// @param problem the problem that was put
/// @param text the completion, without the token that ended it
/// @param tokens its length in tokens, with the token that ended it
/// @param reason why it ended
public record Response(Problem problem, String text, int tokens, FinishReason reason) {}
