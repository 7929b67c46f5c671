package dev.tesuji.serve;

import dev.tesuji.generate.GeneratedToken;
import dev.tesuji.generate.PromptScores;
import dev.tesuji.generate.TokenLogProb;
import dev.tesuji.serve.answer.AnswerText;
import dev.tesuji.serve.answer.Delta;
import dev.tesuji.serve.answer.TokenText;
import dev.tesuji.serve.model.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A prompt as a completion repeats it.
///
/// @param text as it was given, or as its tokens are written
/// @param tokens what each token wrote
/// @param scores their log-probabilities; null where none are told
record EchoedPrompt(String text, List<TokenText> tokens, @Nullable PromptScores scores) {
  static EchoedPrompt of(
      ServedModel model, CompletionRequest.Prompt prompt, @Nullable PromptScores scores) {
    AnswerText reading =
        new AnswerText(
            model.reader(),
            new int[0],
            new AnswerText.Reading(AnswerText.Stops.NONE, Set.of(), null, false));
    List<TokenText> tokens = new ArrayList<>();
    StringBuilder written = new StringBuilder();
    int[] ids = prompt.tokens();
    for (int i = 0; i < ids.length; i++) {
      float logProb = scores == null || i == 0 ? 0 : scores.logProbs()[i - 1];
      boolean bare = scores == null || i == 0 || scores.top().isEmpty();
      List<TokenLogProb> top = bare || scores == null ? List.of() : scores.top().get(i - 1);
      GeneratedToken token = new GeneratedToken(0, i, ids[i], logProb, top);
      Delta delta = reading.add(token);
      tokens.addAll(delta.tokens());
      written.append(delta.answer());
    }
    Delta rest = reading.end();
    tokens.addAll(rest.tokens());
    written.append(rest.answer());
    String text = prompt.text();
    return new EchoedPrompt(text == null ? written.toString() : text, tokens, scores);
  }
}
