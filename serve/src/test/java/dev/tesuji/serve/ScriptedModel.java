package dev.tesuji.serve;

import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.Parameter;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.ModelDirectory;
import dev.tesuji.weights.ModelFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A model whose every word was written beforehand: a chain in which the next token depends on the
/// last one alone. Its attention and feed-forward weights are zero, its embedding is the identity,
/// and its head holds the chain.
///
/// What is not scripted is drawn at random from the bytes, so that characters are broken
/// everywhere.
final class ScriptedModel {
  static final int SIZE = 320;
  static final int POSITIONS = 8192;
  static final int BYTES = 256;
  private static final double CERTAIN = 40;
  private static final List<String> SPECIALS = List.of("<|im_start|>", "<|im_end|>");

  private final Map<String, Integer> words = new LinkedHashMap<>();
  private final float[] head = new float[SIZE * SIZE]; // [next, last]

  ScriptedModel() {
    float[] noise = new float[SIZE * SIZE];
    Rng.fillNormal(noise, 1, 7, 0);
    for (int next = 0; next < SIZE; next++) {
      for (int last = 0; last < SIZE; last++) {
        set(last, next, next < BYTES ? noise[next * SIZE + last] : -30);
      }
    }
    SPECIALS.forEach(this::word);
    script("\n", "Hello", " wor", "ld", "!", "<|im_end|>");
    script(
        "[think]",
        "<think>",
        "\nLet me",
        " see",
        ".\n",
        "</think>",
        "\n\n",
        "The answer",
        " is",
        " caf",
        "\u00c3",
        "\u00a9",
        " now",
        "<|im_end|>");
    script("[ponder]", "<think>\n", " hm");
    chain(" hm", " hm"); // without end
    script("[loop]", "tick", " tock");
    chain(" tock", " tock");
    script("[half]", "half", "\u00e2", "<|im_end|>");
    word("[free]");
    for (int last = 0; last < BYTES; last++) {
      set(last, word("<|im_end|>"), -1);
    }
    chain("[free]", "a");
    script("[call]", "<tool_call>", "\n");
    script("\n", "Hello", " wor", "ld", "!", "<|im_end|>");
  }

  /// Writes the model to a directory.
  static Path write(Path directory) {
    return new ScriptedModel().save(directory, TEMPLATE);
  }

  private void set(int last, int next, double logit) {
    head[next * SIZE + last] = (float) (logit / Math.sqrt(SIZE));
  }

  /// Makes each token the one that surely follows the one before. A token of one script that is met
  /// in another goes on as the later one says.
  void script(String... tokens) {
    for (int i = 1; i < tokens.length; i++) {
      chain(tokens[i - 1], tokens[i]);
    }
  }

  private void chain(String last, String next) {
    chances(last, Map.of(next, CERTAIN));
  }

  /// Makes some tokens follow another by logits.
  void chances(String last, Map<String, Double> logits) {
    for (int id = 0; id < SIZE; id++) {
      set(id(last), id, -30);
    }
    logits.forEach((next, logit) -> set(id(last), id(next), logit));
  }

  /// Returns the id of a token; a single character of those up to 255 is that byte.
  private int id(String token) {
    return token.length() == 1 && token.charAt(0) < BYTES ? token.charAt(0) : word(token);
  }

  private int word(String token) {
    return words.computeIfAbsent(token, _ -> BYTES + words.size());
  }

