package dev.tesuji.distill;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.env.Problem;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.policy.Policy;
import dev.tesuji.policy.ScoredRows;
import dev.tesuji.random.Purpose;
import dev.tesuji.random.Rng;
import dev.tesuji.random.Streams;
import dev.tesuji.rollout.Group;
import dev.tesuji.rollout.LocalRolloutSampler;
import dev.tesuji.rollout.PosedProblem;
import dev.tesuji.rollout.Rollout;
import dev.tesuji.rollout.RolloutSampler;
import dev.tesuji.rollout.RolloutSettings;
import dev.tesuji.rollout.TurnEngines;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.MicroBatches;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.Learner;
import dev.tesuji.train.Metrics;
import dev.tesuji.train.Trainer;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Trains a student to give the next token the distribution that a teacher gives it, on texts of
/// its own, of the teacher or of the data.
public final class GkdTrainer implements Trainer, AutoCloseable {
  private final LoadedModel student;
  private final LoadedModel teacher;
  private final TurnEngines engines;
  private final DistillationPrompts lessons;
  private final GkdConfig config;
  private final Streams streams;
  private final int shared; // ids that both models predict
  private final Policy policy;
  private final Learner learner;
  private long position; // lessons so far
  private long tokens; // tokens so far

  /// Who writes the texts of a batch.
  private enum Author {
    STUDENT,
    TEACHER,
    DATA
  }

  /// The authors of texts.
  ///
  /// @param student learns
  /// @param teacher stays as it is
  /// @param engines draw what both write
  public record Authors(LoadedModel student, LoadedModel teacher, TurnEngines engines) {}

  /// Prepares a training whose texts are drawn in this process.
  ///
  /// @param streams decide who writes what
  /// @throws dev.tesuji.check.BadInput when the models have different vocabularies
  /// @throws IllegalArgumentException when the settings ask for data and the lessons have none
  public GkdTrainer(
      LoadedModel student,
      LoadedModel teacher,
      DistillationPrompts lessons,
      GkdConfig config,
      Streams streams) {
    this(new Authors(student, teacher, TurnEngines.LOCAL), lessons, config, streams);
  }

  /// Prepares the training.
  ///
  /// @param streams decide who writes what
  /// @throws dev.tesuji.check.BadInput when the models have different vocabularies
  /// @throws IllegalArgumentException when the settings ask for data and the lessons have none
  public GkdTrainer(
      Authors authors, DistillationPrompts lessons, GkdConfig config, Streams streams) {
    student = authors.student();
    teacher = authors.teacher();
    engines = authors.engines();
    Vocabularies.requireShared(student, teacher);
    if (config.gkd().needsData() && !(lessons instanceof DistillationPrompts.OfTexts)) {
      throw new IllegalArgumentException("lambda below 1 without seqKd needs data");
    }
    this.lessons = lessons;
    this.config = config;
    this.streams = streams;
    shared =
        Math.min(
            student.decoder().config().vocabularySize(),
            teacher.decoder().config().vocabularySize());
    policy = new Policy(student.decoder(), 1, config.compute());
    learner = Learner.of(student, config.compute(), config.optimizer());
  }

  @Override
  public Metrics step(int step) {
    Metrics metrics = new Metrics();
    Author author = author(step);
    long start = System.nanoTime();
    List<TokenSequence> batch = texts(author, metrics);
    if (author != Author.DATA) {
      metrics.put("timing_s/gen", (System.nanoTime() - start) / 1e9);
    }
    position += config.batchSize();
    metrics.put("on_policy", author == Author.STUDENT ? 1 : 0);
    metrics.put("loss", learn(batch));
    metrics.put("grad_norm", learner.update(step, config.steps(), metrics));
    tokens += batch.stream().mapToLong(TokenSequence::length).sum();
    metrics.put("num_tokens", (double) tokens);
    metrics.put("trained", batch.size());
    if (lessons.size() != Long.MAX_VALUE) {
      metrics.put("epoch", (double) position / lessons.size());
    }
    return metrics;
  }

  private Author author(int step) {
    if (Rng.uniform(streams.seed(Purpose.AUTHORS), step, 0, 0) < config.gkd().lambda()) {
      return Author.STUDENT;
    }
    return config.gkd().seqKd() ? Author.TEACHER : Author.DATA;
  }

  private List<TokenSequence> texts(Author author, Metrics metrics) {
    return switch (author) {
      case STUDENT -> written(student, Purpose.COMPLETIONS, metrics);
      case TEACHER -> written(teacher, Purpose.TEACHER, metrics);
      case DATA -> data();
    };
  }

