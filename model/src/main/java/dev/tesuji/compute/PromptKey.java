package dev.tesuji.compute;

/// How a prompt is read besides its tokens, and with whom its reading may be shared: what was read
/// for one prompt serves another that begins alike under an equal key.
///
/// @param adapter the number of the adapter beside the weights, from 1; 0 for none
/// @param salt keeps apart what should not be shared; empty for what may be
public record PromptKey(int adapter, String salt) {
  /// The weights alone, shared with everybody.
  public static final PromptKey PLAIN = new PromptKey(0, "");
}
