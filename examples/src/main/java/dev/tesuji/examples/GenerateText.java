package dev.tesuji.examples;

import dev.tesuji.generate.EngineCapacity;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.List;

/// Loads a model and continues a prompt.
public final class GenerateText {
  private GenerateText() {}

  /// Prints a continuation.
  ///
  /// @param arguments a model directory and a prompt
  public static void main(String[] arguments) {
    System.out.println(continued(Path.of(arguments[0]), arguments[1], 64));
  }

  static String continued(Path directory, String prompt, int maxNewTokens) {
    try (LoadedModel model = LoadedModel.load(directory, Dtype.FLOAT32, Device.CPU)) {
      Tokenizer tokenizer = model.requireTokenizer();
      GenerationRequest request =
          new GenerationRequest(
              tokenizer.encodeWithSpecials(prompt),
              1,
              Sampling.GREEDY,
              new Limits(maxNewTokens, model.endTokens()),
              new RandomKey(0, 0));
      EngineCapacity capacity = EngineCapacity.of(List.of(request), 1);
      try (GenerationEngine engine = new GenerationEngine(model.decoder(), tokenizer, capacity)) {
        StringBuilder text = new StringBuilder();
        engine.submit(
            request, completion -> text.append(model.completionText().of(completion.tokens())));
        engine.drain(); // a server would call serve() on a thread of its own instead
        return text.toString();
      }
    }
  }
}
