package dev.tesuji.env;

/// A problem and its answer.
///
/// @param id names it within its task; a problem keeps its id in every run
/// @param text the problem as its author wrote it
/// @param answer the right answer, which the model never sees
/// @param source where it comes from, for people: a file and line, or the task's name
public record Problem(long id, String text, String answer, String source) {}
