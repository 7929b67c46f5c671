package dev.tesuji.recipe;

import dev.tesuji.check.Require;
import dev.tesuji.code.Language;
import dev.tesuji.env.Task;
import dev.tesuji.programming.CodeReward;
import dev.tesuji.programming.Programs;
import dev.tesuji.recipe.StageSettings.Product;
import dev.tesuji.reward.Among;
import dev.tesuji.reward.HttpReward;
import dev.tesuji.reward.Lengths;
import dev.tesuji.reward.Reward;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.reward.UserReward;
import dev.tesuji.rewardmodel.ModelReward;
import dev.tesuji.tensor.Device;
import dev.tesuji.yaml.Kinds;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A reward that a recipe can name.
///
/// Every kind has a `name`, under which metrics and rollouts show what it pays (its kind, where it
/// has none), and a `weight`, which multiplies what it pays.
public interface RewardConfig {
  /// Returns the name that the recipe gives it, if any.
  @Nullable String name();

  /// Returns what its points are multiplied by.
  double weight();

  /// Returns a regular expression that the source of a problem, or the name of its task in a
  /// mixture, must match as a whole for this reward to judge responses to it; null for all
  /// problems.
  default @Nullable String problems() {
    return null;
  }

  /// Makes the reward.
  ///
  /// @throws IllegalArgumentException when a setting will not do
  Reward open(Place place);

  /// Returns whether it asks something that is there only during a run: a model, another machine.
  default boolean asksElsewhere() {
    return false;
  }

  /// The surroundings in which a reward is used.
  ///
  /// @param task the problems
  /// @param maxNewTokens the most tokens of a completion
  /// @param device where reward models compute
  /// @param stages gives the directory of the model that a stage makes
  record Place(Task task, int maxNewTokens, Device device, Function<String, Path> stages) {}

  /// Returns the name under which the reward is shown.
  default String label() {
    String name = name();
    return name == null ? Kinds.name(getClass()) : name;
  }

  /// Makes the reward, with its name and weight.
  ///
  /// @throws IllegalArgumentException when a setting will not do
  default RewardMix.Part part(Place place) {
    Require.that(Double.isFinite(weight()), "weight", "a finite number", weight());
    String problems = problems();
    if (problems == null) {
      return new RewardMix.Part(label(), weight(), open(place));
    }
    Pattern sources = pattern(problems);
    return new RewardMix.Part(label(), weight(), new Among(sources, open(place)));
  }

