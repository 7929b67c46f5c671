/// Model directories as the rest of Tesuji sees them: small files by name, wherever they come from.
///
/// A model is a folder of Hugging Face's layout, or one GGUF file, whose metadata says what the
/// small files of a folder say. [dev.tesuji.folder.ModelFolder#of] is the one place that tells them
/// apart: who reads `config.json` or a tokenizer through it reads both. The weights are told apart
/// in `dev.tesuji.weights` (`Checkpoint`).
///
/// Files that a GGUF file stands for have names of their own in messages, such as
/// `model.gguf/config.json`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.folder;
