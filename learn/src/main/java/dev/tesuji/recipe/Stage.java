package dev.tesuji.recipe;

import dev.tesuji.data.Columns;
import dev.tesuji.generate.Sampling;
import dev.tesuji.input.Require;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.optim.OptimizerConfig.Moments;
import dev.tesuji.optim.Schedule;
import dev.tesuji.preference.KtoLoss;
import dev.tesuji.preference.PreferenceLoss;
import dev.tesuji.rl.PromptSource;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rl.ppo.Ppo;
import dev.tesuji.rl.prime.Prime;
import dev.tesuji.rl.reinforce.ReMax;
import dev.tesuji.rl.reinforce.ReinforcePlusPlus;
import dev.tesuji.rl.rloo.Rloo;
import dev.tesuji.sft.SftLoss;
import dev.tesuji.sft.Texts;
import dev.tesuji.task.ChainSumsCorpus;
import dev.tesuji.world.WorldCorpus;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a recipe does to a model, one kind per way of training.
///
/// A stage starts from the model that the stage before it made, the first from the recipe's model;
/// [Course#from] says otherwise.
public sealed interface Stage {
  /// TRL's for learning from preferences: from 1e-6 in a straight line to 0.
  OptimizerConfig PREFERENCE_OPTIMIZER =
      new OptimizerConfig(1e-6, Schedule.LINEAR, 0, 0, 0.9, 0.999, 1e-8, 0, 1, Moments.FLOAT32);

  /// Returns what it has in common with every other stage.
  Course course();

  /// Returns the stage's name, under which its model, metrics and rollouts are stored.
  default String name() {
    return course().name();
  }

  /// Returns how many steps it has.
  default int steps() {
    return course().steps();
  }

  /// Returns how weights move.
  default OptimizerConfig optimizer() {
    return course().optimizer();
  }

  /// Says whether what it makes is a language model, which a later stage goes on from.
  default boolean makesPolicy() {
    return true;
  }

  /// Learns a language: predicts every token of a text.
  ///
  /// @param corpus the texts
  /// @param batchSize texts per update
  /// @param course name, steps, optimizer, checkpoints
  record Pretrain(Corpus corpus, int batchSize, @Flat Course course) implements Stage {
    /// 1,000 updates with a cosine from 1e-3.
    public static final Pretrain DEFAULT =
        new Pretrain(
            Corpus.ChainSums.DEFAULT,
            128,
            Course.of(
                "pretrain",
                1000,
                new OptimizerConfig(
                    1e-3, Schedule.COSINE, 50, 0.1, 0.9, 0.95, 1e-8, 0.1, 1, Moments.FLOAT32)));
  }

  /// The texts of a pretraining stage.
  sealed interface Corpus {
    /// Worked chain sums of mixed quality.
    ///
    /// @param direct the share of responses that answer at once
    /// @param skipping the share that do several terms in one step
    /// @param guessed the share of answers given at once that are wrong
    /// @param wrong the share of worked responses that carry a wrong step
    /// @param untagged the share that leave the answer tags out
    record ChainSums(double direct, double skipping, double guessed, double wrong, double untagged)
        implements Corpus {
      /// The built-in base's mixture.
      public static final ChainSums DEFAULT =
          new ChainSums(
              ChainSumsCorpus.DEFAULT.direct(),
              ChainSumsCorpus.DEFAULT.skipping(),
              ChainSumsCorpus.DEFAULT.guessed(),
              ChainSumsCorpus.DEFAULT.wrong(),
              ChainSumsCorpus.DEFAULT.untagged());

      ChainSumsCorpus open() {
        return new ChainSumsCorpus(direct, skipping, guessed, wrong, untagged);
      }
    }

    /// Questions of the built-in world and responses of mixed quality.
    ///
    /// @param mixture the shares of good and bad responses
    record World(@Flat WorldCorpus mixture) implements Corpus {
      /// The mixture of the world's base.
      public static final World DEFAULT = new World(WorldCorpus.DEFAULT);
    }

    /// Texts from data files: JSON lines, JSON, CSV or Parquet.
    ///
    /// @param data the file; or a folder of files, or a pattern
    /// @param column the field with the text
    /// @param maxTokens the most tokens of a text
    /// @param tooLong what happens to longer ones
    record Jsonl(Path data, String column, int maxTokens, Texts.TooLong tooLong)
        implements Corpus {}
  }

