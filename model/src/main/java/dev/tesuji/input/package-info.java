/// What users hand in: reading it, and saying in one sentence what is wrong with it.
///
/// Every mistake in a file, a recipe or a command line becomes a [dev.tesuji.input.BadInput], whose
/// message names the file, the line where there is one, the field, what it must be and what it was.
/// The command line prints that sentence and nothing else.
@org.jspecify.annotations.NullMarked
package dev.tesuji.input;
