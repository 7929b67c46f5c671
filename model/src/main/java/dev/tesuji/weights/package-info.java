/// Weights on disk: Hugging Face model directories, and GGUF files in their place.
///
/// # The problem
///
/// Users bring models from other tools and take them there again. So what Tesuji reads and writes
/// is a directory that transformers reads and writes: `config.json`, safetensors in one file or in
/// shards, the tokenizer's files. Every checkpoint of a run is such a directory.
///
/// # Safetensors
///
/// A file is 8 bytes of length, that much JSON, and the tensors' bytes:
///
/// ```
/// u64 little-endian n | {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...} | data
/// ```
///
/// [dev.tesuji.weights.Safetensors] checks the header against the file before it believes any of
/// it: lengths, types, shapes, and that the tensors follow each other without holes to the last
/// byte. A tensor is memory-mapped piece by piece while it is copied into the model, so a
/// checkpoint never stands in memory twice.
///
/// # GGUF
///
/// A `.gguf` file stands wherever a directory does. Its small files are those of
/// [dev.tesuji.folder.ModelFolder]; its weights are seen under the names and in the order of rows
/// of a checkpoint ([dev.tesuji.weights.Checkpoint] chooses). [dev.tesuji.weights.GgufConverter]
/// writes one.
///
/// # What must match
///
/// The names that the configuration asks for and those that the files have must be the same set;
/// missing and surplus ones are listed. Two surpluses are known and ignored: `rotary_emb.inv_freq`,
/// which old checkpoints carry, and `lm_head.weight` beside tied embeddings. Names and shapes are
/// compared before memory is taken for a model: it is first made on the device `meta`, where
/// tensors have shapes and no elements. So nothing is allocated on the word of a configuration
/// alone.
///
/// # Saving
///
/// Tensors are written one at a time ([dev.tesuji.weights.ModelConverter] makes each when its turn
/// comes). The configuration is written as it was read, with every field, but for the type of the
/// weights; the small files go along ([dev.tesuji.weights.ModelFiles]), from memory, so that a run
/// can save its model after the directory that it came from is gone.
///
/// # End of sequence
///
/// Which tokens end a text is read from `generation_config.json`, else `config.json`, and the
/// tokenizer's own `eos_token` is added: published models disagree with themselves here, and a
/// model that is never stopped is the field's oldest defect.
///
/// # Reading order
///
/// [dev.tesuji.weights.LoadedModel], [dev.tesuji.weights.ModelDirectory],
/// [dev.tesuji.weights.Checkpoint], [dev.tesuji.weights.Safetensors]; then
/// [dev.tesuji.weights.ModelConverter] and [dev.tesuji.weights.ModelSummary].
@org.jspecify.annotations.NullMarked
package dev.tesuji.weights;
