package dev.tesuji.annotate;

import dev.tesuji.check.Require;
import dev.tesuji.json.Json;
import dev.tesuji.labels.Draws;
import dev.tesuji.labels.Judgement;
import dev.tesuji.labels.Project;
import dev.tesuji.labels.ProjectSettings;
import dev.tesuji.random.Rng;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Labels a project of a running studio with several simulated annotators.
///
/// What an annotator says of an item follows from the settings. Which annotator gets an item that
/// is for one annotator alone is a matter of who comes first, unless they take turns.
public final class SimulatedAnnotators {
  private static final double SAFE = 0.5;

  private final URI studio;
  private final String project;
  private final String password;
  private final Opinion opinion;
  private final Settings settings;

  /// How simulated annotators judge.
  ///
  /// @param annotators how many
  /// @param noise σ, the standard deviation of their errors
  /// @param tie scores that differ by no more are a tie
  /// @param seed decides the errors
  /// @param most the most judgements of each annotator
  /// @param inTurn whether they judge one after another, so that the whole is the same each time
  public record Settings(
      int annotators, double noise, double tie, long seed, int most, boolean inTurn) {
    /// Checks the ranges.
    public Settings {
      Require.that(annotators >= 1 && annotators <= 64, "annotators", "from 1 to 64", annotators);
      Require.that(noise >= 0 && noise < 10, "noise", "from 0 to 10", noise);
      Require.that(tie >= 0, "tie", "at least 0", tie);
      Require.atLeast(1, "most", most);
    }
  }

  /// Prepares to label.
  ///
  /// @param studio the address that the studio printed
  /// @param project the project's name there
  /// @param password of their accounts `simulated-1`, `simulated-2` ...; empty where there are none
  public SimulatedAnnotators(
      URI studio, String project, String password, Opinion opinion, Settings settings) {
    this.studio = studio;
    this.project = Project.requireName("option --project", project);
    this.password = password;
    this.opinion = opinion;
    this.settings = settings;
  }

  /// An annotator at work.
  private final class Annotator implements AutoCloseable {
    private final String name;
    private final StudioClient client;
    private final Map<String, Integer> seen = new HashMap<>();
    private JsonNode task;
    private int said;

    Annotator(int number) {
      name = Judgement.SIMULATED + number;
      client = StudioClient.login(studio, name, password);
      task = client.next(project);
    }

    /// Judges the next item.
    ///
    /// @return whether there was one
    boolean judge() {
      if (said == settings.most() || task.path("item").isNull()) {
        return false;
      }
      task = client.judge(judgement(task));
      said++;
      return true;
    }

    private ObjectNode judgement(JsonNode asked) {
      String item = asked.path("item").asString("");
      int before = seen.merge(item, 1, Integer::sum) - 1;
      long errors = Rng.derive(settings.seed(), Draws.number(name + "\n" + item + "\n" + before));
      double[] scores =
          asked
              .path("answers")
              .valueStream()
              .mapToDouble(a -> score(asked.path("prompt"), a.asString(""), errors))
              .toArray();
      ObjectNode body = Json.MAPPER.createObjectNode().put("project", project).put("item", item);
      body.put("id", UUID.randomUUID().toString());
      body.put("comment", "simulated, noise " + settings.noise());
      String mode = asked.path("mode").asString("");
      if (mode.equals(ProjectSettings.Mode.SAFETY.toString())) {
        ArrayNode safe = body.putArray("safe");
        IntStream.range(0, scores.length).forEach(i -> safe.add(scores[i] > SAFE));
      } else {
        boolean isPair = mode.equals(ProjectSettings.Mode.PAIRS.toString());
        List<Integer> tiers =
            isPair
                ? Tiers.ofPair(scores[0], scores[1], settings.tie())
                : Tiers.of(scores, settings.tie());
        tiers.forEach(body.putArray("tiers")::add);
      }
      return body;
    }

    private double score(JsonNode prompt, String answer, long errors) {
      return opinion.score(prompt, answer)
          + settings.noise() * normal(errors, Draws.number(answer));
    }

    @Override
    public void close() {
      client.close();
    }
  }

  /// Draws from a normal distribution with mean 0 and deviation 1 (Box and Muller).
  private static double normal(long seed, long stream) {
    double radius = Math.sqrt(-2 * Math.log(Rng.uniform(seed, stream, 0, 0)));
    return radius * Math.cos(2 * Math.PI * Rng.uniform(seed, stream, 1, 0));
  }

  /// Labels until nothing is left, or each annotator has judged the most that it may.
  ///
  /// @param progress is told how many judgements were acknowledged so far
  /// @return how many there were
  /// @throws dev.tesuji.check.BadInput when the studio refuses something, or a prompt is not known
  public int label(IntConsumer progress) {
    List<Annotator> annotators = new ArrayList<>();
    try {
      for (int i = 1; i <= settings.annotators(); i++) {
        annotators.add(new Annotator(i));
      }
      Count count = new Count(progress);
      if (settings.inTurn()) {
        inTurn(annotators, count);
      } else {
        atOnce(annotators, count);
      }
      return count.judged;
    } finally {
      annotators.forEach(Annotator::close);
    }
  }

  private static final class Count {
    private final IntConsumer progress;
    private int judged;

    Count(IntConsumer progress) {
      this.progress = progress;
    }

    synchronized void add() {
      progress.accept(++judged);
    }
  }

  private static void inTurn(List<Annotator> annotators, Count count) {
    List<Annotator> left = new ArrayList<>(annotators);
    while (!left.isEmpty()) {
      left.removeIf(a -> !isMore(a, count));
    }
  }

  private static boolean isMore(Annotator annotator, Count count) {
    boolean judged = annotator.judge();
    if (judged) {
      count.add();
    }
    return judged;
  }

  private static void atOnce(List<Annotator> annotators, Count count) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (Annotator annotator : annotators) {
        all.add(
            threads.submit(() -> {
              while (isMore(annotator, count)) {
                // the next one
              }
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    }
  }
}
