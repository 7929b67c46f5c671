/// Checks of what users hand in: one sentence that says what is wrong.
///
/// # The problem
///
/// Most failures of a training run are decided before it starts: a misspelt key, a column that is
/// not there, a file that was cut short in a copy. A tool that reports them as a stack trace from
/// the fortieth minute has wasted forty minutes and explained nothing.
///
/// # The rules
///
/// 1. Every mistake in a file, a recipe or a command line becomes a [dev.tesuji.check.BadInput].
///    Its message is one sentence that names the file, the line where there is one, the field, what
///    it must be, what it was, and the remedy where that is not plain: ``train.jsonl:17: field
///    'answer' is missing; the line has 'question', 'solution'``.
/// 2. It is thrown before anything is written. What is written is written beside its place and
///    renamed ([dev.tesuji.files.SafeFiles]), so that a reader, or a crash, never meets half of it.
/// 3. The command line prints the sentence and exits with 2. Anything else that escapes is a defect
///    of Tesuji and is printed as one.
/// 4. Settings check themselves in their constructors, with one wording
///    ([dev.tesuji.check.Require]): "`name` must be `constraint`, got `value`". The recipe adds the
///    place.
///
/// # Reading order
///
/// [dev.tesuji.check.BadInput], [dev.tesuji.json.Fields], [dev.tesuji.json.JsonLines],
/// [dev.tesuji.json.Json], [dev.tesuji.files.InputFiles], [dev.tesuji.files.SafeFiles],
/// [dev.tesuji.check.DidYouMean].
@org.jspecify.annotations.NullMarked
package dev.tesuji.check;
