/// Text and token ids.
///
/// # The problem
///
/// A model knows text only as ids, and every tool that touches it must turn the same text into the
/// same ids, to the last special token. So the work is done by Hugging Face's own tokenizer library
/// (through DJL), driven by the `tokenizer.json` of the model directory; nothing is reimplemented.
///
/// # Special tokens
///
/// `encode` adds none; `encodeWithSpecials` adds what the tokenizer's own post-processor adds, such
/// as a beginning of sequence. No other place in Tesuji adds special tokens, so that none is added
/// twice; the end of a text to be learned is appended by the text's source, once.
///
/// # Where prompt and completion meet
///
/// Tokenizers merge across the seam: the ids of `prompt + completion` need not begin with the ids
/// of `prompt`. Generation starts from the prompt's own ids, so training must too.
/// `encodeContinuation` takes the rest of the joint encoding where that begins with the prompt's
/// ids, and encodes the completion alone where it does not. In the other direction,
/// `decodeContinuation` decodes both together and takes the prompt's text off, since a token may be
/// written differently at the beginning of a text (a leading space that SentencePiece drops).
///
/// # Where tokens stand
///
/// `encodeWithOffsets` also says which characters of the text each token covers
/// ([dev.tesuji.text.Encoded]), so that a part of a text can be marked after the whole was encoded
/// at once. The tokens that share the bytes of one character all cover that character.
///
/// # Streams
///
/// A character can take several tokens, and half a character must never be shown.
/// [dev.tesuji.text.TextStream] gives out text once it ends in a whole character; what it gives out
/// token by token equals Hugging Face's `DecodeStream`, which the fixtures hold it to.
///
/// # Broken files
///
/// The library ends the whole process where it does not expect what it finds. So `TokenizerFile`
/// looks at a `tokenizer.json` first, and refuses what fuzzing (`TokenizerFuzzTest`) found to do
/// so:
///
/// 1. numbers beyond float64, half surrogate pairs and deep nesting in a decoder;
/// 2. a template that uses a special token which it does not define;
/// 3. a merge whose second part is shorter than `continuing_subword_prefix`, or cut inside a
///    character by it;
/// 4. a compiled map of characters (`Precompiled`) that is cut off or leads outside itself.
///
/// Keys that an object has twice are refused, since the library may read the other one. A regular
/// expression that takes exponential time is not recognised.
///
/// The library gives an added token the id after the highest, whatever the file says, and keeps the
/// first of two with the same text; `specials` and `vocabularySize` say what it does.
///
/// # Reading order
///
/// [dev.tesuji.text.Tokenizer], [dev.tesuji.text.Encoded], [dev.tesuji.text.TextStream], then
/// `TokenizerFile` and `CharacterMap`.
///
/// # What was left out
///
/// Slow (Python) tokenizers and bare SentencePiece models: a directory must have `tokenizer.json`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.text;
