/// The models that are served, and the one thread on which they compute.
///
/// # How it goes
///
/// Each [dev.tesuji.serve.model.ServedModel] has a [dev.tesuji.generate.GenerationEngine]; any
/// thread may ask it for answers. [dev.tesuji.serve.model.ModelThread] steps the engines in turn,
/// so that all answers of one model are generated in one batch. [dev.tesuji.serve.model.Draws] is
/// what the thread of a request waits at.
///
/// A step that fails costs what was being generated, and not the server: the engine is made anew.
@org.jspecify.annotations.NullMarked
package dev.tesuji.serve.model;
