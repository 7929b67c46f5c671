package dev.tesuji.rl.algorithm;

import dev.tesuji.policy.Policy;
import dev.tesuji.tokenized.MicroBatches;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.Metrics;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The completions of a step that are learned from, in whole groups, with their log-probabilities
/// as far as an algorithm asks for them.
public final class Batch {
  private final List<Sample> samples;
  private final int groupSize;
  private final double[] baselines;
  private final int maxTokens;
  private final @Nullable Parts parts;
  private final Map<Integer, Policy.Scores> old = new HashMap<>();
  private final Map<Integer, float[]> reference = new HashMap<>();
  private final Map<Integer, SamplerCorrection.Factors> sampler = new HashMap<>();
  private final Map<Integer, float[]> trainer = new HashMap<>();

  /// The rewards part by part, for an algorithm that compares the parts one by one.
  ///
  /// @param paid `[P*G, parts]`, groups side by side, NaN where there is no reward
  /// @param weights one per part
  public record Parts(double[][] paid, double[] weights) {}

  /// Makes a batch whose rewards are compared as sums.
  ///
  /// @param samples `[P*G]`, groups side by side
  /// @param groupSize G
  /// @param baselines the reward of each prompt's greedy completion, `[P]`; empty without them
  /// @param maxTokens the length limit of a completion
  public Batch(List<Sample> samples, int groupSize, double[] baselines, int maxTokens) {
    this(samples, groupSize, baselines, maxTokens, null);
  }

  /// Makes a batch.
  ///
  /// @param samples `[P*G]`, groups side by side
  /// @param groupSize G
  /// @param baselines the reward of each prompt's greedy completion, `[P]`; empty without them
  /// @param maxTokens the length limit of a completion
  /// @param parts the rewards part by part; null where they are compared as sums
  public Batch(
      List<Sample> samples,
      int groupSize,
      double[] baselines,
      int maxTokens,
      @Nullable Parts parts) {
    this.samples = List.copyOf(samples);
    this.groupSize = groupSize;
    this.baselines = baselines.clone();
    this.maxTokens = maxTokens;
    this.parts = parts;
  }

  /// Returns the completions, groups side by side.
  public List<Sample> samples() {
    return samples;
  }

  /// Returns G.
  public int groupSize() {
    return groupSize;
  }

  /// Returns the length limit of a completion.
  public int maxTokens() {
    return maxTokens;
  }

  /// Returns the reward of each prompt's greedy completion, NaN where it could not be judged.
  public double[] baselines() {
    return baselines.clone();
  }

  /// Returns the rewards, NaN where there is none.
  public double[] rewards() {
    return samples.stream().mapToDouble(Sample::reward).toArray();
  }

  /// Returns the rewards part by part; null where they are compared as sums.
  public @Nullable Parts parts() {
    return parts;
  }

  /// Returns how many tokens of a completion are in the loss.
  public int tokens(int i) {
    return samples.get(i).tokens();
  }

  /// Returns the tokens in the loss.
  public long tokens() {
    return samples.stream().mapToLong(Sample::tokens).sum();
  }

  /// Returns the numbers of the completions that have tokens in the loss.
  public int[] scored() {
    return IntStream.range(0, samples.size()).filter(i -> tokens(i) > 0).toArray();
  }

  /// Returns the texts of some completions.
  public List<TokenSequence> sequences(int[] some) {
    return Arrays.stream(some).mapToObj(i -> samples.get(i).sequence()).toList();
  }

  /// Cuts completions into leaves, and each into parts of at most so many tokens.
  ///
  /// @param leaves how many
  /// @return by leaf, the completions of each of its parts
  public List<List<int[]>> leaves(int[] some, int leaves, int maxTokens) {
    return MicroBatches.leaves(sequences(some), leaves, maxTokens).stream()
        .map(parts -> numbers(some, parts))
        .toList();
  }

  /// Splits completions into parts of at most so many tokens each.
  public List<int[]> split(int[] some, int maxTokens) {
    return numbers(some, MicroBatches.split(sequences(some), maxTokens));
  }

