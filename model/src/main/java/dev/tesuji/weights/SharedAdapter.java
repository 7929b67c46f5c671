package dev.tesuji.weights;

import dev.tesuji.nn.Lora;

/// An adapter that stands beside the weights of a model which is in memory once for all of them.
///
/// @param model the base's decoder with the texts' side of the adapter: its own tokenizer and chat
///   template where it has some
/// @param lora the adapter, which is taken from the decoder again
public record SharedAdapter(LoadedModel model, Lora lora) implements AutoCloseable {
  /// Frees the adapter and what it has of its own; the base's weights stay.
  @Override
  public void close() {
    lora.close();
    if (model.tokenizer() != null) {
      model.tokenizer().close();
    }
  }
}
