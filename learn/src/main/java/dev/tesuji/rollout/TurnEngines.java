package dev.tesuji.rollout;

import dev.tesuji.generate.Completion;
import dev.tesuji.generate.EngineCapacity;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.PromptLookup;
import dev.tesuji.weights.LoadedModel;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// Opens the engines that draw the turns of rollouts: the one place that decides on which machines
/// a run samples.
///
/// Environments, judges and training stay with who opens an engine.
@FunctionalInterface
public interface TurnEngines {
  /// Draws in this process.
  TurnEngines LOCAL = OfThisProcess::new;

  /// Opens an engine. The model's weights do not move while it is open.
  ///
  /// @param capacity room for all requests that will be submitted
  TurnEngine open(LoadedModel model, EngineCapacity capacity);

  /// Returns what the machines that draw have done so far, for the report; nothing where this
  /// process draws.
  default Optional<ObjectNode> account() {
    return Optional.empty();
  }

  /// Returns a few words on these machines for the progress line; none where this process draws.
  default String note() {
    return "";
  }

  /// Returns those that propose tokens by what followed before in a completion's text, which
  /// changes nothing that is drawn.
  ///
  /// @param tokens the most at a time; 0 for none
  default TurnEngines lookingUp(int tokens) {
    return tokens == 0 ? this : new LookingUp(this, tokens);
  }

  /// Engines of others, told to propose tokens.
  ///
  /// @param tokens the most at a time
  record LookingUp(TurnEngines others, int tokens) implements TurnEngines {
    @Override
    public TurnEngine open(LoadedModel model, EngineCapacity capacity) {
      return others.open(model, capacity.lookingUp(tokens));
    }

    @Override
    public Optional<ObjectNode> account() {
      return others.account();
    }

    @Override
    public String note() {
      return others.note();
    }
  }

  /// An engine of this process, driven by who waits for it.
  ///
  /// @param takesLateRequests whether the model computes each row alike in any batch
  record OfThisProcess(GenerationEngine engine, boolean takesLateRequests) implements TurnEngine {
    private OfThisProcess(LoadedModel model, EngineCapacity capacity) {
      this(
          new GenerationEngine(model.decoder(), model.tokenizer(), capacity),
          model.decoder().compute().isIndependentOfBatch());
    }

    @Override
    public void submit(GenerationRequest request, Consumer<Completion> finished) {
      engine.submit(request, finished::accept);
    }

    @Override
    public boolean hasWork() {
      return engine.hasWork();
    }

    @Override
    public void step() {
      engine.step();
    }

    @Override
    public PromptLookup.Counts lookups() {
      return engine.lookups();
    }

    @Override
    public void close() {
      engine.close();
    }
  }
}
