/// Problems for models that others trained: sums told in words, and constraints on a text.
///
/// # The problem
///
/// A small instructed model solves few problems of GSM8K, so that reinforcement learning has
/// nothing to begin with. Problems of one step it sometimes solves; those of two and three steps
/// are then within reach one after the other.
///
/// # Sums told in words
///
/// [dev.tesuji.wordproblems.WordProblems] tells of one, two or three things that happen to what
/// somebody has, and asks how many there are in the end. Who has what, and what happens, is drawn
/// by chance. Problem number i is a function of i alone.
///
/// Held out are numbers: whether a problem is follows from the numbers in it, in their order. And
/// phrasings: every event and question has ways to be told that no training problem uses (`told:
/// anew`). So `told: as_trained` measures new numbers in known words, and `told: anew` both at
/// once.
///
/// # Constraints
///
/// [dev.tesuji.wordproblems.ConstrainedTexts] asks for a short text on some subject, with one or
/// two constraints of IFEval's kinds ([dev.tesuji.instruction]). Held out are subjects.
///
/// Both are put through the model's chat template (`template: chat`) unless told otherwise.
@org.jspecify.annotations.NullMarked
package dev.tesuji.wordproblems;
