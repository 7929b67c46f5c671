package dev.tesuji.recipe;

import dev.tesuji.check.Require;
import dev.tesuji.dataset.Columns;
import dev.tesuji.generate.Sampling;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.optim.OptimizerConfig.Moments;
import dev.tesuji.optim.Schedule;
import dev.tesuji.preference.KtoLoss;
import dev.tesuji.preference.PreferenceLoss;
import dev.tesuji.rejection.FilterSettings;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rl.ppo.Ppo;
import dev.tesuji.rl.prime.Prime;
import dev.tesuji.rl.reinforce.ReMax;
import dev.tesuji.rl.reinforce.ReinforcePlusPlus;
import dev.tesuji.rl.rloo.Rloo;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.sft.SftLoss;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.train.GuardianConfig;
import dev.tesuji.world.Ranking;
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

  /// Learns from demonstrations: predicts the completions of prompts, or texts as a whole.
  ///
  /// @param data the files with prompts and completions, or texts, and what earlier stages kept:
  ///   one source, or a list of several; the recipe's `data` where absent
  /// @param columns which column of files holds what
  /// @param maxTokens the most tokens of prompt and completion
  /// @param tooLong what happens to longer ones
  /// @param batchSize texts per update
  /// @param epochs how often all texts are learned from, in the place of `steps`; absent to make
  ///   `steps` updates
  /// @param loss the loss per token
  /// @param course name, steps, optimizer, checkpoints
  record Sft(
      List<Source> data,
      Columns columns,
      int maxTokens,
      TokenizedDataset.TooLong tooLong,
      int batchSize,
      @Nullable Double epochs,
      SftLoss loss,
      @Flat Course course)
      implements Stage {
    /// TRL's learning rate, 2e-5; texts beyond 1,024 tokens are an error.
    public static final Sft DEFAULT =
        new Sft(
            List.of(),
            Columns.DEFAULT,
            1024,
            TokenizedDataset.TooLong.ERROR,
            8,
            null,
            SftLoss.NLL,
            Course.of(
                "sft",
                100,
                new OptimizerConfig(
                    2e-5, Schedule.LINEAR, 0, 0, 0.9, 0.999, 1e-8, 0, 1, Moments.FLOAT32)));

    /// Checks the ranges and copies the list.
    public Sft {
      data = List.copyOf(data);
      if (epochs != null) {
        Require.that(epochs > 0 && Double.isFinite(epochs), "epochs", "above 0", epochs);
      }
      long shares = data.stream().filter(d -> d.share() != null).count();
      if (shares > 0 && shares < data.size()) {
        throw new IllegalArgumentException(
            "data must have a 'share' for every source or for none, got "
                + shares
                + " of "
                + data.size());
      }
    }
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
      TokenizedDataset.TooLong tooLong,
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
            TokenizedDataset.TooLong.ERROR,
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
      TokenizedDataset.TooLong tooLong,
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
            TokenizedDataset.TooLong.ERROR,
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

    /// Pairs of responses to questions of the built-in world, ranked by its gold judge with errors
    /// ([Ranking]). Helpfulness is judged by the answer alone, which is all that a reward of this
    /// model should score (`scores: answer`).
    ///
    /// @param criterion what the judge looks at: `helpfulness` of answers to general requests, or
    ///   `harmlessness` of whole responses to harmful questions
    /// @param prompts how many questions
    /// @param candidates K, how many responses to each are ranked
    /// @param noise the standard deviation of the judge's errors, on a scale from 0 to 1
    /// @param margin pairs whose scores are closer are left out
    record World(
        Ranking.Criterion criterion, int prompts, int candidates, double noise, double margin)
        implements Comparisons {
      /// Helpfulness: 2,000 questions, 4 answers to each, a judge who errs by 0.1, and pairs that
      /// this does not explain: two equals rarely differ by 0.3.
      public static final World DEFAULT =
          new World(Ranking.Criterion.HELPFULNESS, 2000, 4, 0.1, 0.3);

      /// Checks the ranges.
      public World {
        Require.atLeast(2, "prompts", prompts);
        Require.that(margin >= 0, "margin", "at least 0", margin);
        new Ranking.Judging(criterion, candidates, noise);
      }
    }

    /// Pairs of responses that the model itself draws, to problems of a task, of which the one that
    /// a gold reward pays more is the better ([dev.tesuji.overoptimisation]).
    ///
    /// @param pairs how many to learn from; fewer are the beginning of more
    /// @param heldOut how many, to held-out problems, to be measured on; `heldOutShare` is not used
    /// @param maxNewTokens the length limit of a response
    /// @param sampling how responses are drawn
    /// @param gold the parts of the gold reward, which are added up
    /// @param task the problems; the recipe's where absent
    record Drawn(
        int pairs,
        int heldOut,
        int maxNewTokens,
        Sampling sampling,
        List<RewardConfig> gold,
        @Nullable TaskConfig task)
        implements Comparisons {
      /// 1,000 pairs of up to 512 tokens, of which the right one is the better; 500 held out.
      public static final Drawn DEFAULT =
          new Drawn(1000, 500, 512, Sampling.DEFAULT, List.of(RewardConfig.Accuracy.DEFAULT), null);

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
  /// @param task the problems that it poses; the recipe's where absent
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
      @Nullable TaskConfig task,
      int promptsPerStep,
      int groupSize,
      int maxNewTokens,
      PromptStream.Limit prompts,
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
            null,
            8,
            8,
            512,
            PromptStream.Limit.DEFAULT,
            Sampling.DEFAULT,
            Payment.DEFAULT,
            Grpo.DEFAULT,
            1,
            Course.of("rl", 100, OptimizerConfig.DEFAULT).guarded());
  }

  /// Draws samples, keeps the good ones and writes them, as data for later stages; it makes no
  /// model ([dev.tesuji.rejection]).
  ///
  /// @param name names the stage, and the folder of its samples
  /// @param from the earlier stage whose model writes, or `base` for the recipe's own; absent for
  ///   the last language model made before it
  /// @param prompts what is asked
  /// @param promptsPerStep prompts between two times that everything is saved
  /// @param samplesPerPrompt how many samples of each prompt
  /// @param maxNewTokens the length limit of a sample
  /// @param sampling how samples are drawn
  /// @param keep what rewards must pay for a sample
  /// @param keeping what else decides
  /// @param refused whether the samples that are refused are written too, with the reason
  /// @param checkpoint how often progress is saved
  record Rejection(
      String name,
      @Nullable String from,
      Prompts prompts,
      int promptsPerStep,
      int samplesPerPrompt,
      int maxNewTokens,
      Sampling sampling,
      List<Rule> keep,
      @Flat FilterSettings keeping,
      boolean refused,
      Course.CheckpointPace checkpoint)
      implements Stage {
    /// All of the task's problems, 8 samples of up to 512 tokens each; right answers are kept.
    public static final Rejection DEFAULT =
        new Rejection(
            "rejection",
            null,
            Prompts.DEFAULT,
            128,
            8,
            512,
            Sampling.DEFAULT,
            List.of(new Rule(RewardConfig.Accuracy.DEFAULT, 1)),
            FilterSettings.DEFAULT,
            false,
            new Course.CheckpointPace(1, 5));

    /// Copies the list.
    public Rejection {
      keep = List.copyOf(keep);
      Require.atLeast(1, "promptsPerStep", promptsPerStep);
      Require.atLeast(1, "samplesPerPrompt", samplesPerPrompt);
      Require.atLeast(1, "maxNewTokens", maxNewTokens);
    }

    /// Returns a course of no updates.
    @Override
    public Course course() {
      return new Course(
          name, from, null, 0, OptimizerConfig.DEFAULT, checkpoint, GuardianConfig.OFF, false);
    }

    @Override
    public boolean makesPolicy() {
      return false;
    }

    /// Returns the rewards that are models.
    List<RewardConfig.Model> models() {
      return keep.stream()
          .map(Rule::reward)
          .filter(RewardConfig.Model.class::isInstance)
          .map(RewardConfig.Model.class::cast)
          .toList();
    }
  }

  /// What a stage of rejection sampling asks.
  ///
  /// @param task the problems; absent for those of the recipe's task
  /// @param data the file of other problems than the recipe's, for tasks that read one; absent for
  ///   the task's own, which are trained on
  /// @param count how many, in an order that follows from the recipe's seed; absent for all
  /// @param limit the limit on the length of prompts
  record Prompts(
      @Nullable TaskConfig task,
      @Nullable Path data,
      @Nullable Integer count,
      @Flat PromptStream.Limit limit) {
    /// All of the task's; longer ones than 512 tokens are an error.
    public static final Prompts DEFAULT = new Prompts(null, null, null, PromptStream.Limit.DEFAULT);

    /// Checks the ranges.
    public Prompts {
      if (count != null) {
        Require.atLeast(1, "count", count);
      }
      if (limit.policy() == PromptStream.TooLong.TRUNCATE) {
        throw new IllegalArgumentException(
            "policy must be error or drop, got truncate: what answers the end of a prompt would be"
                + " taught as an answer to all of it");
      }
    }
  }
}
