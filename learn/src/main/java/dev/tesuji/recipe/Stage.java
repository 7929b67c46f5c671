package dev.tesuji.recipe;

import dev.tesuji.data.Columns;
import dev.tesuji.generate.Sampling;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.optim.OptimizerConfig.Moments;
import dev.tesuji.optim.Schedule;
import dev.tesuji.rl.PromptSource;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rl.ppo.Ppo;
import dev.tesuji.rl.prime.Prime;
import dev.tesuji.rl.reinforce.ReMax;
import dev.tesuji.rl.reinforce.ReinforcePlusPlus;
import dev.tesuji.rl.rloo.Rloo;
import dev.tesuji.run.GuardianConfig;
import dev.tesuji.sft.SftLoss;
import dev.tesuji.sft.Texts;
import dev.tesuji.task.ChainSumsCorpus;
import dev.tesuji.world.WorldCorpus;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a recipe does to a model, one kind per way of training.
///
/// A stage starts from the model that the stage before it made, the first from the recipe's model.
public sealed interface Stage {
  /// Returns the stage's name, under which its model, metrics and rollouts are stored.
  String name();

  /// Returns how many steps it has.
  int steps();

  /// Returns how weights move.
  OptimizerConfig optimizer();

  /// Returns how often it writes checkpoints.
  CheckpointPace checkpoint();

  /// Returns when its guardian halts it.
  default GuardianConfig guardian() {
    return GuardianConfig.OFF;
  }

  /// What keeps a stage from being lost.
  ///
  /// @param checkpoint how often checkpoints are written
  /// @param guardian when the stage is halted and taken back to its best checkpoint
  record Safety(CheckpointPace checkpoint, GuardianConfig guardian) {
    /// Both as they are by default.
    public static final Safety DEFAULT = new Safety(CheckpointPace.DEFAULT, GuardianConfig.DEFAULT);
  }

  /// How often checkpoints are written; one is always written at the end of a stage.
  ///
  /// @param everySteps after so many steps; 0 for never by steps
  /// @param everyMinutes after so much time
  record CheckpointPace(int everySteps, double everyMinutes) {
    /// Every five minutes.
    public static final CheckpointPace DEFAULT = new CheckpointPace(0, 5);

    /// Checks the ranges.
    public CheckpointPace {
      if (everySteps < 0 || !(everyMinutes > 0)) {
        throw new IllegalArgumentException(
            "everySteps must be at least 0 and everyMinutes above 0, got "
                + everySteps
                + " and "
                + everyMinutes);
      }
    }
  }

  /// Learns a language: predicts every token of a text.
  ///
  /// @param name names the stage
  /// @param corpus the texts
  /// @param steps how many updates
  /// @param batchSize texts per update
  /// @param optimizer the optimizer
  /// @param checkpoint how often checkpoints are written
  record Pretrain(
      String name,
      Corpus corpus,
      int steps,
      int batchSize,
      OptimizerConfig optimizer,
      CheckpointPace checkpoint)
      implements Stage {
    /// 1,000 updates with a cosine from 1e-3.
    public static final Pretrain DEFAULT =
        new Pretrain(
            "pretrain",
            Corpus.ChainSums.DEFAULT,
            1000,
            128,
            new OptimizerConfig(
                1e-3, Schedule.COSINE, 50, 0.1, 0.9, 0.95, 1e-8, 0.1, 1, Moments.FLOAT32),
            CheckpointPace.DEFAULT);
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
  /// @param name names the stage
  /// @param data the file with prompts and completions, or texts; or a folder of files, or a
  ///   pattern; the recipe's `data` where absent
  /// @param columns which column holds what
  /// @param maxTokens the most tokens of prompt and completion
  /// @param tooLong what happens to longer ones
  /// @param steps how many updates
  /// @param batchSize texts per update
  /// @param loss the loss per token
  /// @param optimizer the optimizer
  /// @param checkpoint how often checkpoints are written
  record Sft(
      String name,
      @Nullable Path data,
      Columns columns,
      int maxTokens,
      Texts.TooLong tooLong,
      int steps,
      int batchSize,
      SftLoss loss,
      OptimizerConfig optimizer,
      CheckpointPace checkpoint)
      implements Stage {
    /// TRL's learning rate, 2e-5; texts beyond 1,024 tokens are an error.
    public static final Sft DEFAULT =
        new Sft(
            "sft",
            null,
            Columns.DEFAULT,
            1024,
            Texts.TooLong.ERROR,
            100,
            8,
            SftLoss.NLL,
            new OptimizerConfig(
                2e-5, Schedule.LINEAR, 0, 0, 0.9, 0.999, 1e-8, 0, 1, Moments.FLOAT32),
            CheckpointPace.DEFAULT);
  }

  /// Learns by reinforcement: draws completions and moves towards those that are rewarded.
  ///
  /// @param name names the stage
  /// @param steps how many batches of completions
  /// @param promptsPerStep P
  /// @param groupSize G, completions per prompt
  /// @param maxNewTokens the length limit of a completion
  /// @param prompts the limit on the length of prompts
  /// @param sampling how completions are drawn
  /// @param payment what completions are paid for
  /// @param algorithm what completions teach the policy, under its own name: `grpo: {...}`
  /// @param samplingRounds how often prompts may be drawn in one step to replace flat groups; 1
  ///   keeps them
  /// @param optimizer the optimizer
  /// @param safety checkpoints and guardian
  record Rl(
      String name,
      int steps,
      int promptsPerStep,
      int groupSize,
      int maxNewTokens,
      PromptSource.Limit prompts,
      Sampling sampling,
      @Flat Payment payment,
      @OneOf({Grpo.class, Rloo.class, ReinforcePlusPlus.class, ReMax.class, Ppo.class, Prime.class})
          Algorithm algorithm,
      int samplingRounds,
      OptimizerConfig optimizer,
      @Flat Safety safety)
      implements Stage {
    /// 8 prompts of 8 samples of up to 512 tokens; accuracy is all that pays.
    public static final Rl DEFAULT =
        new Rl(
            "rl",
            100,
            8,
            8,
            512,
            PromptSource.Limit.DEFAULT,
            Sampling.DEFAULT,
            Payment.DEFAULT,
            Grpo.DEFAULT,
            1,
            OptimizerConfig.DEFAULT,
            Safety.DEFAULT);

    @Override
    public CheckpointPace checkpoint() {
      return safety.checkpoint();
    }

    @Override
    public GuardianConfig guardian() {
      return safety.guardian();
    }
  }
}
