package dev.tesuji.runner;

import dev.tesuji.audit.DataAudit;
import dev.tesuji.audit.DataAudit.Failure;
import dev.tesuji.audit.RewardAudit;
import dev.tesuji.env.Task;
import dev.tesuji.env.TaskMixture;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.RewardConfig;
import dev.tesuji.recipe.RewardedStage;
import dev.tesuji.recipe.StageSettings;
import dev.tesuji.stage.RlStage;
import dev.tesuji.tensor.Device;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.weights.ModelParts;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Audits a recipe without running it: what its rewards pay for, what it learns from that is held
/// out, and which of its gold answers do not grade as correct.
public final class RecipeAudit {
  private static final int SHOWN = 10;

  private final Recipe recipe;
  private final PrintStream out;

  /// Prepares an audit.
  ///
  /// @param out where its tables go
  public RecipeAudit(Recipe recipe, PrintStream out) {
    this.recipe = recipe;
    this.out = out;
  }

  /// Audits, prints what was found, and says whether all was well.
  ///
  /// @throws dev.tesuji.check.BadInput when the recipe or its data cannot be read
  public boolean run() {
    if (!recipe.hasLanguageModel()) {
      out.println("No stage trains a language model: there are no rewards or texts to audit.");
      return true;
    }
    Path base = recipe.modelDirectory();
    Task task = recipe.requireTask().open(recipe.data(), base);
    boolean well = true;
    boolean overlap;
    try (Tokenizer tokenizer = tokenizer(base)) {
      for (StageSettings stage : recipe.stages()) {
        if (stage instanceof RewardedStage rl) {
          Task posed = rl.task() == null ? task : rl.task().open(recipe.data(), base);
          for (TaskMixture.Part part : TaskMixture.parts(posed)) {
            well &=
                rewards(
                    rl,
                    part,
                    posed instanceof TaskMixture,
                    tokenizer == null ? RecipeAudit::characters : tokenizer::encode);
          }
        }
      }
      overlap = overlap(task, tokenizer);
    }
    for (TaskMixture.Part part : TaskMixture.parts(task)) {
      well &= data(part.task());
    }
    return well && overlap;
  }

  /// Says what of the held-out data is learned from.
  private boolean overlap(Task task, @Nullable Tokenizer tokenizer) {
    TokenizedDataset.Words words =
        tokenizer == null ? null : new TokenizedDataset.Words(tokenizer, 0, null);
    OverlapCheck.Report report = OverlapCheck.of(recipe, task, words);
    report.print(out);
    out.println();
    return report.isClean();
  }

  private static @Nullable Tokenizer tokenizer(@Nullable Path model) {
    Path words = model == null ? null : ModelParts.of(model).tokenizer();
    return words != null && Tokenizer.exists(words) ? Tokenizer.load(words) : null;
  }

  /// Stands in for the tokenizer of a model that is still to be made.
  private static int[] characters(String text) {
    return text.codePoints().toArray();
  }

  private boolean rewards(
      RewardedStage stage, TaskMixture.Part part, boolean mixed, Function<String, int[]> encoder) {
    for (RewardConfig.Model model : RewardConfig.Model.among(stage.reward().all())) {
      if (model.path() == null) {
        out.println(
            "Rewards of stage '"
                + stage.name()
                + "' come from stage '"
                + model.stage()
                + "', which a run makes first; it audits them then.\n");
        return true;
      }
    }
    RewardConfig.Place place =
        new RewardConfig.Place(part.task(), stage.maxNewTokens(), Device.named("auto"), Path::of);
    RewardAudit audit = RlStage.audit(stage, place, encoder);
    out.println(
        "Rewards of stage '"
            + stage.name()
            + "'"
            + (mixed ? " on task '" + part.name() + "'" : "")
            + ", means over "
            + audit.problems()
            + " problems:");
    audit.lines().forEach(line -> out.println("  " + line));
    List<String> complaints = audit.complaints();
    complaints.forEach(c -> out.println("  NO: " + c));
    if (audit.problems() == 0) {
      out.println("  " + RewardAudit.NOT_AUDITED);
    } else if (complaints.isEmpty()) {
      out.println("  yes: right answers pay, and nothing else pays as they do");
    }
    out.println();
    return complaints.isEmpty();
  }

  private boolean data(Task task) {
    DataAudit audit = DataAudit.of(task);
    List<Failure> failures = audit.failures();
    out.println(
        "Gold answers of task '"
            + task.name()
            + "': "
            + (audit.problems() - failures.size())
            + " of "
            + audit.problems()
            + " grade as correct against themselves");
    for (Failure f : failures.subList(0, Math.min(SHOWN, failures.size()))) {
      out.println("  NO: " + f.source() + ": '" + f.answer() + "' is " + f.verdict());
    }
    if (failures.size() > SHOWN) {
      out.println("  and " + (failures.size() - SHOWN) + " more");
    }
    return failures.isEmpty();
  }
}
