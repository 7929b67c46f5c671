package dev.tesuji.run;

/// Says why a run cannot go on, in one sentence; its checkpoints stay.
public final class Halted extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// Makes the error from its whole sentence.
  public Halted(String sentence) {
    super(sentence);
  }
}
