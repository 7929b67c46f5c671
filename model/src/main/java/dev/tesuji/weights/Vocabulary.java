package dev.tesuji.weights;

import dev.tesuji.nn.ModelConfig;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Shape;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.text.NewTokens;
import dev.tesuji.weights.ModelConverter.Source;
import dev.tesuji.weights.SafetensorsWriter.Form;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// The rows of a model's embedding and head while tokens are added.
///
/// A new token's rows are the mean of those that tokens had before, as transformers'
/// `resize_token_embeddings` begins too: its logit is then an ordinary one, where a row of chance
/// may lie above all others ([Hewitt,
/// 2021](https://nlp.stanford.edu/~johnhew/vocab-expansion.html)). Rows that no token had are used
/// first; there are more only where those do not suffice.
///
/// @param config with the rows
/// @param files the small files, with the tokens
/// @param rows the matrix had
/// @param known how many of them belonged to tokens
/// @param added the tokens that were added, and their rows
record Vocabulary(
    ModelConfig config, ModelFiles files, int rows, int known, Map<String, Integer> added) {
  private static final List<String> MATRICES =
      List.of("model.embed_tokens.weight", "lm_head.weight");
  private static final int BLOCK = 4096; // rows

  /// Adds tokens to a model's small files.
  ///
  /// @throws dev.tesuji.check.BadInput when it has no tokenizer that they can be added to
  static Vocabulary of(ModelConfig config, ModelParts parts, NewTokens tokens) {
    ModelFiles files = ModelFiles.read(parts);
    int rows = config.vocabularySize();
    if (tokens.isEmpty()) {
      return new Vocabulary(config, files, rows, rows, Map.of());
    }
    NewTokens.Extended extended = tokens.extend(parts.tokenizer(), rows);
    Map<String, byte[]> others = new LinkedHashMap<>(files.others());
    others.putAll(extended.files());
    return new Vocabulary(
        config.with(Math.max(rows, extended.rows()), config.tiedEmbeddings()),
        new ModelFiles(files.config(), others),
        rows,
        Math.min(rows, extended.before()),
        extended.ids());
  }

  /// Returns a source whose embedding and head have the rows of new tokens.
  Source grown(Source source) {
    return added.isEmpty()
        ? source
        : (name, form) ->
            MATRICES.contains(name) ? grown(source, name, form) : source.make(name, form);
  }

  private Tensor grown(Source source, String name, Form form) {
    long width = form.shape().sizes()[1];
    Tensor before = source.make(name, new Form(form.dtype(), new Shape(rows, width)));
    Tensor mean = mean(before.narrow(0, 0, known)).to(form.dtype());
    Tensor after = Tensor.zeros(form.dtype(), form.shape().sizes());
    after.narrow(0, 0, rows).copy_(before);
    for (int id : new TreeSet<>(added.values())) {
      if (id >= known) {
        after.select(0, id).copy_(mean);
      }
    }
    return after;
  }

  /// Returns the mean of the rows `[V, C]`, summed in float64 block by block.
  private static Tensor mean(Tensor matrix) {
    Tensor sum = Tensor.zeros(Dtype.FLOAT64, matrix.size(1));
    for (long from = 0; from < matrix.size(0); from += BLOCK) {
      long count = Math.min(BLOCK, matrix.size(0) - from);
      sum.add_(matrix.narrow(0, from, count).to(Dtype.FLOAT64).sum(0), 1);
    }
    return sum.div((double) matrix.size(0));
  }
}