  /// Learns from demonstrations: predicts the completions of prompts, or texts as a whole.
  ///
  /// @param data the file with prompts and completions, or texts; or a folder of files, or a
  ///   pattern; the recipe's `data` where absent
  /// @param columns which column holds what
  /// @param maxTokens the most tokens of prompt and completion
  /// @param tooLong what happens to longer ones
  /// @param batchSize texts per update
  /// @param loss the loss per token
  /// @param course name, steps, optimizer, checkpoints
  record Sft(
      @Nullable Path data,
      Columns columns,
      int maxTokens,
      Texts.TooLong tooLong,
      int batchSize,
      SftLoss loss,
      @Flat Course course)
      implements Stage {
    /// TRL's learning rate, 2e-5; texts beyond 1,024 tokens are an error.
    public static final Sft DEFAULT =
        new Sft(
            null,
            Columns.DEFAULT,
            1024,
            Texts.TooLong.ERROR,
            8,
            SftLoss.NLL,
            Course.of(
                "sft",
                100,
                new OptimizerConfig(
                    2e-5, Schedule.LINEAR, 0, 0, 0.9, 0.999, 1e-8, 0, 1, Moments.FLOAT32)));
  }

  /// Learns from comparisons: raises the better of two answers over the worse, relative to the
  /// model that it starts from ([dev.tesuji.preference]).
  ///
  /// @param preferences the pairs
  /// @param batchSize pairs per update
  /// @param loss the loss of a pair
  /// @param course name, steps, optimizer, checkpoints
  record Dpo(
      @Flat PreferenceData preferences,
      int batchSize,
      @Flat PreferenceLoss loss,
      @Flat Course course)
      implements Stage {
    /// TRL's: learning rate 1e-6, β 0.1, 8 pairs per update.
    public static final Dpo DEFAULT =
        new Dpo(
            PreferenceData.DEFAULT,
            8,
            PreferenceLoss.DEFAULT,
            Course.of("dpo", 100, PREFERENCE_OPTIMIZER));
  }

  /// Learns from judgements: answers that are good or are not, without counterparts.
  ///
  /// @param preferences the answers
  /// @param batchSize answers per update; they estimate the reference point together
  /// @param loss the loss of an answer
  /// @param course name, steps, optimizer, checkpoints
  record Kto(
      @Flat PreferenceData preferences, int batchSize, @Flat KtoLoss loss, @Flat Course course)
      implements Stage {
    /// TRL's: learning rate 1e-6, β 0.1, 8 answers per update.
    public static final Kto DEFAULT =
        new Kto(
            PreferenceData.DEFAULT,
            8,
            KtoLoss.DEFAULT,
            Course.of("kto", 100, PREFERENCE_OPTIMIZER));

    /// Checks that a batch can tell how far the policy has moved.
    public Kto {
      Require.atLeast(2, "batchSize", batchSize);
    }
  }

  /// Learns from a teacher's distributions, on texts of its own, of the teacher or of data
  /// ([dev.tesuji.distill]).
  ///
  /// @param teacher the directory of the teacher
  /// @param teacherStage the earlier stage whose model is the teacher, in the place of `teacher`
  /// @param data the file with prompts and completions; or a folder of files, or a pattern; absent
  ///   to pose the task's problems
  /// @param columns which column holds what
  /// @param maxTokens the most tokens of prompt and completion of the data, or of the task's
  ///   prompts
  /// @param tooLong what happens to longer ones of the data
  /// @param batchSize texts per update
  /// @param gkd who writes the texts, and the divergence
  /// @param course name, steps, optimizer, checkpoints
  record Gkd(
      @Nullable Path teacher,
      @Nullable String teacherStage,
      @Nullable Path data,
      Columns columns,
      int maxTokens,
      Texts.TooLong tooLong,
      int batchSize,
      @Flat dev.tesuji.distill.Gkd gkd,
      @Flat Course course)
      implements Stage {
    /// TRL's: learning rate 1e-6, half of the batches by the student, β 0.5.
    public static final Gkd DEFAULT =
        new Gkd(
            null,
            null,
            null,
            Columns.DEFAULT,
            1024,
            Texts.TooLong.ERROR,
            8,
            dev.tesuji.distill.Gkd.DEFAULT,
            Course.of("gkd", 100, PREFERENCE_OPTIMIZER));
  }

