package dev.tesuji.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.check.BadInput;
import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.generate.Sampling;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.Parameter;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.random.Streams;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.train.Metrics;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.ModelDirectory;
import dev.tesuji.weights.ModelFiles;
import dev.tesuji.weights.NewModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

@ExtendWith(LeakCheck.class)
class GkdTrainerTest {
  private static final Gkd OWN = new Gkd(1, false, 0.5, 1, 6, Sampling.DEFAULT);
  @TempDir private Path folder = Path.of("");

  private LoadedModel student() {
    return model("student", 16, 5);
  }

  private LoadedModel teacher() {
    return model("teacher", 32, 6);
  }

  private LoadedModel model(String name, int width, long seed) {
    Path directory = folder.resolve(name);
    if (!Files.exists(directory)) {
      new NewModel(1, width, 24, 2, 1, 64).create(directory, seed);
    }
    return LoadedModel.load(directory, Dtype.FLOAT32, Device.CPU);
  }

  private static DistillationPrompts prompts(LoadedModel model) {
    return new DistillationPrompts.OfTask(
        new PromptStream(
            ChainSums.DEFAULT, model.requireTokenizer(), PromptStream.Limit.DEFAULT, 1));
  }

  private static GkdConfig config(Gkd gkd, int tokens, double rate, double epsilon) {
    OptimizerConfig optimizer =
        OptimizerConfig.DEFAULT
            .change()
            .learningRate(rate)
            .beta1(0)
            .beta2(0)
            .epsilon(epsilon)
            .clipNorm(0)
            .build();
    return new GkdConfig(
        60, 8, gkd, optimizer, new ComputeConfig(tokens, false, 0, 0, MatmulPrecision.FLOAT32));
  }

  private static float[] weights(LoadedModel model) {
    try (Scope _ = Scope.open()) {
      List<Tensor> all = new ArrayList<>();
      for (Parameter p : model.decoder().trained()) {
        all.add(p.tensor().detach().reshape(p.tensor().elements()));
      }
      return Tensor.cat(all, 0).toFloats();
    }
  }

  private float[] afterAStep(Gkd gkd, int tokens, LoadedModel teacher) {
    try (LoadedModel student = student();
        GkdTrainer trainer =
            new GkdTrainer(
                student, teacher, prompts(student), config(gkd, tokens, 1, 1), Streams.of(1))) {
      trainer.step(0);
      return weights(student);
    }
  }

  @Test
  void aStudentComesNearToItsTeacher() {
    for (double beta : new double[] {0, 0.5, 1}) {
      Gkd gkd = new Gkd(1, false, beta, 1, 6, Sampling.DEFAULT);
      try (LoadedModel student = student();
          LoadedModel teacher = model("teacher-of-same-size", 16, 6);
          GkdTrainer trainer =
              new GkdTrainer(
                  student,
                  teacher,
                  prompts(student),
                  config(gkd, 4096, 0.01, 1e-8),
                  Streams.of(1))) {
        double first = trainer.step(0).get("loss");
        Metrics last = new Metrics();
        for (int step = 1; step < 60; step++) {
          last = trainer.step(step);
        }
        assertThat(last.get("loss")).as("beta " + beta).isLessThan(first / 3);
        assertThat(last.get("on_policy")).isEqualTo(1);
        assertThat(trainer.summary().path("prompts").asInt()).isEqualTo(480);
      }
    }
  }

  @Test
  void anySplitGivesTheSameGradient() {
    try (LoadedModel teacher = teacher()) {
      float[] whole = afterAStep(OWN, 4096, teacher);
      assertThat(afterAStep(OWN, 30, teacher)).containsExactly(whole, within(1e-5f));
      assertThat(afterAStep(OWN, 1, teacher)).containsExactly(whole, within(1e-5f));
    }
  }

  @Test
  void aStudentThatIsItsTeacherStaysAsItIs() {
    try (LoadedModel same = student()) {
      assertThat(afterAStep(OWN, 4096, same)).containsExactly(weights(same), within(1e-6f));
    }
  }

  @Test
  void lambdaSaysHowOftenTheStudentWrites() {
    TokenizedDataset.Loaded data =
        new TokenizedDataset.Loaded(
            List.of(TokenSequence.of(new int[] {3, 4}, new int[] {5, 6, 0})), 0);
    Gkd half = new Gkd(0.5, false, 0.5, 1, 4, Sampling.DEFAULT);
    try (LoadedModel student = student();
        LoadedModel teacher = teacher();
        GkdTrainer trainer =
            new GkdTrainer(
                student,
                teacher,
                new DistillationPrompts.OfTexts(data, 1),
                config(half, 64, 0, 1),
                Streams.of(1))) {
      double own = 0;
      for (int step = 0; step < 60; step++) {
        Metrics metrics = trainer.step(step);
        own += metrics.get("on_policy");
        if (metrics.get("on_policy") == 0) {
          assertThat(metrics.get("completions/mean_length")).isNaN();
        }
      }
      assertThat(own / 60).isBetween(0.3, 0.7);
    }
  }

