package dev.tesuji.policy;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/// A part of an update whose gradient is computed from zero, by whoever has the weights: a pure
/// function of them and of what is here.
///
/// @param passes its sequences, as many of them at once as go through the model together
public record Leaf(List<Pass> passes) implements Serializable {
  private static final long serialVersionUID = 1;

  /// Copies the list.
  public Leaf {
    passes = List.copyOf(passes);
  }

  /// Sequences that go through the model at once.
  ///
  /// @param micro the sequences
  /// @param loss their part of the update's loss, whose denominators are those of the whole update
  public record Pass(Policy.Micro micro, Policy.PlainLoss loss) implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /// Adds its gradient to the model's parameters.
  ///
  /// @param between is called before each pass
  /// @return the scores of each pass
  public List<Policy.Scores> backward(Policy policy, Runnable between) {
    List<Policy.Scores> scores = new ArrayList<>();
    for (Pass pass : passes) {
      between.run();
      scores.add(policy.backward(pass.micro(), pass.loss()));
    }
    return scores;
  }
}
