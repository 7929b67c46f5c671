package dev.tesuji.rollout;

import dev.tesuji.generate.Completion;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.PromptLookup;
import java.util.function.Consumer;

/// Draws the turns of a stream of rollouts, in this process or on other machines.
///
/// One thread uses it. What comes out is a function of the request and the weights alone, whatever
/// else is drawn beside it and wherever.
public interface TurnEngine extends AutoCloseable {
  /// Takes a request.
  ///
  /// @param finished takes each of its completions once, within [#step]
  /// @throws IllegalArgumentException when the model or the engine cannot meet it
  void submit(GenerationRequest request, Consumer<Completion> finished);

  /// Returns whether requests may join others at any moment, without a change to the last bit of
  /// anything; else those of further turns come together when the turns before are finished.
  default boolean takesLateRequests() {
    return false;
  }

  /// Returns whether completions are still to come.
  boolean hasWork();

  /// Goes on for a moment: hands over what is complete by then, which may be nothing.
  void step();

  /// Returns how many tokens were proposed, and how many of them were drawn, as far as it is known
  /// here.
  default PromptLookup.Counts lookups() {
    return PromptLookup.Counts.NONE;
  }

  /// Drops what is not complete, and frees what the engine holds. Closing twice is harmless.
  @Override
  void close();
}
