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
/// @param badRows what happens to rows that do not fit: `error` lists them and ends, `skip` leaves
///   them out and counts them, a number does so for at most so many
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
    String ranks,
    String badRows) {
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
          "ranks",
          BadRows.ERROR);

  /// Names columns whose rows must all fit.
  public Columns(
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
    this(
        text,
        messages,
        prompt,
        completion,
        chosen,
        rejected,
        label,
        completions,
        labels,
        responses,
        ranks,
        BadRows.ERROR);
  }

  /// Checks the policy.
  public Columns {
    BadRows.require(badRows);
  }

  /// Returns these columns with another policy for rows that do not fit.
  public Columns withBadRows(String policy) {
    return new Columns(
        text,
        messages,
        prompt,
        completion,
        chosen,
        rejected,
        label,
        completions,
        labels,
        responses,
        ranks,
        policy);
  }

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
        ranks,
        badRows);
  }
}
