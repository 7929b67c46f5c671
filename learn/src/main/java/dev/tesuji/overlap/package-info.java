/// Overlap of what is learned from with what is held out.
///
/// # The problem
///
/// A figure on held-out problems is worth something as long as nothing of them was learned from.
/// Rows that repeat, the same question in another dress, pairs of answers to one prompt on both
/// sides of a split, demonstrations that were made of a test set: all of them raise the figure and
/// none shows in it.
///
/// # The answer
///
/// | | |
/// |---|---|
/// | [dev.tesuji.overlap.PromptKey] | by which every split goes: what has one key is on one side |
/// | [dev.tesuji.overlap.HeldOutTexts] | finds what is learned from among what is held out: the same, or 13 words in a row |
/// | [dev.tesuji.overlap.Fingerprints] | texts as 64 bits each, for what is too much to hold |
///
/// Tasks of files, preference data and the data of reward models are split by the key of the
/// prompt. Rows of training data that ask a problem of the file that is held out are left out. A
/// dry run and an audit (`runner.OverlapCheck`) look for what splits cannot know of:
/// demonstrations, texts and preferences that hold problems of the task that is evaluated on.
@org.jspecify.annotations.NullMarked
package dev.tesuji.overlap;
