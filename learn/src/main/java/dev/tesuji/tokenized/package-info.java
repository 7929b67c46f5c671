/// Tokenized data sets: texts as token ids, with the part of each that is scored.
///
/// A [dev.tesuji.tokenized.TokenSequence] is a row of ids and how many of them are given; the
/// others are scored. Masks come from these lengths, never from the identity of a token.
/// [dev.tesuji.tokenized.TokenizedDataset] makes them from data sets
/// ([dev.tesuji.dataset.Dataset]): rows with `prompt` and `completion`, with `text`, or with
/// conversations, which become text by the model's own chat template. `Mixture` draws from several
/// sources by their shares, each through epochs of its own.
///
/// [dev.tesuji.tokenized.MicroBatches] cuts an update into parts that fit into memory, by tokens.
///
/// # Reading order
///
/// [dev.tesuji.tokenized.TokenSequence], [dev.tesuji.tokenized.TextSource],
/// [dev.tesuji.tokenized.TokenizedDataset], [dev.tesuji.tokenized.MicroBatches].
@org.jspecify.annotations.NullMarked
package dev.tesuji.tokenized;
