package dev.tesuji.testtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.check.BadInput;
import dev.tesuji.env.Problem;
import dev.tesuji.evaluate.EvaluatedModel;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.generate.Sampling;
import dev.tesuji.random.Streams;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.Response;
import dev.tesuji.reward.Reward;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.NewModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A random model: it says nothing of worth, but in tokens that can be counted.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TestTimeTest {
  private static final EvaluationConfig CONFIG = new EvaluationConfig(6, 4, 12, Sampling.DEFAULT);
  private static final Forcing FORCING = new Forcing(List.of(), 2, "</think>", "<answer>", "wait");
  private static final Problem PROBLEM = ChainSums.DEFAULT.heldOut(1).getFirst();

  private static final Streams SEED = Streams.of(3);

  private LoadedModel model;
  private Tokenizer tokenizer;

  @BeforeAll
  void makeAModel(@TempDir Path folder) {
    new NewModel(1, 16, 24, 2, 1, 64).create(folder, 5);
    model = LoadedModel.load(folder, Dtype.FLOAT32, Device.CPU);
    tokenizer = model.requireTokenizer();
  }

  @AfterAll
  void close() {
    model.close();
  }

  private Response response(String text) {
    return new Response(PROBLEM, text, tokenizer.encode(text), FinishReason.EOS);
  }

  private static List<Graded> graded(Response... responses) {
    RewardMix mix =
        new RewardMix(
            ChainSums.DEFAULT,
            List.of(new RewardMix.Part("accuracy", 1, Reward.accuracy(ChainSums.DEFAULT))));
    return Arrays.stream(responses).map(mix::grade).toList();
  }

  /// Returns the responses, whose grades must be their own.
  private static List<Response> responses(List<Graded> graded) {
    graded.forEach(g ->
        assertThat(g.verdict()).isEqualTo(ChainSums.DEFAULT.grade(PROBLEM, g.response().text())));
    return graded.stream().map(Graded::response).toList();
  }

  private Budget budget() {
    EvaluatedModel.Local policy = EvaluatedModel.Local.of(model, ChainSums.DEFAULT);
    return new Budget(policy, ChainSums.DEFAULT, CONFIG, FORCING, 3);
  }

  private ThinkingSpan thought(String text) {
    return ThinkingSpan.of(
        tokenizer.encode(text), new CompletionText(tokenizer, Set.of()), FORCING);
  }

  @Test
  void thinkingGoesToItsEndOrToTheAnswerOrToTheLastToken() {
    // A tag is one token, every other character is one.
    assertThat(thought("<think>9+8=17;</think><answer>17</answer>"))
        .isEqualTo(new ThinkingSpan(8, true));
    assertThat(thought("<answer>17</answer>")).isEqualTo(new ThinkingSpan(0, false));
    assertThat(thought("<think>9+8")).isEqualTo(new ThinkingSpan(4, false));
    assertThat(thought("17</think>1</think>")).isEqualTo(new ThinkingSpan(2, true));
  }

  @Test
  void anEndOfSeveralTokensBelongsToTheThinkingInNoPart() {
    Forcing words = new Forcing(List.of(), 0, "so:", "", "wait");
    assertThat(
            ThinkingSpan.of(
                tokenizer.encode("9+8 so: 17"), new CompletionText(tokenizer, Set.of()), words))
        .isEqualTo(new ThinkingSpan(4, true));
  }

  @Test
  void thinkingBeyondTheBudgetIsEndedAndAnswered() {
    Response longer = response("<think>9+8=17;</think><answer>17</answer>");
    Response within = response("<think>9+</think><answer>17</answer>");
    Response direct = response("<answer>17</answer>");
    List<Response> cut = responses(budget().cut(graded(longer, within, direct), 3));
    assertThat(cut.get(0).text()).startsWith("<think>9+</think><answer>");
    assertThat(cut.get(0).tokens()).isBetween(6, 5 + CONFIG.maxNewTokens());
    assertThat(cut.get(1)).isEqualTo(within);
    assertThat(cut.get(2)).isEqualTo(direct);
    assertThat(ThinkingSpan.of(cut.get(0).ids(), new CompletionText(tokenizer, Set.of()), FORCING))
        .isEqualTo(new ThinkingSpan(3, true));
  }

  @Test
  void aBudgetOfNothingLeavesTheAnswer() {
    List<Response> cut = responses(budget().cut(graded(response("<think>9+8=17;</think>")), 0));
    assertThat(cut.getFirst().text()).startsWith("</think><answer>");
  }

  @Test
  void thinkingThatEndedGoesOnAfterTheWord() {
    Response ended = response("<think>9+8=17;</think><answer>17</answer>");
    Response endless = response("<think>9+8=17;");
    List<Response> extended = responses(budget().extend(graded(ended, endless), 1));
    int[] begun = tokenizer.encode("<think>9+8=17;wait");
    assertThat(Arrays.copyOf(extended.get(0).ids(), begun.length)).isEqualTo(begun);
    assertThat(extended.get(0).tokens()).isGreaterThan(begun.length);
    assertThat(extended.get(1)).isEqualTo(endless);
  }

  @Test
  void theWordIsWrittenSmallWhereThereAreNoCapitals() {
    Forcing capital = new Forcing(List.of(), 1, "</think>", "<answer>", "Wait");
    assertThat(Budget.waitWord(tokenizer, capital)).isEqualTo(tokenizer.encode("wait"));
    Forcing strange = new Forcing(List.of(), 1, "</think>", "<answer>", "待って");
    assertThatThrownBy(() -> new TestTime(model, ChainSums.DEFAULT, CONFIG, strange, SEED))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "waitWord must be a text that the model's tokenizer can write, got '待って'; give another"
                + " word, or 0 extensions");
  }

  @Test
  void withoutBudgetsThereAreThePowersOfTwoBelowTheLimit() {
    assertThat(FORCING.budgets(12)).containsExactly(1, 2, 4, 8);
    assertThat(new Forcing(List.of(9, 3, 9), 0, "x", "", "").budgets(12)).containsExactly(3, 9);
  }

  @Test
  void everyMethodBeginsWithOneSampleAndCountsItsTokens() {
    TestTime test = new TestTime(model, ChainSums.DEFAULT, CONFIG, FORCING, SEED);
    ComputeAccuracyCurves spending = test.measure(r -> new Judgement.Points(r.tokens()));
    assertThat(spending.problems()).isEqualTo(6);
    assertThat(spending.curves()).extracting(Curve::method).containsExactly(Curve.Method.values());
    Curve.Point natural = spending.curve(Curve.Method.EXTENDED).orElseThrow().points().getFirst();
    for (Curve.Method m : List.of(Curve.Method.MAJORITY, Curve.Method.BEST_OF, Curve.Method.ANY)) {
      List<Curve.Point> points = spending.curve(m).orElseThrow().points();
      assertThat(points).extracting(Curve.Point::size).containsExactly(1, 2, 3, 4);
      assertThat(points.getFirst().accuracy()).isEqualTo(natural.accuracy());
      assertThat(points.getLast().tokens()).isCloseTo(4 * natural.tokens(), within(1e-9));
      assertThat(points.getLast().thinking()).isCloseTo(4 * natural.thinking(), within(1e-9));
    }
    assertThat(spending.curve(Curve.Method.CUT).orElseThrow().points())
        .allSatisfy(p -> assertThat(p.thinking()).isLessThanOrEqualTo(p.size()));
  }

  @Test
  void withoutAJudgeOrExtensionsThoseCurvesAreNotThere() {
    Forcing none = new Forcing(List.of(4), 0, "</think>", "<answer>", "wait");
    ComputeAccuracyCurves spending =
        new TestTime(model, ChainSums.DEFAULT, CONFIG, none, SEED).measure(null);
    assertThat(spending.curves())
        .extracting(Curve::method)
        .containsExactly(Curve.Method.MAJORITY, Curve.Method.ANY, Curve.Method.CUT);
    assertThat(spending.toJson("m").path("methods").path(2).path("points").path(0).path("size"))
        .hasToString("4");
  }
}
