/// Runs recipes: checks everything, evaluates the model, goes through the stages, evaluates again.
///
/// # The order
///
/// 1. All stages that are left are prepared (`Preparation`): settings, data, memory, and whether
///    rewards pay for anything good. What is wrong is said before anything is trained. A dry run
///    ([dev.tesuji.runner.DryRun]) ends here; its model has shapes and no weights.
/// 2. The model is evaluated.
/// 3. Each stage in its turn starts from what the one before it made, or from what it names.
/// 4. The model is evaluated again, and `report.json` and `report.html` are written.
///
/// What is finished is noted in `state.json`, so that a resumed run does nothing twice.
///
/// # Resuming
///
/// A run that is resumed goes on with the recipe that it was begun with. `ResumeCheck` compares the
/// two and refuses, by name, settings that steps were made with. Settings of stages that have not
/// begun may change; of the stage in progress those may that only decide its next steps, `steps`
/// among them: the schedule of the learning rate is then laid over the new number. The recipes
/// before a change stay in the run directory as `recipe.1.yaml` and so on, so that `recipe.yaml`
/// and these hold no value that no step was, or will be, made with.
///
/// # Reading order
///
/// [dev.tesuji.runner.RecipeRunner], `Preparation`, `ModelPlaces`, `RunModels`, `RunEvaluations`,
/// `RunReport`, [dev.tesuji.runner.DryRun], `RunOutline`, `State`, `ResumeCheck`,
/// [dev.tesuji.runner.RecipeAudit].
@org.jspecify.annotations.NullMarked
package dev.tesuji.runner;