  private static List<int[]> numbers(int[] some, List<int[]> parts) {
    return parts.stream().map(part -> Arrays.stream(part).map(n -> some[n]).toArray()).toList();
  }

  /// Returns log π_old of a completion's tokens.
  public float[] old(int i) {
    return known(old.get(i), i).logProbs();
  }

  /// Returns the scores of a completion under the policy that drew it.
  public Policy.Scores oldScores(int i) {
    return known(old.get(i), i);
  }

  /// Tests whether log π_old of a completion is known.
  public boolean hasOld(int i) {
    return old.containsKey(i);
  }

  /// Sets the scores of a completion under the policy that drew it.
  public void setOld(int i, Policy.Scores scores) {
    old.put(i, scores);
  }

  /// Notes log π of completions' tokens as the trainer found it, unless it is known: the first is
  /// that of the policy that drew them, or nearest to it.
  ///
  /// @param logProbs of the completions end to end
  public void noteTrainer(float[] logProbs, int[] members) {
    int at = 0;
    for (int i : members) {
      int from = at;
      at += tokens(i);
      if (!hasOld(i)) {
        trainer.computeIfAbsent(i, _ -> Arrays.copyOfRange(logProbs, from, from + tokens(i)));
      }
    }
  }

  /// Returns log π of each completion's tokens by the trainer, before the policy moved where that
  /// is known; empty for those that it has not scored.
  public float[][] trainer() {
    float[][] all = new float[samples.size()][];
    for (int i = 0; i < all.length; i++) {
      all[i] = hasOld(i) ? old(i) : trainer.getOrDefault(i, new float[0]);
    }
    return all;
  }

  /// Returns log π_ref of a completion's tokens.
  public float[] reference(int i) {
    return known(reference.get(i), i);
  }

  /// Tests whether log π_ref of a completion is known.
  public boolean hasReference(int i) {
    return reference.containsKey(i);
  }

  /// Sets log π_ref of a completion's tokens.
  public void setReference(int i, float[] logProbs) {
    reference.put(i, logProbs);
  }

  /// Returns the factors that correct the sampler of a completion.
  public SamplerCorrection.Factors samplerFactors(int i) {
    return known(sampler.get(i), i);
  }

  /// Tests whether the sampler of a completion is corrected.
  public boolean hasSamplerFactors(int i) {
    return sampler.containsKey(i);
  }

  /// Corrects the sampler of all completions, each of which was scored by the policy that drew it.
  ///
  /// @param metrics takes verl's `rollout_corr/...`
  public void correct(SamplerCorrection correction, Metrics metrics) {
    for (int i : scored()) {
      sampler.put(i, correction.factors(old(i), samples.get(i).sampler()));
    }
    SamplerMetrics.put(metrics, this, correction);
  }

  private static <T> T known(@Nullable T value, int i) {
    if (value == null) {
      throw new IllegalStateException("completion " + i + " was not scored");
    }
    return value;
  }

  /// Lays one array per completion end to end.
  public static float[] pack(int[] members, IntFunction<float[]> of) {
    List<float[]> parts = Arrays.stream(members).mapToObj(of).toList();
    float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /// Cuts what lies end to end into one row per completion: the inverse of [#pack].
  ///
  /// @param rows takes them, by the completions' numbers
  public void unpack(float[] all, int[] members, float[][] rows) {
    int at = 0;
    for (int i : members) {
      rows[i] = Arrays.copyOfRange(all, at, at + tokens(i));
      at += rows[i].length;
    }
  }

  /// Repeats one number per completion for each of its scored tokens, a row per completion.
  public float[][] perToken(double[] perCompletion) {
    float[][] out = new float[perCompletion.length][];
    for (int i = 0; i < out.length; i++) {
      out[i] = new float[tokens(i)];
      Arrays.fill(out[i], (float) perCompletion[i]);
    }
    return out;
  }

  /// Repeats one number per completion for each of its scored tokens, end to end.
  public float[] repeat(int[] members, IntToDoubleFunction of) {
    return pack(
        members,
        i -> {
          float[] row = new float[tokens(i)];
          Arrays.fill(row, (float) of.applyAsDouble(i));
          return row;
        });
  }
}