  @Test
  void theTeacherWritesInThePlaceOfData() {
    Gkd dictated = new Gkd(0, true, 0, 1, 4, Sampling.GREEDY);
    try (LoadedModel student = student();
        LoadedModel teacher = teacher();
        GkdTrainer trainer =
            new GkdTrainer(
                student, teacher, prompts(student), config(dictated, 64, 0, 1), Streams.of(1))) {
      Metrics metrics = trainer.step(0);
      assertThat(metrics.get("on_policy")).isZero();
      assertThat(metrics.get("completions/mean_length")).isPositive();
    }
  }

  @Test
  void aResumedTrainingGoesOnBitForBit() throws IOException {
    Path checkpoint = Files.createDirectories(folder.resolve("checkpoint"));
    GkdConfig config = config(OWN, 64, 0.01, 1e-8);
    try (LoadedModel teacher = teacher()) {
      float[] whole;
      ObjectNode state;
      try (LoadedModel student = student();
          GkdTrainer trainer =
              new GkdTrainer(student, teacher, prompts(student), config, Streams.of(1))) {
        trainer.step(0);
        trainer.step(1);
        trainer.save(checkpoint);
        state = trainer.state();
        trainer.step(2);
        whole = weights(student);
      }
      try (LoadedModel student = student();
          GkdTrainer trainer =
              new GkdTrainer(student, teacher, prompts(student), config, Streams.of(1))) {
        trainer.restore(checkpoint, state);
        trainer.step(2);
        assertThat(weights(student)).containsExactly(whole);
      }
    }
  }

  @Test
  void anEmbeddingThatIsPaddedDifferentlyIsNoObstacle() {
    try (LoadedModel teacher = padded(teacher());
        LoadedModel student = student()) {
      int rows = student.decoder().config().vocabularySize();
      assertThat(teacher.decoder().config().vocabularySize()).isEqualTo(rows + 8);
      Gkd dictated = new Gkd(0, true, 0, 1, 4, Sampling.GREEDY);
      try (GkdTrainer down =
              new GkdTrainer(
                  student, teacher, prompts(student), config(OWN, 64, 0.01, 1), Streams.of(1));
          GkdTrainer up =
              new GkdTrainer(
                  teacher,
                  student,
                  prompts(student),
                  config(dictated, 64, 0.01, 1),
                  Streams.of(1))) {
        assertThat(down.step(0).get("loss")).isPositive();
        assertThat(up.step(0).get("loss")).isPositive();
      }
    }
  }

  /// Makes a model whose embedding has eight rows more than there are tokens.
  private LoadedModel padded(LoadedModel like) {
    Path directory = folder.resolve("padded");
    try (like) {
      ObjectNode config = like.files().config().deepCopy();
      config.put("vocab_size", config.path("vocab_size").asInt() + 8);
      try (CausalLm model =
          Decoders.create(
              ConfigReader.parse(directory.resolve("config.json"), config),
              Dtype.FLOAT32,
              Device.CPU)) {
        model.initialise(3);
        ModelDirectory.save(model, new ModelFiles(config, like.files().others()), directory);
      }
    }
    return LoadedModel.load(directory, Dtype.FLOAT32, Device.CPU);
  }

  @Test
  void aTeacherOfAnotherVocabularyIsRefused() throws IOException {
    try (LoadedModel student = student()) {
      ModelFiles files = ModelFiles.read(student.directory());
      ObjectNode tokenizer = Json.readObject(student.directory().resolve("tokenizer.json"));
      ObjectNode vocabulary = (ObjectNode) tokenizer.path("model").path("vocab");
      int id = vocabulary.path("7").asInt();
      vocabulary.remove("7");
      vocabulary.put("seven", id);
      files.others().put("tokenizer.json", Json.MAPPER.writeValueAsBytes(tokenizer));
      ModelFiles other = new ModelFiles(files.config(), files.others());
      assertThatExceptionOfType(BadInput.class)
          .isThrownBy(() -> Vocabularies.requireShared(student, Path.of("elsewhere"), other))
          .withMessage(
              "elsewhere: must have the vocabulary of the student ("
                  + student.directory()
                  + "), since distributions are compared token by token: token "
                  + id
                  + " is '7' to the one and 'seven' to the other; take a teacher of the"
                  + " student's family, or let the student learn from the teacher's texts with"
                  + " 'sft'");
      Vocabularies.requireShared(
          student, Path.of("elsewhere"), ModelFiles.read(student.directory()));
    }
  }
}
