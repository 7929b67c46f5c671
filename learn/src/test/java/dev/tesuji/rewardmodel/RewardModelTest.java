package dev.tesuji.rewardmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.chainsums.ChainSumsCorpus;
import dev.tesuji.check.BadInput;
import dev.tesuji.env.Problem;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.json.Json;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.optim.Schedule;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.Response;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.train.Metrics;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.NewModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// Reward models from training to pay.
@ExtendWith(LeakCheck.class)
class RewardModelTest {
  @TempDir private Path folder = Path.of("");

  private static final List<RewardExamples.Author> AUTHORS =
      List.of(
          new ChainSumsCorpus(0, 0, 0, 0, 0)::response,
          new ChainSumsCorpus(1, 0, 0.5, 0, 0)::response,
          new ChainSumsCorpus(1, 0, 0.5, 0, 1)::response);

  private LoadedModel model() {
    Path directory = folder.resolve("model");
    if (!directory.toFile().exists()) {
      new NewModel(2, 32, 64, 2, 2, 128).create(directory, 5);
    }
    return LoadedModel.load(directory, Dtype.FLOAT32, Device.CPU);
  }

  private static RewardExamples opinions(LoadedModel model, int prompts) {
    TokenizedDataset.Words words =
        new TokenizedDataset.Words(model.requireTokenizer(), model.endToken(), null);
    TokenizedDataset.Limit limit = new TokenizedDataset.Limit(128, TokenizedDataset.TooLong.ERROR);
    return RewardExamples.of(
        ChainSums.DEFAULT, prompts, AUTHORS, new RewardExamples.Reading(words, limit, 0.2, 1));
  }

  private static RewardModelConfig config(int steps, int tokens) {
    OptimizerConfig optimizer =
        OptimizerConfig.DEFAULT
            .change()
            .learningRate(3e-3)
            .schedule(Schedule.COSINE)
            .warmupSteps(5)
            .beta2(0.99)
            .build();
    ComputeConfig compute = new ComputeConfig(tokens, false, 0, 0, MatmulPrecision.FLOAT32);
    return new RewardModelConfig(steps, 16, 0.01, optimizer, compute);
  }

  private HeldOut train(int steps, int prompts, Path saved) {
    return train(model(), steps, prompts, saved);
  }

  private static HeldOut train(LoadedModel trained, int steps, int prompts, Path saved) {
    try (LoadedModel model = trained;
        RewardModelTrainer trainer =
            new RewardModelTrainer(model, opinions(model, prompts), config(steps, 8192), 7)) {
      for (int step = 0; step < steps; step++) {
        trainer.step(step);
      }
      HeldOut held = trainer.heldOut();
      trainer.finish(saved);
      return held;
    }
  }

  @Test
  void builtInRankingsAreLearned() {
    HeldOut held = train(60, 400, folder.resolve("saved"));
    assertThat(held.accuracy().low()).isGreaterThan(0.9);
    assertThat(held.comparisons()).isEqualTo(3 * held.opinions());
  }

  @Test
  void nothingIsPreferredBeforeTraining() {
    try (LoadedModel model = model();
        RewardModelTrainer trainer =
            new RewardModelTrainer(model, opinions(model, 40), config(1, 8192), 7)) {
      assertThat(trainer.step(0).get("loss")).isCloseTo(Math.log(2), within(1e-6));
    }
  }

  @Test
  void microBatchesChangeNothing() {
    double[] norms = new double[2];
    double[] losses = new double[2];
    for (int i = 0; i < 2; i++) {
      try (LoadedModel model = model();
          RewardModelTrainer trainer =
              new RewardModelTrainer(model, opinions(model, 40), config(3, i == 0 ? 9999 : 1), 7)) {
        trainer.step(0);
        Metrics m = trainer.step(1);
        norms[i] = m.get("grad_norm");
        losses[i] = m.get("loss");
      }
    }
    assertThat(norms[1]).isCloseTo(norms[0], within(1e-4 * norms[0]));
    assertThat(losses[1]).isCloseTo(losses[0], within(1e-5));
  }

