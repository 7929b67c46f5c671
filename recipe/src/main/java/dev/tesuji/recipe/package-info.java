/// Recipes: training plans as data.
///
/// # The problem
///
/// A training run has dozens of settings. Spread over flags and files with defaults in four places,
/// nobody knows what was run; read one by one while the run goes on, a misspelt key is found after
/// an hour, or never.
///
/// # The rules
///
/// 1. A recipe is YAML that binds to records ([dev.tesuji.yaml]): [dev.tesuji.recipe.Recipe] and
///    the settings of its stages. The records are the Java API too; there is no second
///    representation.
/// 2. Here are settings and what they say of each other, and nothing that reads data or trains:
///    `dev.tesuji.stage` has a class for each kind of stage, `dev.tesuji.runner` runs them.
/// 3. Defaults are one constant per record, `DEFAULT`, visible in the source and nowhere else.
/// 4. The command line can set any value (`rl.groupSize=16`), and the effective recipe, with every
///    value, is written into the run directory.
/// 5. Kinds are open: a stage, task, reward, corpus, source of comparisons or of tokens is a record
///    that implements an interface of this package, and a registry (`dev.tesuji.stage.Registry`)
///    that is handed to the [dev.tesuji.recipe.RecipeReader] lists them. This package knows no
///    demonstration. The algorithms of reinforcement learning live in packages of their own; the
///    settings of the stage list them.
///
/// # YAML
///
/// ```yaml
/// task:
///   chainSums: {maxTerms: 6}     # a kind with settings; `task: chainSums` takes the defaults
/// stages:
///   - rl:
///       steps: 100
///       rloo: {klCoefficient: 0.05}   # the algorithm, under its own name; without one, `grpo`
///       rewards: [accuracy, {kind: overlong, weight: 0.5}]    # in lists also with `kind`
/// ```
///
/// Relative paths start from the recipe's folder, on the command line from the current one.
/// `recipes/recipe.schema.json` ([dev.tesuji.recipe.RecipeSchema]) describes all of it to editors.
///
/// # A task of one's own
///
/// ```yaml
/// task: {kind: java, class: com.acme.Riddles, classPath: [riddles.jar], level: 2}
/// ```
///
/// ```java
/// public record Riddles(int level) implements Task { ... }
/// ```
///
/// [dev.tesuji.env.UserTask] has the rules. Rewards of one's own are alike
/// ([dev.tesuji.reward.UserReward]).
///
/// # Comparing
///
/// A file with `variants` is a [dev.tesuji.recipe.Comparison]: a recipe, what each variant changes
/// of it, and the seeds to run each with. A recipe with `seeds` alone is its own only variant.
/// `dev.tesuji.compare` runs both.
///
/// # Reading order
///
/// [dev.tesuji.recipe.Recipe], [dev.tesuji.recipe.StageSettings],
/// [dev.tesuji.recipe.CommonSettings], [dev.tesuji.recipe.RlSettings] as one kind,
/// [dev.tesuji.recipe.TaskConfig], [dev.tesuji.recipe.RewardConfig], `StageReferences`,
/// [dev.tesuji.recipe.RecipeReader], [dev.tesuji.recipe.Comparison].
@org.jspecify.annotations.NullMarked
package dev.tesuji.recipe;
