package dev.tesuji.dataset;

/// The columns in which a data set keeps what its shape needs, each under its usual name unless the
/// recipe names another (`columns: {prompt: question, completion: answer}`).
///
/// @param text a text
/// @param messages a conversation
/// @param prompt what is asked
/// @param completion an answer
/// @param chosen the better answer
/// @param rejected the worse answer
/// @param label whether the answer is good
/// @param completions the steps of an answer
/// @param labels whether each step is right
/// @param responses several answers, from best to worst unless `ranks` says otherwise
/// @param ranks the rank of each of several answers, 1 for the best
public record Columns(
    String text,
    String messages,
    String prompt,
    String completion,
    String chosen,
    String rejected,
    String label,
    String completions,
    String labels,
    String responses,
    String ranks) {
  /// The names that TRL uses.
  public static final Columns DEFAULT =
      new Columns(
          "text",
          "messages",
          "prompt",
          "completion",
          "chosen",
          "rejected",
          "label",
          "completions",
          "labels",
          "responses",
          "ranks");

  /// Returns these columns with another one for texts.
  public Columns withText(String column) {
    return new Columns(
        column,
        messages,
        prompt,
        completion,
        chosen,
        rejected,
        label,
        completions,
        labels,
        responses,
        ranks);
  }
}
