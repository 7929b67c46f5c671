package dev.tesuji.rl;

import dev.tesuji.json.FixtureJson;
import dev.tesuji.policy.LossFixture;
import dev.tesuji.policy.Policy;
import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.MetricAccumulator;
import dev.tesuji.rl.algorithm.PolicyLoss;
import dev.tesuji.rl.algorithm.Sample;
import dev.tesuji.rl.algorithm.Update;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.TokenSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The padded rows of a loss fixture as completions of a batch.
public final class FixtureBatch {
  private final LossFixture fixture;
  private final int width;
  private final int[] tokens;
  private final int[] places; // which entries of [B*T] are scored

  /// Reads the mask of a fixture.
  public FixtureBatch(LossFixture fixture) {
    this.fixture = fixture;
    Tensor mask = fixture.tensor("mask");
    double[] flat = mask.toDoubles();
    width = (int) mask.size(1);
    tokens =
        IntStream.range(0, (int) mask.size(0))
            .map(r -> (int) IntStream.range(0, width).filter(t -> flat[r * width + t] == 1).count())
            .toArray();
    places = IntStream.range(0, flat.length).filter(i -> flat[i] == 1).toArray();
  }

  /// An update with the tokens of its loss.
  ///
  /// @param update the update
  /// @param members its rows that have tokens
  /// @param tokens the scored tokens
  /// @param scores what the policy says of them
  public record Ready(Update update, int[] members, Policy.Tokens tokens, Policy.Scores scores) {}

  /// Returns how many scored tokens each row has.
  public int[] tokens() {
    return tokens.clone();
  }

  /// Returns the input `rewards` as `[B, parts]`.
  public double[][] rewards() {
    JsonNode rows = fixture.node().path("inputs").path("rewards");
    return IntStream.range(0, rows.size())
        .mapToObj(i -> FixtureJson.numbers(rows.get(i)))
        .toArray(double[][]::new);
  }

  /// Takes the scored entries of `[B, T]`, end to end.
  public Tensor pick(Tensor padded) {
    return padded.reshape(padded.elements()).indexSelect(0, Tensor.of(places, places.length));
  }

  /// Returns the scored entries of a row of an input.
  public float[] row(String name, int i) {
    return row(fixture.tensor(name).toFloats(), i);
  }

  /// Returns the scored entries of a row of `[B*T]`.
  public float[] row(float[] padded, int i) {
    return Arrays.copyOfRange(padded, i * width, i * width + tokens[i]);
  }

  /// Returns numbers, one per scored token of a row, with a given sum.
  public float[] spread(double sum, int i) {
    float[] out = new float[tokens[i]];
    Arrays.fill(out, (float) (sum / tokens[i]));
    return out;
  }

  /// Puts one row per completion back among padding, as `[B*T]`.
  public double[] pad(float[][] rows) {
    double[] out = new double[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      for (int t = 0; t < rows[i].length; t++) {
        out[i * width + t] = rows[i][t];
      }
    }
    return out;
  }

  /// Makes an update of all rows, with advantages and references as far as the fixture has them.
  ///
  /// @param logProbs log π, `[B, T]`
  /// @param entropies `[B, T]`
  /// @param old log π_old of a row; null where every ratio is 1
  public Ready update(Tensor logProbs, Tensor entropies, @Nullable IntFunction<float[]> old) {
    float[] now = logProbs.detach().toFloats();
    float[] spread = entropies.detach().toFloats();
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < tokens.length; i++) {
      TokenSequence sequence = TokenSequence.of(new int[] {0}, new int[tokens[i]]);
      samples.add(new Sample(sequence, 0, false, true, sampler(i)));
    }
    int longest = fixture.param("max_completion_length").asInt(width);
    Batch batch = new Batch(samples, tokens.length, new double[0], longest);
    Map<Integer, Policy.Scores> ahead = new HashMap<>();
    for (int i : batch.scored()) {
      ahead.put(i, scores(row(now, i), row(spread, i)));
      if (old != null) {
        batch.setOld(i, scores(old.apply(i), new float[0]));
      }
      if (fixture.has("ref_per_token_logps")) {
        batch.setReference(i, row("ref_per_token_logps", i));
      }
    }
    int[] all = IntStream.range(0, tokens.length).toArray();
    Update update = new Update(batch, all, advantages(batch), counts(), old == null, ahead);
    return new Ready(
        update,
        batch.scored(),
        new Policy.Tokens(pick(logProbs), pick(entropies), 0),
        scores(pick(logProbs).detach().toFloats(), pick(entropies).detach().toFloats()));
  }

  /// Compares the shares of clipped ratios with the metrics of a case.
  ///
  /// @param means the shares over all completions
  /// @param lossOf makes the loss of a completion
  public void checkClipping(MetricAccumulator means, Ready ready, IntFunction<PolicyLoss> lossOf) {
    double low = Double.POSITIVE_INFINITY;
    double high = 0;
    int at = 0;
    for (int i : ready.members()) {
      MetricAccumulator own = new MetricAccumulator();
      int end = at + tokens[i];
      float[] logProbs = Arrays.copyOfRange(ready.scores().logProbs(), at, end);
      lossOf.apply(i).measure(scores(logProbs, new float[logProbs.length]), own);
      low = Math.min(low, own.get("clip_ratio/low_mean"));
      high = Math.max(high, own.get("clip_ratio/high_mean"));
      at = end;
    }
    fixture.checkMetric("clip_ratio/region_mean", means.get("clip_ratio/region_mean"));
    fixture.checkMetric("clip_ratio/low_mean", means.get("clip_ratio/low_mean"));
    fixture.checkMetric("clip_ratio/high_mean", means.get("clip_ratio/high_mean"));
    fixture.checkMetric("clip_ratio/low_min", low);
    fixture.checkMetric("clip_ratio/high_max", high);
  }

  private float[][] advantages(Batch batch) {
    double[] given = fixture.numbers("advantages");
    if (given.length == tokens.length) {
      return batch.perToken(given);
    }
    return IntStream.range(0, tokens.length)
        .mapToObj(i -> row("advantages", i))
        .toArray(float[][]::new);
  }

  private float[] sampler(int i) {
    if (!fixture.has("importance_sampling_ratio")) {
      return new float[tokens[i]];
    }
    float[] old = row("old_per_token_logps", i);
    float[] ratio = row("importance_sampling_ratio", i);
    float[] sampler = new float[old.length];
    for (int t = 0; t < old.length; t++) {
      sampler[t] = (float) (old[t] - Math.log(ratio[t]));
    }
    return sampler;
  }

  private static Policy.Scores scores(float[] logProbs, float[] entropies) {
    return new Policy.Scores(logProbs, entropies, new boolean[logProbs.length], 0);
  }

  private Update.Counts counts() {
    double accumulation = fixture.param("gradient_accumulation_steps").asDouble(1);
    double updates = fixture.param("steps_per_generation").asDouble(1) / accumulation;
    double here = IntStream.of(tokens).sum();
    return new Update.Counts(
        (long) (tokens.length * accumulation),
        here * accumulation,
        fixture.param("num_items_in_batch").asDouble(here) / updates,
        fixture.param("max_completion_length").asInt(width));
  }
}
