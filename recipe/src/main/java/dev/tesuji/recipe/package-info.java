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
/// 1. A recipe is YAML that binds to records (`Binder`): [dev.tesuji.recipe.Recipe] and its
///    [dev.tesuji.recipe.Stage]s. The records are the Java API too; there is no second
///    representation.
/// 2. It is checked whole before anything runs: unknown keys ("did you mean"), types, ranges,
///    contradictions, files, lengths, memory, and whether its rewards pay for anything good
///    ([dev.tesuji.recipe.RecipeAudit]). Each complaint names file, line and key.
/// 3. Defaults are one constant per record, `DEFAULT`, visible in the source and nowhere else.
/// 4. The command line can set any value (`rl.groupSize=16`), and the effective recipe, with every
///    value, is written into the run directory.
/// 5. Kinds are sealed interfaces: a new kind of stage, task or corpus is a record, and the
///    compiler finds every `switch` that must know it. No class is looked up by name, but for the
///    rewards that users write. The algorithms of reinforcement learning live in packages of their
///    own, which a sealed interface cannot span; the stage lists them (`OneOf`).
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
///
/// # Running
///
/// [dev.tesuji.recipe.RecipeRunner] evaluates the model, goes through the stages and evaluates
/// again. Each stage starts from what the one before made. What is finished is noted in
/// `state.json`, so that a resumed run does nothing twice.
///
/// # Comparing
///
/// A file with `variants` is a [dev.tesuji.recipe.Comparison]: a recipe, what each variant changes
/// of it, and the seeds to run each with. A recipe with `seeds` alone is its own only variant.
/// `dev.tesuji.compare` runs both.
///
/// # Reading order
///
/// [dev.tesuji.recipe.Recipe], [dev.tesuji.recipe.Stage], [dev.tesuji.recipe.RecipeRunner],
/// `StageRunner`, `Binder`, `Yaml`, `Overrides`, [dev.tesuji.recipe.Comparison].
@org.jspecify.annotations.NullMarked
package dev.tesuji.recipe;