  /// Learns what answers are worth from comparisons or labels, and makes a reward model.
  ///
  /// @param comparisons what it learns from
  /// @param maxTokens the most tokens of prompt and answer
  /// @param tooLong what happens to longer ones; truncating takes off the beginning
  /// @param heldOutShare the share of prompts that it is measured on
  /// @param batchSize rankings or labelled answers per update
  /// @param centering the weight of what holds scores around 0; 0 for none
  /// @param course name, steps, optimizer, checkpoints
  record RewardModel(
      Comparisons comparisons,
      int maxTokens,
      Texts.TooLong tooLong,
      double heldOutShare,
      int batchSize,
      double centering,
      @Flat Course course)
      implements Stage {
    /// InstructGPT's 64 rankings per update and rate of 9e-6; a tenth of the prompts held out.
    public static final RewardModel DEFAULT =
        new RewardModel(
            Comparisons.Files.DEFAULT,
            1024,
            Texts.TooLong.ERROR,
            0.1,
            64,
            0,
            Course.of(
                "rewardModel",
                100,
                new OptimizerConfig(
                    9e-6, Schedule.COSINE, 0, 0.1, 0.9, 0.95, 1e-8, 0, 1, Moments.FLOAT32)));

    /// Checks the ranges.
    public RewardModel {
      Require.atLeast(1, "maxTokens", maxTokens);
      Require.that(
          heldOutShare > 0 && heldOutShare < 1, "heldOutShare", "above 0, below 1", heldOutShare);
      Require.atLeast(1, "batchSize", batchSize);
      Require.that(centering >= 0, "centering", "at least 0 (0: none)", centering);
    }

    @Override
    public boolean makesPolicy() {
      return false;
    }
  }

  /// What a reward model learns from.
  sealed interface Comparisons {
    /// Built-in rankings of five responses to a chain sum: worked step by step; so with a mistake;
    /// so without tags around the answer; answered at once; answered at once without tags.
    ///
    /// @param prompts how many problems
    record ChainSums(int prompts) implements Comparisons {
      /// 2,000 problems.
      public static final ChainSums DEFAULT = new ChainSums(2000);

      /// Checks the range.
      public ChainSums {
        Require.atLeast(2, "prompts", prompts);
      }
    }

    /// Pairs of responses that the model itself draws, to problems of the task, of which the one
    /// that a gold reward pays more is the better ([dev.tesuji.overoptimisation]).
    ///
    /// @param pairs how many to learn from; fewer are the beginning of more
    /// @param heldOut how many, to held-out problems, to be measured on; `heldOutShare` is not used
    /// @param maxNewTokens the length limit of a response
    /// @param sampling how responses are drawn
    /// @param gold the parts of the gold reward, which are added up
    record Drawn(
        int pairs, int heldOut, int maxNewTokens, Sampling sampling, List<RewardConfig> gold)
        implements Comparisons {
      /// 1,000 pairs of up to 512 tokens, of which the right one is the better; 500 held out.
      public static final Drawn DEFAULT =
          new Drawn(1000, 500, 512, Sampling.DEFAULT, List.of(RewardConfig.Accuracy.DEFAULT));

      /// Copies the list and checks the ranges.
      public Drawn {
        gold = List.copyOf(gold);
        Require.atLeast(1, "pairs", pairs);
        Require.atLeast(1, "heldOut", heldOut);
        Require.atLeast(1, "maxNewTokens", maxNewTokens);
        Require.that(
            sampling.temperature() > 0,
            "sampling.temperature",
            "above 0: two greedy responses to a prompt are the same",
            sampling.temperature());
      }
    }

    /// Data files: preference pairs, rankings, or labelled answers.
    ///
    /// @param data the file; or a folder of files, or a pattern; the recipe's `data` where absent
    /// @param columns which column holds what
    record Files(@Nullable Path data, Columns columns) implements Comparisons {
      /// The recipe's own data under the usual names.
      public static final Files DEFAULT = new Files(null, Columns.DEFAULT);
    }
  }

  /// Learns by reinforcement: draws completions and moves towards those that are rewarded.
  ///
  /// @param promptsPerStep P
  /// @param groupSize G, completions per prompt
  /// @param maxNewTokens the length limit of a completion
  /// @param prompts the limit on the length of prompts
  /// @param sampling how completions are drawn
  /// @param payment what completions are paid for
  /// @param algorithm what completions teach the policy, under its own name: `grpo: {...}`
  /// @param samplingRounds how often prompts may be drawn in one step to replace flat groups; 1
  ///   keeps them
  /// @param course name, steps (batches of completions), optimizer, checkpoints, guardian
  record Rl(
      int promptsPerStep,
      int groupSize,
      int maxNewTokens,
      PromptSource.Limit prompts,
      Sampling sampling,
      @Flat Payment payment,
      @OneOf({Grpo.class, Rloo.class, ReinforcePlusPlus.class, ReMax.class, Ppo.class, Prime.class})
          Algorithm algorithm,
      int samplingRounds,
      @Flat Course course)
      implements Stage {
    /// 8 prompts of 8 samples of up to 512 tokens; accuracy is all that pays.
    public static final Rl DEFAULT =
        new Rl(
            8,
            8,
            512,
            PromptSource.Limit.DEFAULT,
            Sampling.DEFAULT,
            Payment.DEFAULT,
            Grpo.DEFAULT,
            1,
            Course.of("rl", 100, OptimizerConfig.DEFAULT).guarded());
  }
}
