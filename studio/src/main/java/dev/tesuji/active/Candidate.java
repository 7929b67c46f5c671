package dev.tesuji.active;

import java.util.List;

/// An item that people may be asked about.
///
/// @param id its name
/// @param prompt what was asked
/// @param answers what was answered
public record Candidate(String id, String prompt, List<String> answers) {
  /// Copies the list.
  public Candidate {
    answers = List.copyOf(answers);
  }
}
