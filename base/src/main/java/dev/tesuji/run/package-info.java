/// Run directories: where a run writes, and how it is stopped.
///
/// [dev.tesuji.run.RunDirectory] names every file of a run and lets one process at a time write.
/// Its layout is an interface: trainers write to it, pages read from it, and neither knows the
/// other. [dev.tesuji.run.Progress] prints rates and time left. [dev.tesuji.run.StopSignal] turns
/// Ctrl-C into "save and stop after this step" ([dev.tesuji.run.Stopped]); [dev.tesuji.run.Halted]
/// says that the guardian ended a run.
@org.jspecify.annotations.NullMarked
package dev.tesuji.run;
