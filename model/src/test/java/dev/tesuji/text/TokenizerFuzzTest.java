package dev.tesuji.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.tensor.Ordeal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// Reads broken tokenizers; those that are accepted turn texts into ids that a model has rows for,
/// and ids into texts.
class TokenizerFuzzTest {
  private static final int CASES = Integer.getInteger("tesuji.fuzz.cases", 2000);
  private static final String TEXT =
      "Natalia sold 48/2 = 24 clips; it's   <|im_start|>à la carte\n\n世界 🦙 <|endoftext|>";

  /// A model of another kind with one of each normalizer, pre-tokenizer and decoder around it.
  private static final String UNIGRAM =
      """
      {"version": "1.0", "truncation": {"direction": "Right", "max_length": 8,
        "strategy": "LongestFirst", "stride": 2},
       "padding": {"strategy": {"Fixed": 12}, "direction": "Right", "pad_to_multiple_of": 4,
        "pad_id": 0, "pad_type_id": 0, "pad_token": "<unk>"},
       "added_tokens": [{"id": 0, "content": "<unk>", "single_word": false, "lstrip": false,
        "rstrip": true, "normalized": true, "special": true}],
       "normalizer": {"type": "Sequence", "normalizers": [
        {"type": "Precompiled", "precompiled_charsmap": "CHARSMAP"},
        {"type": "Strip", "strip_left": true, "strip_right": true}, {"type": "NFKC"},
        {"type": "Prepend", "prepend": "▁"}, {"type": "Lowercase"}, {"type": "StripAccents"},
        {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
         "strip_accents": null, "lowercase": true},
        {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]},
       "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
        {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
        {"type": "Punctuation", "behavior": "Isolated"},
        {"type": "Digits", "individual_digits": true}]},
       "post_processor": {"type": "RobertaProcessing", "sep": ["<unk>", 0], "cls": ["a", 2],
        "trim_offsets": true, "add_prefix_space": true},
       "decoder": {"type": "Sequence", "decoders": [
        {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"},
        {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0},
        {"type": "CTC", "pad_token": "<pad>", "word_delimiter_token": "|", "cleanup": true},
        {"type": "WordPiece", "prefix": "##", "cleanup": true},
        {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
        {"type": "BPEDecoder", "suffix": "</w>"}]},
       "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": false, "vocab": [
        ["<unk>", 0.0], ["▁", -1.5], ["a", -2.5], ["▁a", -3.0], ["t", -3.5], ["l", -4.0],
        ["e", -4.5], ["al", -5.0], ["世", -6.0], ["<0xF0>", -7.0]]}}
      """
          .replace("CHARSMAP", charsmap());

  private static final String WORD_PIECE =
      """
      {"version": "1.0", "added_tokens": [{"id": 0, "content": "[UNK]", "special": true,
        "single_word": true, "lstrip": true, "rstrip": true, "normalized": false}],
       "normalizer": {"type": "ByteLevel"}, "pre_tokenizer": {"type": "BertPreTokenizer"},
       "post_processor": {"type": "BertProcessing", "sep": ["[UNK]", 0], "cls": ["a", 1]},
       "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
       "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "a": 1, "##l": 2, "it": 3,
        "##s": 4, "clip": 5}}}
      """;

  private static final String BPE =
      """
      {"version": "1.0", "added_tokens": [{"id": 9, "content": "</s>", "special": true,
        "single_word": false, "lstrip": false, "rstrip": false, "normalized": true}],
       "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
       "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\\\s+(?!\\\\S)|(a+)+$"},
        "behavior": "MergedWithPrevious", "invert": true},
       "post_processor": null, "decoder": {"type": "BPEDecoder", "suffix": "</w>"},
       "model": {"type": "BPE", "dropout": 0.1, "unk_token": "<unk>",
        "continuing_subword_prefix": "#", "end_of_word_suffix": "</w>", "fuse_unk": true,
        "byte_fallback": true, "ignore_merges": true,
        "vocab": {"<unk>": 0, "a": 1, "#l": 2, "al": 3, "#s": 4, "als": 5, "t</w>": 6,
         "<0xE4>": 7, "#t": 8}, "merges": ["a #l", "al #s"]}}
      """;

  /// Maps A to a: a root, its child and the child's leaf in a double-array trie.
  private static String charsmap() {
    int units = 1024;
    ByteBuffer map =
        ByteBuffer.allocate(4 + 4 * units + 2).order(ByteOrder.LITTLE_ENDIAN).putInt(4 * units);
    int child = 256 ^ 'A';
    map.putInt(4, 256 << 10);
    map.putInt(4 + 4 * child, 512 << 10 | 1 << 8 | 'A');
    map.putInt(4 + 4 * (child ^ 512), 1 << 31);
    map.put(4 + 4 * units, (byte) 'a');
    return Base64.getEncoder().encodeToString(map.array());
  }

  @TempDir private Path folder = Path.of("");

  @Test
  void aBrokenTokenizerReadsTextOrIsRefusedInASentence() throws Exception {
    List<ObjectNode> whole = new ArrayList<>();
    whole.add(Json.readObject(Fixtures.checkout().resolve("models/base/tokenizer.json")));
    for (String text : List.of(UNIGRAM, WORD_PIECE, BPE)) {
      whole.add((ObjectNode) Json.MAPPER.readTree(text));
    }
    for (Path style : Fixtures.list("tokenizers")) {
      if (Files.exists(style.resolve("tokenizer.json"))) {
        whole.add(Json.readObject(style.resolve("tokenizer.json")));
      }
    }
    Path file = folder.resolve("tokenizer.json");
    try (Ordeal ordeal = new Ordeal(folder)) {
      ordeal.run(
          CASES,
          mutations -> {
            Files.write(file, mutations.jsonFile(whole.get(mutations.below(whole.size()))));
            return new Ordeal.Trial(Files.size(file), () -> use(folder));
          });
      ordeal.requireBoth();
    }
  }

  private static void use(Path directory) {
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      int[] ids = tokenizer.encodeWithSpecials(TEXT);
      for (int id : ids) {
        assertThat(id).isBetween(0, tokenizer.vocabularySize() - 1);
      }
      tokenizer.decode(ids);
      tokenizer.decodeWithSpecials(new int[] {0, tokenizer.vocabularySize() - 1, 1_000_000_000});
    }
  }
}
