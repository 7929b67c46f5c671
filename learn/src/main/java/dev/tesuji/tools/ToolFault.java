package dev.tesuji.tools;

/// A call that cannot be carried out, with the sentence that the policy reads.
public final class ToolFault extends Exception {
  private static final long serialVersionUID = 1;

  /// Makes it of the sentence.
  public ToolFault(String message) {
    super(message);
  }
}