  private static Pattern pattern(String problems) {
    try {
      return Pattern.compile(problems);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "problems must be a regular expression, got '" + problems + "': " + e.getDescription(),
          e);
    }
  }

  /// Pays for a right answer.
  ///
  /// @param problems pays only where the source of the problem, or the name of its task in a
  ///   mixture, matches this regular expression; everywhere where absent
  record Accuracy(@Nullable String name, double weight, @Nullable String problems)
      implements RewardConfig {
    /// Weight 1, everywhere.
    public static final Accuracy DEFAULT = new Accuracy(null, 1, null);

    @Override
    public Reward open(Place place) {
      return Reward.accuracy(place.task());
    }
  }

  /// Pays for thinking and then answering, in tags.
  record Format(@Nullable String name, double weight) implements RewardConfig {
    /// Weight 1.
    public static final Format DEFAULT = new Format(null, 1);

    @Override
    public Reward open(Place place) {
      return Reward.format();
    }
  }

  /// Pays for thinking in tags, once, before anything else.
  record ThinkFormat(@Nullable String name, double weight) implements RewardConfig {
    /// Weight 1.
    public static final ThinkFormat DEFAULT = new ThinkFormat(null, 1);

    @Override
    public Reward open(Place place) {
      return Reward.thinkFormat();
    }
  }

  /// Pays a quarter for each of the four tags that stands there once.
  record TagCount(@Nullable String name, double weight) implements RewardConfig {
    /// Weight 1.
    public static final TagCount DEFAULT = new TagCount(null, 1);

    @Override
    public Reward open(Place place) {
      return Reward.tagCount();
    }
  }

  /// Takes off for nearing the length limit.
  ///
  /// @param buffer how many tokens before the limit the penalty begins; a fifth of the limit, as in
  ///   DAPO, where absent
  record Overlong(@Nullable String name, double weight, @Nullable Integer buffer)
      implements RewardConfig {
    /// Weight 1, a fifth of the limit.
    public static final Overlong DEFAULT = new Overlong(null, 1, null);

    private static final int SHARE = 5;

    @Override
    public Reward open(Place place) {
      int limit = place.maxNewTokens();
      return Reward.overlong(limit, buffer == null ? Math.max(1, limit / SHARE) : buffer);
    }
  }

  /// Pays right answers more for being short and charges wrong ones less for being long.
  ///
  /// @param correctShort what a right answer of no length is paid
  /// @param correctLong what a right answer at the limit is paid
  /// @param wrongShort what a wrong answer of no length is paid
  /// @param wrongLong what a wrong answer at the limit is paid
  /// @param exceeded what a completion that reaches the limit is paid
  record Cosine(
      @Nullable String name,
      double weight,
      double correctShort,
      double correctLong,
      double wrongShort,
      double wrongLong,
      double exceeded)
      implements RewardConfig {
    /// Right answers from 1 to 0.5, wrong ones from -1 to -0.5, -1 at the limit.
    public static final Cosine DEFAULT = new Cosine(null, 1, 1, 0.5, -1, -0.5, -1);

    @Override
    public Reward open(Place place) {
      return Reward.cosine(
          place.task(),
          new Lengths.Cosine(correctShort, correctLong, wrongShort, wrongLong, exceeded),
          place.maxNewTokens());
    }
  }

  /// Takes off for n-grams of tokens that repeat.
  ///
  /// @param ngram n
  /// @param penalty what a text that is all repetition is paid; at most 0
  record Repetition(@Nullable String name, double weight, int ngram, double penalty)
      implements RewardConfig {
    /// Down to -1 for n-grams of 3 tokens.
    public static final Repetition DEFAULT = new Repetition(null, 1, 3, -1);

    @Override
    public Reward open(Place place) {
      return Reward.repetition(ngram, penalty);
    }
  }

  /// Pays the share of the thinking's words that are in one language.
  ///
  /// @param language the language, a code of ISO 639-1
  /// @param among languages of the same script that it must be told from; empty to go by script
  record LanguageConsistency(
      @Nullable String name, double weight, String language, List<String> among)
      implements RewardConfig {
    /// English, by script.
    public static final LanguageConsistency DEFAULT =
        new LanguageConsistency(null, 1, "en", List.of());

    @Override
    public Reward open(Place place) {
      return new dev.tesuji.reward.LanguageConsistency(language, among);
    }
  }

  /// A reward written in Java ([UserReward]).
  ///
  /// @param className a class that implements [Reward], or `CLASS::FIELD`
  /// @param classPath jars and folders that it is in, besides Tesuji's own class path
  record Java(
      @Nullable String name, double weight, @Nullable String className, List<Path> classPath)
      implements RewardConfig {
    /// Weight 1, from Tesuji's own class path.
    public static final Java DEFAULT = new Java(null, 1, null, List.of());

    @Override
    public Reward open(Place place) {
      return UserReward.load(required(className, "className", "java"), classPath);
    }
  }

  /// A reward computed elsewhere ([HttpReward]).
  ///
  /// @param url where to ask
  /// @param batchSize the most completions of one request
  /// @param timeoutSeconds how long an answer may take
  /// @param attempts how often a request is made before the run halts
  record Http(
      @Nullable String name,
      double weight,
      @Nullable String url,
      int batchSize,
      double timeoutSeconds,
      int attempts)
      implements RewardConfig {
    /// Up to 64 completions at once, 30 s for an answer, 6 attempts over half a minute.
    public static final Http DEFAULT = new Http(null, 1, null, 64, 30, 6);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    @Override
    public Reward open(Place place) {
      URI uri = address(required(url, "url", "http"));
      Duration timeout = Duration.ofMillis((long) (timeoutSeconds * 1000));
      return new HttpReward(
          label(), new HttpReward.Settings(uri, batchSize, timeout, attempts, PAUSE));
    }

    @Override
    public boolean asksElsewhere() {
      return true;
    }

    private static URI address(String url) {
      try {
        return new URI(url);
      } catch (URISyntaxException e) {
        throw new IllegalArgumentException(
            "url must be http://HOST... or https://HOST..., got '" + url + "'", e);
      }
    }
  }

  /// Pays for a program that passes the tests of a problem of a task of programs.
  ///
  /// @param problems pays only where the source of the problem, or the name of its task in a
  ///   mixture, matches this regular expression; everywhere where absent
  /// @param language the programs'
  /// @param score `all` pays 1 where all tests pass, `share` the share that does
  /// @param unsafe whether programs run even where no sandbox can be had
  record Code(
      @Nullable String name,
      double weight,
      @Nullable String problems,
      Language language,
      CodeReward.Score score,
      boolean unsafe)
      implements RewardConfig {
    /// Weight 1, Python, all tests.
    public static final Code DEFAULT =
        new Code(null, 1, null, Language.PYTHON, CodeReward.Score.ALL, false);

    @Override
    public Reward open(Place place) {
      Programs programs = Programs.of(unsafe);
      programs.require(language);
      return new CodeReward(language, score, programs);
    }
  }

  /// Pays the score of a reward model ([ModelReward]).
  ///
  /// @param problems pays only where the source of the problem, or the name of its task in a
  ///   mixture, matches this regular expression; everywhere where absent
  /// @param path the directory of the model
  /// @param stage the earlier stage that makes it, where there is no `path`
  /// @param scores whether the whole response is scored, or what follows the thinking
  /// @param normalize whether scores are taken in standard deviations from the mean of held-out
  ///   answers
  /// @param batchSize the most responses that are scored at once
  record Model(
      @Nullable String name,
      double weight,
      @Nullable String problems,
      @OfModel @Nullable Path path,
      @Nullable String stage,
      ModelReward.Scored scores,
      boolean normalize,
      int batchSize)
      implements RewardConfig {
    /// Weight 1, the whole response, scores as they are, up to 64 at once.
    public static final Model DEFAULT =
        new Model(null, 1, null, null, null, ModelReward.Scored.ALL, false, 64);

    @Override
    public Reward open(Place place) {
      return new ModelReward(
          label(),
          place.task(),
          directory(place.stages()),
          place.device(),
          new ModelReward.Settings(scores, normalize, batchSize));
    }

    @Override
    public boolean asksElsewhere() {
      return true;
    }

    /// Returns those of some rewards that are models.
    public static List<Model> among(Stream<RewardConfig> rewards) {
      return rewards.flatMap(r -> r instanceof Model m ? Stream.of(m) : Stream.empty()).toList();
    }

    /// Returns what is wrong with the stages that rewards name.
    static List<String> problems(
        String stage, Stream<RewardConfig> rewards, List<StageSettings> before) {
      return among(rewards).stream()
          .flatMap(m -> m.problem(before).stream())
          .map(p -> "stage '" + stage + "': " + p)
          .toList();
    }

    private Optional<String> problem(List<StageSettings> before) {
      if ((path == null) == (stage == null)) {
        return Optional.of(
            "a reward of kind 'model' needs either 'path', the directory of a reward model,"
                + " or 'stage', the stage that makes it");
      }
      return stage == null || StageSettings.makes(stage, Product.REWARD_MODEL, before)
          ? Optional.empty()
          : Optional.of(
              "'stage' of a reward must be the name of a rewardModel stage before it, got '"
                  + stage
                  + "'");
    }

    /// Returns the directory of the model.
    ///
    /// @param stages gives that of a stage
    public Path directory(Function<String, Path> stages) {
      if (path != null) {
        return path;
      }
      return stages.apply(required(stage, "path' or 'stage", "model"));
    }
  }

  private static String required(@Nullable String value, String key, String kind) {
    if (value == null) {
      throw new IllegalArgumentException("a reward of kind '" + kind + "' needs '" + key + "'");
    }
    return value;
  }
}
