package dev.tesuji.env;

/// One conversation of a policy with an environment, from [Env#reset] to a [Step.End].
///
/// Used by one thread at a time.
public interface Episode extends AutoCloseable {
  /// Takes the policy's turn and answers it; may wait for other machines.
  ///
  /// @return more to read, or the end; always the end after a turn that was cut off
  ///   ([dev.tesuji.generate.FinishReason#LENGTH])
  Step step(Turn turn);

  /// Frees what the episode holds; most hold nothing. Where sampling is given up, it may be called
  /// while a step is under way, whose thread is interrupted.
  @Override
  default void close() {}
}