  @Test
  void aCheckpointGoesOnAsIfNothingHadHappened() {
    Path saved = folder.resolve("checkpoint");
    double expected;
    ObjectNode state;
    try (LoadedModel model = model();
        RewardModelTrainer trainer =
            new RewardModelTrainer(model, opinions(model, 40), config(4, 8192), 7)) {
      trainer.step(0);
      trainer.step(1);
      trainer.save(saved);
      state = trainer.state();
      expected = trainer.step(2).get("loss");
    }
    try (LoadedModel model = model();
        RewardModelTrainer trainer =
            new RewardModelTrainer(model, opinions(model, 40), config(4, 8192), 7)) {
      trainer.restore(saved, state);
      assertThat(trainer.step(2).get("loss")).isEqualTo(expected);
    }
  }

  @Test
  void theDirectoryIsASequenceClassifier() {
    Path saved = folder.resolve("saved");
    train(2, 40, saved);
    ObjectNode config = Json.readObject(saved.resolve("config.json"));
    assertThat(config.at("/architectures/0").asString())
        .isEqualTo("LlamaForSequenceClassification");
    assertThat(config.path("num_labels").asInt()).isEqualTo(1);
    assertThat(config.path("pad_token_id").asInt())
        .isNotEqualTo(config.path("eos_token_id").asInt());
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> LoadedModel.load(saved, Dtype.FLOAT32, Device.CPU))
        .withMessage(
            saved
                + ": holds a reward model (...ForSequenceClassification), which gives texts a score"
                + " and writes none; name a language model");
    Path language = folder.resolve("model");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> RewardModel.load(language, Device.CPU))
        .withMessage(
            language
                + ": must hold a reward model (config.json: architectures"
                + " [\"...ForSequenceClassification\"]), got a model of another kind; train one"
                + " with a stage of kind rewardModel");
  }

  @Test
  void whatIsReadBackScoresAsWhatWasTrained() {
    Path saved = folder.resolve("saved");
    HeldOut held = train(20, 100, saved);
    try (RewardModel model = RewardModel.load(saved, Device.CPU)) {
      List<RewardExample> opinions = opinions(model.trunk(), 100).heldOut();
      float[] scores =
          model.score(
              opinions.stream()
                  .flatMap(o -> o.answers().stream())
                  .map(RewardExample.Answer::text)
                  .toList());
      assertThat(HeldOut.of(opinions, scores)).isEqualTo(held);
      assertThat(model.scale().mean()).isEqualTo(held.scores().mean());
    }
  }

  private static List<Response> responses(int count) {
    List<Response> responses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Problem problem = ChainSums.DEFAULT.problem(i);
      String text = AUTHORS.get(i % AUTHORS.size()).response(problem);
      responses.add(new Response(problem, text, new int[text.length() + 1], FinishReason.EOS));
    }
    return responses;
  }

  private static double points(Judgement judgement) {
    return ((Judgement.Points) judgement).value();
  }

  private ModelReward reward(ModelReward.Scored scored, boolean normalize) {
    return new ModelReward(
        "taste",
        ChainSums.DEFAULT,
        folder.resolve("saved"),
        Device.CPU,
        new ModelReward.Settings(scored, normalize, 16));
  }

  @Test
  void aScoreIsTheSameWhateverTheBatch() {
    train(20, 100, folder.resolve("saved"));
    List<Response> responses = responses(50);
    List<Double> alone = new ArrayList<>();
    try (ModelReward reward = reward(ModelReward.Scored.ALL, false)) {
      responses.forEach(r -> alone.add(points(reward.judge(r))));
    }
    ModelReward reward = reward(ModelReward.Scored.ALL, false);
    RewardMix mix =
        new RewardMix(ChainSums.DEFAULT, List.of(new RewardMix.Part("taste", 1, reward)));
    try (Grader grader = new Grader(mix, Duration.ofSeconds(10))) {
      List<Grader.Job> pending = responses.stream().map(grader::submit).toList();
      List<Graded> graded = pending.stream().map(Grader.Job::await).toList();
      assertThat(graded).extracting(Graded::total).isEqualTo(alone);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 40}) // the kernels' path, and libtorch's: 40 is no multiple of 16
  void aScoreIsTheSameAloneOrTogether(int intermediateSize) {
    Path directory = folder.resolve("model");
    new NewModel(2, 32, intermediateSize, 2, 2, 128).create(directory, 5);
    Path saved = folder.resolve("saved");
    train(LoadedModel.load(directory, Dtype.FLOAT32, Device.CPU), 3, 40, saved);
    try (RewardModel model = RewardModel.load(saved, Device.CPU)) {
      List<int[]> texts =
          opinions(model.trunk(), 100).train().stream()
              .flatMap(o -> o.answers().stream())
              .map(RewardExample.Answer::text)
              .toList();
      float[] together = model.score(texts);
      for (int i = 0; i < together.length; i++) {
        assertThat(model.score(List.of(texts.get(i)))[0]).as("text " + i).isEqualTo(together[i]);
      }
    }
  }

  @Test
  void theAnswerAloneIsWhatFollowsTheThinking() {
    train(20, 100, folder.resolve("saved"));
    Problem problem = ChainSums.DEFAULT.problem(3);
    try (ModelReward answer = reward(ModelReward.Scored.ANSWER, false);
        ModelReward all = reward(ModelReward.Scored.ALL, false)) {
      double thought =
          points(answer.judge(response(problem, "<think>1+1=2;</think><answer>2</answer>")));
      double plain = points(all.judge(response(problem, "<answer>2</answer>")));
      double endless = points(answer.judge(response(problem, "<think>1+1=2;1+1=")));
      double empty = points(all.judge(response(problem, "")));
      assertThat(thought).isEqualTo(plain);
      assertThat(endless).isEqualTo(empty);
      assertThat(plain).isNotEqualTo(empty);
    }
  }

  @Test
  void normalizedScoresHaveHeldOutAnswersForTheirMeasure() {
    Path saved = folder.resolve("saved");
    HeldOut held = train(20, 100, saved);
    Response response = responses(1).getFirst();
    try (ModelReward raw = reward(ModelReward.Scored.ALL, false);
        ModelReward scaled = reward(ModelReward.Scored.ALL, true)) {
      double expected =
          (points(raw.judge(response)) - held.scores().mean()) / held.scores().deviation();
      assertThat(points(scaled.judge(response))).isCloseTo(expected, within(1e-9));
    }
    assertThat(saved.resolve("reward_model.json").toFile().delete()).isTrue();
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> reward(ModelReward.Scored.ALL, true))
        .withMessage(
            saved
                + ": has no reward_model.json with eval_mean_reward and eval_reward_std, which"
                + " normalize needs; set normalize: false");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"eval_mean_reward\": \"NaN\", \"eval_reward_std\": 1} | eval_mean_reward must be a finite"
            + " number, which normalize needs, got \"NaN\"; train the model again, with a lower"
            + " optimizer.learningRate where it was NaN or infinite",
        "{\"eval_mean_reward\": 1, \"eval_reward_std\": \"Infinity\"} | eval_reward_std must be a finite"
            + " number, which normalize needs, got \"Infinity\"; train the model again, with a lower"
            + " optimizer.learningRate where it was NaN or infinite",
        "{\"eval_mean_reward\": 1} | eval_reward_std must be a finite number, which normalize needs,"
            + " got nothing; train the model again, with a lower optimizer.learningRate where it was"
            + " NaN or infinite",
        "{\"eval_mean_reward\": 1, \"eval_reward_std\": 0} | eval_reward_std must be above 0, got 0.0:"
            + " the model scores all held-out answers alike; train it for longer, or set normalize:"
            + " false"
      })
  void whatIsNoScaleIsNamed(String facts, String sentence) throws IOException {
    Path saved = folder.resolve("saved");
    train(1, 40, saved);
    Path file = Files.writeString(saved.resolve("reward_model.json"), facts);
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> reward(ModelReward.Scored.ALL, true))
        .withMessage(file + ": " + sentence);
  }

  @Test
  void onlyAResponseThatEndedIsEnded() {
    train(1, 40, folder.resolve("saved"));
    Problem problem = ChainSums.DEFAULT.problem(3);
    try (ModelReward all = reward(ModelReward.Scored.ALL, false);
        ModelReward answer = reward(ModelReward.Scored.ANSWER, false);
        RewardModel model = RewardModel.load(folder.resolve("saved"), Device.CPU)) {
      int end = model.trunk().endToken();
      int[] prompt = ChainSums.DEFAULT.promptTokens(problem, model.trunk().requireTokenizer());
      int[] digits = model.trunk().requireTokenizer().encode("12");
      int[] cut = IntStream.concat(Arrays.stream(prompt), Arrays.stream(digits)).toArray();
      int[] whole = IntStream.concat(Arrays.stream(cut), IntStream.of(end)).toArray();
      assertThat(all.text(response(problem, "12", FinishReason.EOS))).isEqualTo(whole);
      assertThat(all.text(response(problem, "12", FinishReason.STOP))).isEqualTo(whole);
      assertThat(all.text(response(problem, "12", FinishReason.LENGTH))).isEqualTo(cut);
      assertThat(answer.text(response(problem, "<think>1</think>12", FinishReason.LENGTH)))
          .isEqualTo(cut);
      assertThat(answer.text(response(problem, "<think>1", FinishReason.LENGTH))).isEqualTo(prompt);
    }
  }

  @Test
  void aResponseThatWasCutOffIsScoredAsItStands() {
    train(20, 100, folder.resolve("saved"));
    Problem problem = ChainSums.DEFAULT.problem(3);
    try (ModelReward reward = reward(ModelReward.Scored.ALL, false);
        RewardModel model = RewardModel.load(folder.resolve("saved"), Device.CPU)) {
      Response cut = response(problem, "<answer>12</answer>", FinishReason.LENGTH);
      Response ended = response(problem, "<answer>12</answer>", FinishReason.EOS);
      int[] text = reward.text(ended);
      int[] asItStands = Arrays.copyOf(text, text.length - 1);
      assertThat(points(reward.judge(cut)))
          .isEqualTo(model.score(List.of(asItStands))[0])
          .isNotEqualTo(points(reward.judge(ended)));
    }
  }

  @Test
  void anAnswerThatCannotBeScoredIsNamed() {
    try (LoadedModel model = model();
        RewardModelTrainer trainer =
            new RewardModelTrainer(model, opinions(model, 40), config(1, 8192), 7)) {
      trainer.step(0);
      assertThat(trainer.trouble()).isEmpty();
      model.decoder().parameters().getFirst().tensor().detach().fill_(Double.NaN);
      trainer.step(0); // what was measured before holds no more
      RewardExample first = opinions(model, 40).heldOut().getFirst();
      int[] text = first.answers().getFirst().text();
      String answer =
          model
              .requireTokenizer()
              .decode(
                  Arrays.copyOfRange(
                      text, text.length - first.answers().getFirst().length(), text.length));
      assertThat(trainer.trouble())
          .contains(
              "held-out comparison 1 of "
                  + opinions(model, 40).heldOut().size()
                  + ": the answer "
                  + BadInput.brief(answer)
                  + " is scored NaN");
    }
  }

  private static Response response(Problem problem, String text) {
    return response(problem, text, FinishReason.EOS);
  }

  private static Response response(Problem problem, String text, FinishReason reason) {
    return new Response(problem, text, new int[] {1}, reason);
  }
}