  private List<TokenSequence> data() {
    if (!(lessons instanceof DistillationPrompts.OfTexts texts)) {
      throw new IllegalStateException("there are no data");
    }
    List<TokenSequence> batch = new ArrayList<>();
    for (int i = 0; i < config.batchSize(); i++) {
      batch.add(texts.text(position + i));
    }
    return batch;
  }

  private List<TokenSequence> written(LoadedModel author, Purpose purpose, Metrics metrics) {
    List<PosedProblem> posed = new ArrayList<>();
    for (long p = position; p < position + config.batchSize(); p++) {
      posed.add(new PosedProblem(p, new Problem(p, "", "", ""), lessons.prompt(p)));
    }
    RolloutSettings settings =
        new RolloutSettings(
            1, config.gkd().maxNewTokens(), config.gkd().sampling(), streams.seed(purpose));
    List<Group> groups;
    try (RolloutSampler sampler = LocalRolloutSampler.ofTokens(engines, author)) {
      groups = sampler.sample(posed, settings);
    }
    List<Rollout> rollouts = groups.stream().flatMap(g -> g.rollouts().stream()).toList();
    double n = rollouts.size();
    metrics.put("completions/mean_length", rollouts.stream().mapToInt(Rollout::length).sum() / n);
    metrics.put(
        "completions/clipped_ratio", rollouts.stream().filter(Rollout::isTruncated).count() / n);
    return rollouts.stream().map(Rollout::sequence).toList();
  }

  /// Adds the gradient of the divergence, a mean over all scored tokens of a batch.
  ///
  /// @return the divergence
  private double learn(List<TokenSequence> batch) {
    double scored = batch.stream().mapToInt(TokenSequence::scored).sum();
    double loss = 0;
    for (int[] part : MicroBatches.split(batch, config.compute().tokensPerDevice())) {
      List<TokenSequence> some = Arrays.stream(part).mapToObj(batch::get).toList();
      try (Scope _ = Scope.open()) {
        Tensor states = teacherStates(some);
        loss +=
            policy.backwardFromLogits(
                Policy.Micro.of(some, batch.size(), learner.nextPass()),
                (logits, from) -> divergence(logits, states, from, scored));
      }
    }
    return loss;
  }

  /// Returns the teacher's hidden states before the scored tokens, `[n, C]`: its logits are made of
  /// them chunk by chunk, as the student's are.
  private Tensor teacherStates(List<TokenSequence> sequences) {
    CausalLm decoder = teacher.decoder();
    try (NoGrad _ = NoGrad.on()) {
      TokenBatch batch = TokenSequence.batch(sequences, decoder);
      return ScoredRows.of(sequences, batch).gather(decoder.hidden(batch));
    }
  }

  private Policy.AtLogits divergence(Tensor logits, Tensor states, int from, double scored) {
    Tensor guide = teacher.decoder().logits(states.narrow(0, from, logits.size(0)));
    GeneralizedJsd.Value value =
        config.gkd().divergence().of(logits.narrow(1, 0, shared), guide.narrow(1, 0, shared));
    Tensor gradient = value.gradient().div(scored);
    long padding = logits.size(1) - shared; // rows of the embedding that stand for no token
    if (padding > 0) {
      Tensor none = Tensor.zeros(gradient.dtype(), logits.size(0), padding);
      gradient = Tensor.cat(List.of(gradient, none.to(gradient.device())), 1);
    }
    return new Policy.AtLogits(value.perToken().sum().item() / scored, gradient);
  }

  @Override
  public void finish() {
    learner.finish();
  }

  @Override
  public void save(Path folder) {
    learner.save(folder);
  }

  @Override
  public ObjectNode state() {
    return learner.state().put("position", position).put("tokens", tokens);
  }

  @Override
  public void restore(Path folder, JsonNode state) {
    learner.restore(folder, state);
    position = state.path("position").asLong();
    tokens = state.path("tokens").asLong();
  }

  @Override
  public ObjectNode summary() {
    return Json.MAPPER.createObjectNode().put("prompts", position).put("tokens", tokens);
  }

  @Override
  public String note(Metrics m) {
    return String.format(
        Locale.ROOT, "loss %.4f  length %.1f", m.get("loss"), m.get("completions/mean_length"));
  }

  @Override
  public void close() {
    learner.close();
  }
}
