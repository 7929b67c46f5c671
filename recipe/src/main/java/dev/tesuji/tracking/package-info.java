/// Runs where teams keep theirs: parameters, metrics and artefacts on an
/// [MLflow](https://mlflow.org) server.
///
/// # The problem
///
/// A tracker is somebody else's machine. It is slow, down, full or gone, and a run must not notice:
/// no step may wait for it, nothing may pile up in memory, and what it missed must be there in the
/// end.
///
/// # The queue is the run itself
///
/// Everything that is sent lies in the run directory already: `metrics.jsonl` with a line per step,
/// `recipe.yaml`, `report.json`, `report.html`, the models. So there is no second queue. What has
/// arrived is in `tracking.json` ([dev.tesuji.tracking.TrackingState]): how far into the metrics,
/// which artefacts. A thread of its own reads on from there every few seconds
/// ([dev.tesuji.tracking.BackgroundTracker]); a later run of the same directory, or `./tesuji track
/// RUN`, does the same ([dev.tesuji.tracking.Tracker]).
///
/// What was sent and not acknowledged is sent again with the same time, step and value, which
/// MLflow keeps once. Times are the run's start and the seconds of its steps, so that they are the
/// same each time.
///
/// # Why not MLflow's Java client
///
/// Six requests with JSON bodies are all that is needed, and what is asked of them (short limits of
/// time, no retry that blocks, nothing kept in memory) is about the transport.
/// [dev.tesuji.tracking.MlflowClient] makes them with the JDK alone.
///
/// # Names
///
/// A metric is `STAGE/METRIC`, since every stage counts its steps from 1; signs that MLflow does
/// not take become `_`. A parameter is a key of the effective recipe, stages by name.
@org.jspecify.annotations.NullMarked
package dev.tesuji.tracking;
