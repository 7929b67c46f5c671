package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.generate.EngineCapacity;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.PromptLookup;
import picocli.CommandLine.Option;

/// The option of speculative decoding.
final class LookupOption {
  @Option(
      names = "--prompt-lookup",
      defaultValue = "0",
      paramLabel = "N",
      description = {
        "Speculative decoding by n-grams: proposes up to N tokens by what followed the last ones"
            + " before in the same text, and checks them in one pass. No token becomes another."
            + " Faster where few texts are written at once that repeat their prompts or themselves;"
            + " 0: off. Default: ${DEFAULT-VALUE}."
      })
  int tokens;

  /// Returns the number of tokens, checked.
  int checked() {
    try {
      PromptLookup.require("--prompt-lookup", tokens);
    } catch (IllegalArgumentException e) {
      throw new BadInput("option " + e.getMessage(), e);
    }
    return tokens;
  }

  /// Returns room with it.
  EngineCapacity in(EngineCapacity room) {
    return room.lookingUp(checked());
  }

  /// Says what came of it.
  void report(GenerationEngine engine) {
    if (engine.looksUp()) {
      PromptLookup.Counts counts = engine.lookups();
      System.err.println(
          "Prompt lookup: " + counts.accepted() + " of " + counts.proposed() + " tokens accepted");
    }
  }

  /// Says so where it does nothing.
  void note(GenerationEngine engine) {
    if (tokens > 0 && !engine.looksUp()) {
      System.err.println("Note: --prompt-lookup does nothing here: libtorch computes this model");
    }
  }
}
