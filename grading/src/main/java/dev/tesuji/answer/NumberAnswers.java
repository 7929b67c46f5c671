package dev.tesuji.answer;

/// Answers that are one number, compared by value ([Numbers]).
public final class NumberAnswers implements AnswerKind {
  /// The only one: it has no state.
  public static final NumberAnswers INSTANCE = new NumberAnswers();

  private NumberAnswers() {}

  @Override
  public String gold(String solution) {
    int hashes = solution.lastIndexOf("####");
    return (hashes < 0 ? solution : solution.substring(hashes + "####".length())).strip();
  }

  @Override
  public boolean isReadable(String gold) {
    return Numbers.parse(gold).isPresent();
  }

  @Override
  public String wanted() {
    return "a number or end in '#### NUMBER'";
  }

  @Override
  public String extract(String response) {
    return Answers.free(response);
  }

  @Override
  public Verdict grade(String gold, String answer) {
    return Numbers.compare(gold, answer);
  }

  @Override
  public boolean same(String answer, String other) {
    return answer.equals(other);
  }
}
