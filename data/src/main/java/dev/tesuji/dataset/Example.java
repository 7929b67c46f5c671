package dev.tesuji.dataset;

import java.util.List;

/// The content of one row of a data set, one kind per shape.
public sealed interface Example {
  /// Returns whether it is a conversation, which a chat template makes text of.
  default boolean isConversational() {
    Text first =
        switch (this) {
          case LanguageModeling e -> e.text();
          case PromptOnly e -> e.prompt();
          case PromptCompletion e -> e.prompt();
          case Preference e -> e.chosen();
          case UnpairedPreference e -> e.prompt();
          case Stepwise e -> e.prompt();
          case Ranking e -> e.prompt();
        };
    return first instanceof Text.Messages;
  }

  /// A text to be imitated whole.
  ///
  /// @param text the text or conversation
  record LanguageModeling(Text text) implements Example {}

  /// Something asked, without an answer.
  ///
  /// @param prompt what is asked
  record PromptOnly(Text prompt) implements Example {}

  /// An answer to be imitated.
  ///
  /// @param prompt what is asked
  /// @param completion what is answered
  record PromptCompletion(Text prompt, Text completion) implements Example {}

  /// Two answers, of which one is better.
  ///
  /// @param prompt what is asked: given, or else what both answers begin with
  /// @param chosen the better answer
  /// @param rejected the worse answer
  record Preference(Text prompt, Text chosen, Text rejected) implements Example {}

  /// An answer that is good or is not.
  ///
  /// @param prompt what is asked
  /// @param completion what is answered
  /// @param label whether it is good
  record UnpairedPreference(Text prompt, Text completion, boolean label) implements Example {}

  /// Several answers in order.
  ///
  /// @param prompt what is asked
  /// @param responses what is answered, from best to worst; at least two, no two the same
  record Ranking(Text prompt, List<Text> responses) implements Example {
    /// Copies the list.
    public Ranking {
      responses = List.copyOf(responses);
    }
  }

  /// An answer in steps, each right or wrong.
  ///
  /// @param prompt what is asked
  /// @param completions the steps
  /// @param labels whether each step is right; as many as there are steps
  record Stepwise(Text prompt, List<Text> completions, List<Boolean> labels) implements Example {
    /// Copies the lists.
    public Stepwise {
      completions = List.copyOf(completions);
      labels = List.copyOf(labels);
    }
  }
}
