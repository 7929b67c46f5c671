package dev.tesuji.compute;

import dev.tesuji.tensor.Tensor;
import java.util.List;

/// Reads prompts part by part and layer by layer, while rows are generated in between, and keeps
/// what it read for prompts that begin alike.
///
/// The numbers of a token do not depend on the parts that a prompt is read in, nor on what was
/// found read already, nor on what else is in the pass.
public interface PromptReader {
  /// A prompt that is read, and then continued by rows.
  interface Prompt extends AutoCloseable {
    /// Returns how many tokens it has.
    int length();

    /// Returns how many of them are read, or are on their way in a pass.
    int read();

    /// Returns how many of them had been read before for another prompt.
    int found();

    /// Lets it go; rows that continue it and passes that read it keep what they need.
    @Override
    void close();
  }

  /// The next tokens of a prompt that are read.
  ///
  /// @param count at least 1, and no more than are left
  record Part(Prompt prompt, int count) {}

  /// Begins to read a prompt: finds what was read of it before, all but its last token at most.
  Prompt begin(int[] tokens, PromptKey key);

  /// Begins to read a text of which it is asked what comes after each of its tokens. Nothing of it
  /// is found.
  Prompt beginScored(int[] tokens, PromptKey key);

  /// Parts of prompts on their way through the layers. Close it before the decoding that it is of.
  interface Pass extends AutoCloseable {
    /// Returns how many tokens are on the way.
    int tokens();

    /// Returns how many layers they have before them.
    int ahead();

    /// Takes them past some more layers.
    ///
    /// @param layers at most [#ahead]
    void advance(int layers);

    /// Returns what comes next once they are past all layers, in the open scope: float32 logits
    /// `[P, V]`, in the order of the parts, of each prompt that is read to its end by this, and of
    /// each token of a part of a scored one.
    Tensor logits();

    /// Lets it go.
    @Override
    void close();
  }

  /// Begins a pass; those begun before must be past all layers, or closed.
  Pass pass(List<Part> parts);

  /// Reads parts of prompts.
  ///
  /// @return the [Pass#logits]
  default Tensor read(List<Part> parts) {
    try (Pass pass = pass(parts)) {
      pass.advance(pass.ahead());
      return pass.logits();
    }
  }

  /// Lets a new row continue a prompt that is read to its end.
  void start(int row, Prompt prompt);

  /// Returns what is kept, and how often it was of use.
  KeptPrompts kept();

  /// Prompts that are kept.
  ///
  /// @param asked tokens of all prompts that were begun
  /// @param found of them, those that had been read before
  /// @param pages that are kept, each an object outside of Java's memory
  /// @param bytes that they take
  /// @param limit the most that they may take
  /// @param dropped bytes that were let go of for newer ones
  record KeptPrompts(long asked, long found, long pages, long bytes, long limit, long dropped) {
    /// Nothing, where prompts are read whole.
    public static final KeptPrompts NONE = new KeptPrompts(0, 0, 0, 0, 0, 0);
  }
}
