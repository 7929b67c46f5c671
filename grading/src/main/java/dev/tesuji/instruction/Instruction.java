package dev.tesuji.instruction;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// A constraint on a response that a program can check.
///
/// @param id its kind, such as `length_constraints:number_words`
/// @param check tells whether a text follows it
public record Instruction(String id, Predicate<String> check) {
  /// Makes an instruction from a row of IFEval's data.
  ///
  /// @param id its kind, from `instruction_id_list`
  /// @param settings what the kind asks for, from `kwargs`
  /// @param prompt the prompt that it belongs to
  /// @throws IllegalArgumentException when the kind is not known, or a setting is missing or wrong
  public static Instruction of(String id, JsonNode settings, String prompt) {
    return new Instruction(id, Instructions.check(id, new Settings(id, settings), prompt));
  }

  /// Returns whether a response follows it.
  public boolean holds(String response) {
    return !response.isBlank() && check.test(response);
  }

  /// Returns whether a response follows it without its first line, its last or both, and without
  /// the stars of Markdown, in any combination of these.
  public boolean holdsLoosely(String response) {
    List<String> lines = List.of(response.split("\n", -1));
    int n = lines.size();
    return Stream.of(
            response,
            String.join("\n", lines.subList(1, n)).strip(),
            String.join("\n", lines.subList(0, n - 1)).strip(),
            String.join("\n", lines.subList(Math.min(1, n - 1), n - 1)).strip())
        .flatMap(r -> Stream.of(r, r.replace("*", "")))
        .anyMatch(this::holds);
  }
}
