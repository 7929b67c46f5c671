package dev.tesuji.serve.model;

import dev.tesuji.generate.EngineCapacity;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.PromptReading;
import dev.tesuji.nn.Lora;
import dev.tesuji.weights.LoadedModel;
import java.util.List;

/// The engine of a model, which its adapters share: one copy of the weights, and one batch.
final class SharedEngine implements AutoCloseable {
  private final LoadedModel base;
  private final List<Lora> adapters;
  private final EngineCapacity capacity;
  private volatile GenerationEngine engine;

  /// Takes the engine's memory.
  ///
  /// @param base closed with this
  /// @param adapters closed with this
  SharedEngine(LoadedModel base, List<Lora> adapters, ServedModel.Room room) {
    this.base = base;
    this.adapters = List.copyOf(adapters);
    int most = Math.max(1, room.context() - 1);
    PromptReading reading = new PromptReading(true, room.kept());
    capacity =
        new EngineCapacity(room.rows(), most, most, room.waiting(), reading)
            .lookingUp(room.promptLookup())
            .holding(room.tokens());
    engine = newEngine();
  }

  private GenerationEngine newEngine() {
    return new GenerationEngine(base.decoder(), base.tokenizer(), capacity, adapters);
  }

  /// Generates one token for each answer that is being generated, and makes a new engine where the
  /// old one broke.
  ///
  /// @throws RuntimeException what a step threw
  void step() {
    try {
      engine.step();
    } finally {
      if (engine.isClosed()) {
        engine = newEngine();
      }
    }
  }

  EngineCapacity capacity() {
    return capacity;
  }

  GenerationEngine engine() {
    return engine;
  }

  @Override
  public void close() {
    engine.close();
    adapters.forEach(Lora::close);
    base.close();
  }
}
