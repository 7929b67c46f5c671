package dev.tesuji.harness;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// A task of lm-evaluation-harness with its items, as a model meets them.
public sealed interface HarnessTask {
  /// Returns its name there.
  String name();

  /// Returns how many items there are.
  int size();

  /// Questions with answers to choose from, told by their log-likelihoods.
  record Choosing(String name, List<Question> questions) implements HarnessTask {
    /// Copies the list.
    public Choosing {
      questions = List.copyOf(questions);
    }

    @Override
    public int size() {
      return questions.size();
    }
  }

  /// A question with answers to choose from.
  ///
  /// @param context what stands before an answer
  /// @param answers the answers, each of which follows the context after a space
  /// @param gold which is right, from 0
  record Question(String context, List<String> answers, int gold) {
    /// Copies the list.
    public Question {
      answers = List.copyOf(answers);
    }
  }

  /// Prompts that are answered in writing.
  ///
  /// @param stops texts before which an answer ends
  /// @param maxNewTokens the most tokens of an answer
  record Writing(String name, List<Prompt> prompts, List<String> stops, int maxNewTokens)
      implements HarnessTask {
    /// Copies the lists.
    public Writing {
      prompts = List.copyOf(prompts);
      stops = List.copyOf(stops);
    }

    @Override
    public int size() {
      return prompts.size();
    }
  }

  /// A prompt that is answered in writing.
  ///
  /// @param text what the model reads
  /// @param grade finds what is right in an answer: by measure, one truth value, or several that
  ///   count one by one
  record Prompt(String text, Function<String, Map<String, List<Boolean>>> grade) {}
}
