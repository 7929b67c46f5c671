package dev.tesuji.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Text that arrives token by token is what all tokens at once give.
class TextStreamTest {
  private static final int SEQUENCES = Integer.getInteger("tesuji.stream.sequences", 10_000);

  private static final String BYTES =
      """
      {"version": "1.0", "added_tokens": [
        {"id": 0, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true}],
       "normalizer": null, "pre_tokenizer": null, "post_processor": null,
       "decoder": {"type": "Sequence", "decoders": [
        {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"},
        {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
       "model": {"type": "BPE", "byte_fallback": true, "unk_token": "<s>", "merges": [],
        "vocab": {"<s>": 0, "<0x1A>": 1, "<0xA4>": 2, "<0xE4>": 3, "<0xBD>": 4, "<0xA0>": 5,
         "hi": 6, "▁": 7, "▁hi": 8, "�": 9, "<0x41>": 10, "▁▁": 11}}}
      """;

  private static final String WORD_PIECE =
      """
      {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null,
       "post_processor": null, "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
       "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "a": 1, "##b": 2, "'": 3, "s": 4,
         ".": 5, "n't": 6, "do": 7, "not": 8, ",": 9}}}
      """;

  private static final String METASPACE =
      """
      {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null,
       "post_processor": null,
       "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
       "model": {"type": "WordLevel", "unk_token": "a", "vocab": {"a": 0, "▁a": 1, "▁": 2, "é": 3,
        "▁▁": 4}}}
      """;

  private static final String SUFFIX =
      """
      {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null,
       "post_processor": null, "decoder": {"type": "BPEDecoder", "suffix": "</w>"},
       "model": {"type": "WordLevel", "unk_token": "a", "vocab": {"a": 0, "b</w>": 1, "</w>": 2,
        "é": 3}}}
      """;

  @TempDir private Path folder = Path.of("");

  static Stream<Path> styles() {
    return Stream.of(
            Fixtures.list("tokenizers"),
            Fixtures.list("models"),
            List.of(Fixtures.checkout().resolve("models/base")))
        .flatMap(List::stream)
        .filter(d -> Files.exists(d.resolve("tokenizer.json")));
  }

  @ParameterizedTest
  @MethodSource("styles")
  void aStreamOfAnyIdsGivesWhatDecodingAllOfThemGives(Path directory) {
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      compare(tokenizer, SEQUENCES);
    }
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(strings = {BYTES, WORD_PIECE, METASPACE, SUFFIX})
  void soItDoesWithEveryKindOfDecoder(String json) throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), json);
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      compare(tokenizer, SEQUENCES);
    }
  }

  private static void compare(Tokenizer tokenizer, int sequences) {
    Random random = new Random(20_261_128);
    for (int i = 0; i < sequences; i++) {
      int[] ids = random.ints(1 + random.nextInt(12), 0, tokenizer.vocabularySize()).toArray();
      boolean skip = random.nextBoolean();
      TextStream stream = tokenizer.stream(skip);
      StringBuilder text = new StringBuilder();
      for (int id : ids) {
        text.append(stream.add(id));
      }
      text.append(stream.finish());
      String whole = skip ? tokenizer.decode(ids) : tokenizer.decodeWithSpecials(ids);
      assertThat(text.toString())
          .as("sequence %d: %s", i, java.util.Arrays.toString(ids))
          .isEqualTo(whole);
    }
  }

  @Test
  void aByteThatSpoilsARunIsShownAsDecodingShowsIt() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), BYTES);
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      TextStream stream = tokenizer.stream(false);
      assertThat(stream.add(1) + stream.add(2)).isEmpty();
      assertThat(stream.add(6)).isEqualTo("\ufffd\ufffdhi");
      assertThat(stream.add(3) + stream.add(4) + stream.add(5)).isEmpty();
      assertThat(stream.finish()).isEqualTo("你");
      assertThat(stream.finish()).isEmpty();
    }
  }
}
