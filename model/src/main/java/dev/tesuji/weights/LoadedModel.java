package dev.tesuji.weights;

import dev.tesuji.check.BadInput;
import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.Lora;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// A model directory in memory: the decoder, its tokenizer where it has one, and its small files.
///
/// @param parts where its parts came from
/// @param decoder the weights at work
/// @param tokenizer null where the directory has none, so that only token ids can be used
/// @param files what is saved beside the weights
/// @param endTokens the tokens that end a text: those of `generation_config.json`, else of
///   `config.json`, and the tokenizer's own
public record LoadedModel(
    ModelParts parts,
    CausalLm decoder,
    @Nullable Tokenizer tokenizer,
    ModelFiles files,
    Set<Integer> endTokens)
    implements AutoCloseable {
  private static final String GENERATION = "generation_config.json";

  /// Copies the set.
  public LoadedModel {
    endTokens = Set.copyOf(endTokens);
  }

  /// Makes one whose parts all came from one folder.
  public LoadedModel(
      Path directory,
      CausalLm decoder,
      @Nullable Tokenizer tokenizer,
      ModelFiles files,
      Set<Integer> endTokens) {
    this(ModelParts.whole(directory), decoder, tokenizer, files, endTokens);
  }

  /// Returns where its weights came from; the base's directory where there are adapters.
  public Path directory() {
    return parts.base();
  }

  /// Reads a model directory, or an adapter's directory with the base that it names.
  ///
  /// @param dtype the type to compute in; the weights are converted
  /// @throws BadInput when a part is missing or broken, or the parts do not fit each other
  public static LoadedModel load(Path path, Dtype dtype, Device device) {
    return load(ModelParts.of(path), dtype, device);
  }

  /// Reads a model as the other [#load] does, to compute in the type that its weights are stored
  /// for ([#computeType]).
  public static LoadedModel load(Path path, Device device) {
    ModelParts parts = ModelParts.of(path);
    return load(parts, computeType(ModelDirectory.config(parts.base()).dtype()), device);
  }

  /// Reads a model as [#load] does, to compute with and not to train: quantised weights of a
  /// `.gguf` file stay as they are stored, where kernels multiply them so, and no adapter is in
  /// their way.
  ///
  /// @param dtype the type to compute in; float32 for weights to stay as they are stored
  /// @throws BadInput when a part is missing or broken, or the parts do not fit each other
  public static LoadedModel loadAsStored(Path path, Dtype dtype, Device device) {
    ModelParts parts = ModelParts.of(path);
    return parts.adapter() == null
        ? around(ModelDirectory.loadAsStored(parts.base(), dtype, device), parts)
        : load(parts, dtype, device);
  }

  private static LoadedModel load(ModelParts parts, Dtype dtype, Device device) {
    Path adapter = parts.adapter();
    CausalLm decoder = ModelDirectory.load(parts.base(), dtype, device);
    if (adapter != null) {
      try {
        ModelConfig fitting = AdapterDirectory.fitting(decoder.config(), adapter);
        if (!fitting.equals(decoder.config())) {
          decoder = ModelDirectory.refit(decoder, fitting);
        }
        AdapterDirectory.load(decoder, adapter);
      } catch (RuntimeException e) {
        decoder.close();
        throw e;
      }
    }
    return around(decoder, parts);
  }

  /// Reads an adapter's directory, to be used beside these weights for as long as they are open.
  ///
  /// @return empty where it cannot: it has modules of its own beside the low-rank matrices, or
  ///   these weights have adapters already, or who computes with them takes none
  /// @throws BadInput when it is no adapter, or a broken one, or one of another model
  public Optional<SharedAdapter> share(Path adapter) {
    if (!ModelParts.isAdapter(adapter)) {
      throw BadInput.in(adapter, "must hold an adapter (adapter_config.json), and has none");
    }
    if (decoder.lora() != null || !decoder.compute().takesAdapters()) {
      return Optional.empty();
    }
    if (AdapterDirectory.hasWholeModules(adapter)) {
      return Optional.empty();
    }
    Lora lora = AdapterDirectory.adapt(decoder, adapter);
    try {
      AdapterDirectory.restore(lora, adapter);
      decoder.detachAdapters();
      return Optional.of(new SharedAdapter(around(decoder, parts.beside(adapter)), lora));
    } catch (RuntimeException e) {
      if (lora.equals(decoder.lora())) {
        decoder.detachAdapters();
      }
      lora.close();
      throw e;
    }
  }

  /// Reads a model directory, or an adapter's directory with the base that it names, but for the
  /// weights, which need not be there ([Decoders#planned]).
  ///
  /// @param dtype the type that it would compute in
  /// @param device where it would compute; need not exist
  /// @throws BadInput when a part is missing or broken, or the parts do not fit each other
  public static LoadedModel planned(Path path, Dtype dtype, Device device) {
    ModelParts parts = ModelParts.of(path);
    Path adapter = parts.adapter();
    ModelConfig base = ModelDirectory.config(parts.base());
    ModelConfig config = adapter == null ? base : AdapterDirectory.fitting(base, adapter);
    CausalLm decoder = Decoders.planned(config, dtype, device);
    try {
      if (adapter != null) {
        AdapterDirectory.adapt(decoder, adapter);
      }
    } catch (RuntimeException e) {
      decoder.close();
      throw e;
    }
    return around(decoder, parts);
  }

  /// Reads the directory of a reward model but for its head ([ScoreDirectory#readHead]). The
  /// decoder must not be asked for logits.
  ///
  /// @param dtype the type to compute in; the weights are converted
  /// @throws BadInput when it holds another model, or a part is missing or broken
  public static LoadedModel loadScoring(Path directory, Dtype dtype, Device device) {
    return around(ScoreDirectory.load(directory, dtype, device), ModelParts.whole(directory));
  }

  /// Adds the tokenizer and the small files to a decoder; closes that where they will not do.
  private static LoadedModel around(CausalLm decoder, ModelParts parts) {
    Tokenizer tokenizer = null;
    try {
      int rows = decoder.config().vocabularySize();
      Path words = parts.tokenizer();
      tokenizer = Tokenizer.exists(words) ? Tokenizer.load(words, rows) : null;
      ModelFiles files = ModelFiles.read(parts);
      if (tokenizer != null) {
        checkVocabulary(words, tokenizer, decoder.config());
      }
      return new LoadedModel(
          parts,
          decoder,
          tokenizer,
          files,
          endTokens(parts.base(), decoder.config(), files, tokenizer));
    } catch (RuntimeException e) {
      decoder.close();
      if (tokenizer != null) {
        tokenizer.close();
      }
      throw e;
    }
  }

  /// Returns the type to compute in for weights of a stored type: the same, but float32 for
  /// float16, whose range training leaves and which no CPU multiplies fast.
  ///
  /// @throws BadInput when they are 8-bit floats, which nothing is computed in
  public static Dtype computeType(Dtype stored) {
    if (stored == Dtype.FLOAT8) {
      throw new BadInput(
          "config.json: field 'quantization_config': the weights are quantised (fp8: 8-bit floats,"
              + " scaled in blocks), and nothing is computed in that; say as what to read them:"
              + " --dtype bfloat16 (a recipe: dtype: bfloat16) takes twice the memory of the files,"
              + " float32 four times");
    }
    return stored == Dtype.BFLOAT16 ? Dtype.BFLOAT16 : Dtype.FLOAT32;
  }

  private static void checkVocabulary(Path directory, Tokenizer tokenizer, ModelConfig config) {
    int rows = config.vocabularySize();
    if (tokenizer.vocabularySize() > rows) {
      throw BadInput.in(
          directory,
          "tokenizer.json has "
              + tokenizer.vocabularySize()
              + " tokens, more than the "
              + rows
              + " rows of the embedding; it belongs to another model, or the embedding must be"
              + " resized");
    }
  }

  /// Returns the tokens that end a text: those of `generation_config.json`, else of `config.json`,
  /// and the tokenizer's own.
  ///
  /// @throws BadInput when one of them has no embedding
  static Set<Integer> endTokens(
      Path directory, ModelConfig config, ModelFiles files, @Nullable Tokenizer tokenizer) {
    Set<Integer> ends = new LinkedHashSet<>();
    byte[] generation = files.others().get(GENERATION);
    if (generation != null) {
      collect(directory, parse(directory, generation).path("eos_token_id"), ends);
    }
    if (ends.isEmpty()) {
      ends.addAll(config.specials().eos());
    }
    Integer own = tokenizer == null ? null : tokenizer.idOf("eos_token");
    if (own != null) {
      ends.add(own);
    }
    for (int id : ends) {
      if (id < 0 || id >= config.vocabularySize()) {
        throw BadInput.in(
            directory,
            "the end-of-sequence token must be from 0 to "
                + (config.vocabularySize() - 1)
                + ", got "
                + id
                + ": correct eos_token_id in generation_config.json or config.json");
      }
    }
    return ends;
  }

  private static JsonNode parse(Path directory, byte[] json) {
    try {
      return Json.MAPPER.readTree(new String(json, StandardCharsets.UTF_8));
    } catch (JacksonException e) {
      throw new BadInput(directory.resolve(GENERATION) + ": not valid JSON", e);
    }
  }

  private static void collect(Path directory, JsonNode ids, Set<Integer> into) {
    if (ids.isArray()) {
      ids.forEach(id -> collect(directory, id, into));
    } else if (ids.isIntegralNumber() && ids.canConvertToInt()) {
      into.add(ids.intValue());
    } else if (!ids.isMissingNode() && !ids.isNull()) {
      throw BadInput.in(
          directory.resolve(GENERATION),
          "field 'eos_token_id' must be a token id or a list of them, got " + BadInput.brief(ids));
    }
  }

  /// Returns the tokenizer.
  ///
  /// @throws BadInput when the directory had none
  public Tokenizer requireTokenizer() {
    if (tokenizer == null) {
      throw BadInput.in(
          directory(), "has no tokenizer.json, which is needed to read and write text; add it");
    }
    return tokenizer;
  }

  /// Returns the reader of completions, as rewards and reports see them.
  ///
  /// @throws BadInput when the directory had no tokenizer
  public CompletionText completionText() {
    return new CompletionText(requireTokenizer(), endTokens);
  }

  /// Returns the token that is put at the end of a text to be learned.
  ///
  /// @throws BadInput when the model has none
  public int endToken() {
    Integer own = tokenizer == null ? null : tokenizer.idOf("eos_token");
    if (own != null) {
      return own;
    }
    return endTokens.stream()
        .sorted()
        .findFirst()
        .orElseThrow(() ->
            BadInput.in(
                directory(),
                "names no end-of-sequence token: set eos_token in tokenizer_config.json or"
                    + " eos_token_id in config.json"));
  }

  /// Writes what training moves to a directory: the adapters where there are any, else the model
  /// with its small files.
  ///
  /// @throws BadInput when it cannot be written
  public void save(Path target) {
    Lora lora = decoder.lora();
    if (lora == null) {
      ModelDirectory.save(decoder, files, target);
    } else {
      AdapterDirectory.save(lora, parts.base(), target);
      if (!parts.tokenizer().equals(parts.base()) || !parts.template().equals(parts.base())) {
        files.writeBeside(target);
      }
    }
  }

  /// Reads what [#save] wrote over the weights.
  ///
  /// @throws BadInput when it is corrupt or belongs to another model
  public void restore(Path source) {
    Lora lora = decoder.lora();
    if (lora == null) {
      ModelDirectory.restore(decoder, source);
    } else {
      AdapterDirectory.restore(lora, source);
    }
  }

  @Override
  public void close() {
    decoder.close();
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}
