/// GGUF: the one-file models of llama.cpp, Ollama and their kin.
///
/// # The problem
///
/// Most people run models as GGUF files, and most models that they want to train or to serve are in
/// a Hugging Face directory. So Tesuji reads a GGUF file wherever it reads a directory, and writes
/// one from any model of a family that the format has.
///
/// # The format
///
/// [Version 3](https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), little-endian:
///
/// ```
/// "GGUF" | u32 3 | u64 tensors | u64 fields
/// fields:  text key | u32 kind | value            (a text is a u64 length and UTF-8)
/// tensors: text name | u32 rank | u64 sizes, innermost first | u32 type | u64 offset
/// zeros up to a multiple of 32, then the data of the tensors, each at a multiple of 32
/// ```
///
/// [dev.tesuji.gguf.GgufHeader] checks all of it against the file before it believes any: counts
/// and lengths by what follows, kinds and types, that tensors follow each other, aligned, and end
/// inside of the file. Lists (a vocabulary has hundreds of thousands of texts) stay in the mapped
/// file until somebody asks for them.
///
/// # Types
///
/// A type keeps a block of 32 or 256 weights as small whole numbers with scales
/// ([dev.tesuji.gguf.Blocks]). All are decoded to the last bit as the Python package `gguf` decodes
/// them. F32, F16, BF16, Q8_0 and Q4_K_M are written; the last is llama.cpp's mixture of types
/// ([dev.tesuji.gguf.Quantization]). The scales of Q4_K and Q6_K are found by least squares
/// ([dev.tesuji.gguf.Quantiser]), without an importance matrix.
///
/// # The small files
///
/// The metadata says what `config.json`, `tokenizer.json`, `tokenizer_config.json` and
/// `generation_config.json` say, and [dev.tesuji.gguf.GgufFiles] makes these from it: everything
/// that reads a model directory by [dev.tesuji.folder.ModelFolder] then reads a GGUF file.
///
/// Some things stand in tensors: an absent `output.weight` ties the embeddings; `rope_freqs.weight`
/// holds Llama 3's stretched positions ([dev.tesuji.gguf.RopeFactors]).
///
/// # Tokenizers
///
/// A file names the way to cut texts (`tokenizer.ggml.pre`), where a `tokenizer.json` spells it
/// out. A name or a pattern that is not known ([dev.tesuji.gguf.PreTokenizer]) is refused: a wrong
/// guess gives other ids without a word. SentencePiece's scores become merges and back. Where the
/// fields cannot say all of a tokenizer, the whole `tokenizer.json` goes along.
///
/// # Reading order
///
/// [dev.tesuji.gguf.GgufFile], [dev.tesuji.gguf.GgufHeader], [dev.tesuji.gguf.Blocks]; then
/// [dev.tesuji.gguf.GgufConfig], [dev.tesuji.gguf.GgufTokenizer]; then
/// [dev.tesuji.gguf.GgufWriter], [dev.tesuji.gguf.TokenizerWriter]. The order of rows, which
/// differs between the formats, is in `dev.tesuji.weights` (`GgufWeights`, `GgufConverter`).
///
/// # What was left out
///
/// Types of two and three bits and those with tables (IQ...), files in several parts, big-endian
/// files, other tokenizers than byte-level and SentencePiece pairs, and the importance matrix.
@org.jspecify.annotations.NullMarked
package dev.tesuji.gguf;
