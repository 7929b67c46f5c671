/// Stages: one class for each way of training.
///
/// # The problem
///
/// A stage is asked many questions before it trains: whether its settings make sense beside the
/// model, which files it reads, what it takes in memory, what it would generate. Answered where
/// they are asked, in a checker, a planner, a dry run, a table and a runner, every question is a
/// `switch` over all kinds of stages, and a new kind is an edit in each of them.
///
/// # The answer
///
/// A kind of stage is a record of settings and a class that implements [dev.tesuji.stage.Stage]:
///
/// | method | answers | when |
/// |---|---|---|
/// | `inputs` | which files it reads | for tables and checks of data |
/// | `check` | whether the settings go with each other and the model | before any data is read |
/// | `read` | whether the data will do, and keeps it | before the first stage is run |
/// | `memory` | what it takes | after reading, as exactly as is known |
/// | `describe` | what it would do, for people | in a dry run |
/// | `open` | a trainer, with what must be closed after it | when its turn has come |
///
/// A dry run calls the first five with a model without weights, and stops; a run calls the same and
/// goes on. What differs is in [dev.tesuji.stage.RunContext]: `read` gives a stage all of a file in
/// a run, and in a dry run checks its first rows and gives nothing.
///
/// # Adding a kind
///
/// 1. A record that implements [dev.tesuji.recipe.StageSettings], with a constant `DEFAULT`, and a
///    class that implements [dev.tesuji.stage.Stage]. Both may be in one file.
/// 2. A line in [dev.tesuji.stage.StandardKinds], or `registry.withStage(...)` where it is not
///    Tesuji's own.
///
/// With that it can be written in recipes, set from the command line, resumed, and it is in tables,
/// reports and the schema. `OwnStageTest` adds one.
///
/// # Randomness
///
/// Each stage draws from [dev.tesuji.random.Streams] of its own, by the stage's name and the name
/// of the purpose. Another stage put before it changes nothing of it.
///
/// # What was left out
///
/// Stages that run side by side, and stages that depend on what a former one measured: a recipe is
/// a list, and a person reads it from the top.
///
/// # Reading order
///
/// [dev.tesuji.stage.Stage], [dev.tesuji.stage.PretrainStage] as the smallest, then
/// [dev.tesuji.stage.SftStage], [dev.tesuji.stage.RlStage]; [dev.tesuji.stage.RunContext],
/// [dev.tesuji.stage.Input], [dev.tesuji.stage.Registry], [dev.tesuji.stage.StandardKinds].
@org.jspecify.annotations.NullMarked
package dev.tesuji.stage;