  /// Writes the model to a directory.
  ///
  /// @param template its chat template
  Path save(Path directory, String template) {
    ObjectNode config = Json.MAPPER.createObjectNode();
    config.putArray("architectures").add("LlamaForCausalLM");
    config.put("model_type", "llama").put("vocab_size", SIZE).put("hidden_size", SIZE);
    config.put("intermediate_size", 16).put("num_hidden_layers", 1);
    config.put("num_attention_heads", 5).put("num_key_value_heads", 5).put("head_dim", 64);
    config.put("max_position_embeddings", POSITIONS).put("hidden_act", "silu");
    config.put("rms_norm_eps", 1e-9).put("rope_theta", 10_000.0);
    config.put("attention_bias", false).put("mlp_bias", false);
    config.put("tie_word_embeddings", false).put("torch_dtype", "float32");
    config.put("eos_token_id", word("<|im_end|>"));
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("tokenizer.json", bytes(tokenizer()));
    ObjectNode more = Json.MAPPER.createObjectNode().put("eos_token", "<|im_end|>");
    more.put("tokenizer_class", "PreTrainedTokenizerFast").put("chat_template", template);
    files.put("tokenizer_config.json", bytes(more));
    try (CausalLm model =
        Decoders.create(ConfigReader.parse(directory, config), Dtype.FLOAT32, Device.CPU)) {
      fill(model);
      ModelDirectory.save(model, new ModelFiles(config, files), directory);
    }
    return directory;
  }

  /// ChatML, with tools and calls as Hermes writes them.
  static final String TEMPLATE =
      """
      {% if tools %}<|im_start|>system
      {% for t in tools %}{{ t | tojson }}
      {% endfor %}<|im_end|>
      {% endif %}{% for m in messages %}<|im_start|>{{ m.role }}
      {% if m.reasoning_content %}<think>
      {{ m.reasoning_content }}
      </think>

      {% endif %}{{ m.content or '' }}{% for c in m.tool_calls or [] %}<tool_call>
      {"name": "{{ c.function.name }}", "arguments": {{ c.function.arguments | tojson }}}
      </tool_call>{% endfor %}<|im_end|>
      {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
      {{ start | default('') }}{% endif %}\
      """;

  private void fill(CausalLm model) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      for (Parameter p : model.parameters()) {
        String name = p.parts().getFirst().name();
        if (name.endsWith("norm.weight")) {
          p.tensor().fill_(1);
        } else {
          p.tensor().zero_();
        }
      }
      model.embedding().copy_(Tensor.eye(Dtype.FLOAT32, SIZE));
      model.head().copy_(Tensor.of(head, SIZE, SIZE));
    }
  }

  private static byte[] bytes(ObjectNode json) {
    return Json.pretty(json).getBytes(StandardCharsets.UTF_8);
  }

  private ObjectNode tokenizer() {
    ObjectNode json = Json.MAPPER.createObjectNode().put("version", "1.0");
    json.putNull("truncation").putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    words.forEach((word, id) -> {
      ObjectNode token = added.addObject().put("id", id).put("content", word);
      token.put("single_word", false).put("lstrip", false).put("rstrip", false);
      token.put("normalized", false).put("special", SPECIALS.contains(word));
    });
    json.putNull("normalizer");
    ObjectNode byteLevel = json.putObject("pre_tokenizer").put("type", "ByteLevel");
    byteLevel.put("add_prefix_space", false).put("trim_offsets", false).put("use_regex", true);
    json.putNull("post_processor");
    ObjectNode decoder = json.putObject("decoder").put("type", "ByteLevel");
    decoder.put("add_prefix_space", false).put("trim_offsets", false).put("use_regex", false);
    ObjectNode model = json.putObject("model").put("type", "BPE");
    model.putNull("dropout").putNull("unk_token").putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix").put("fuse_unk", false).put("byte_fallback", false);
    ObjectNode vocabulary = model.putObject("vocab");
    List<String> letters = letters();
    IntStream.range(0, BYTES).forEach(b -> vocabulary.put(letters.get(b), b));
    words.forEach(vocabulary::put);
    for (int id = BYTES + words.size(); id < SIZE; id++) {
      vocabulary.put("<unused" + id + ">", id);
    }
    model.putArray("merges");
    return json;
  }

  /// Returns how GPT-2 writes each byte.
  private static List<String> letters() {
    List<String> letters = new ArrayList<>();
    int other = BYTES;
    for (int b = 0; b < BYTES; b++) {
      boolean plain = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
      letters.add(Character.toString(plain ? b : other++));
    }
    return letters;
  }
}
