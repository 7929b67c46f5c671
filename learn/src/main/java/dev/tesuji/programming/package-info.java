/// Programming problems: tasks and rewards whose judge is a run.
///
/// # The problem
///
/// R1 was paid by compilers and tests. Here a problem's gold answer are its tests
/// ([dev.tesuji.programming.CodeTests]), whatever its data set's format
/// ([dev.tesuji.programming.CodeFormat]); the program in a response is run in a jail
/// ([dev.tesuji.code.CodeGrader]), and the verdict is a right answer, a wrong one, or, where the
/// sandbox failed, none.
///
/// # Deviations
///
/// 1. A time-out is a wrong answer: it is about the program. (For other answers it is about the
///    grader.)
/// 2. APPS and LiveCodeBench compare numbers in outputs by value; here without a tolerance, as
///    LiveCodeBench has it.
///
/// # Left out
///
/// Interactive problems of Codeforces, and their tests that are generated and kept apart from the
/// data set.
///
/// # Reading order
///
/// [dev.tesuji.programming.CodeTests], [dev.tesuji.programming.CodeFormat],
/// [dev.tesuji.programming.CodeTask], [dev.tesuji.programming.Programs],
/// [dev.tesuji.programming.CodeReward].
@org.jspecify.annotations.NullMarked
package dev.tesuji.programming;
