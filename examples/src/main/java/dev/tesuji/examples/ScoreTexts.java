package dev.tesuji.examples;

import dev.tesuji.policy.Policy;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.List;

/// Asks a model how likely a completion is.
public final class ScoreTexts {
  private ScoreTexts() {}

  /// Prints the log-probability of a completion.
  ///
  /// @param arguments a model directory, a prompt and a completion
  public static void main(String[] arguments) {
    System.out.println(logProbability(Path.of(arguments[0]), arguments[1], arguments[2]));
  }

  static double logProbability(Path directory, String prompt, String completion) {
    try (LoadedModel model = LoadedModel.load(directory, Dtype.FLOAT32, Device.CPU);
        Scope _ = Scope.open()) { // frees the tensors that are made in it
      Tokenizer tokenizer = model.requireTokenizer();
      int[] given = tokenizer.encodeWithSpecials(prompt);
      int[] scored = tokenizer.encodeContinuation(prompt, given, completion);
      Policy policy = new Policy(model.decoder(), /* temperature= */ 1);
      Policy.Scores scores = policy.score(List.of(TokenSequence.of(given, scored)));
      double sum = 0;
      for (float token : scores.logProbs()) {
        sum += token;
      }
      return sum;
    }
  }
}
