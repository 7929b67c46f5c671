package dev.tesuji.compute.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.compute.PromptKey;
import dev.tesuji.compute.PromptReader;
import dev.tesuji.compute.PromptReader.Part;
import dev.tesuji.compute.PromptReader.Pass;
import dev.tesuji.compute.PromptReader.Prompt;
import dev.tesuji.json.Json;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// Prompts that are read in parts, and with what others had read before: bit for bit as if read
/// whole and alone.
@ExtendWith(LeakCheck.class)
class PromptReaderTest {
  private static final int V = 40;

  @BeforeEach
  void requireKernels() {
    Assumptions.assumeTrue(Kernels.available(), "SKIPPED: this machine has no kernels");
  }

  private static CausalLm model(Dtype dtype) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("model_type", "qwen3").put("vocab_size", V).put("hidden_size", 64);
    json.put("intermediate_size", 128).put("num_hidden_layers", 2).put("head_dim", 24);
    json.put("num_attention_heads", 4).put("num_key_value_heads", 2);
    json.put("max_position_embeddings", 1024);
    CausalLm model =
        Decoders.create(ConfigReader.parse(Path.of("config.json"), json), dtype, Device.CPU);
    model.initialise(7);
    return model;
  }

  private static int[] text(int length, int seed) {
    int[] text = new int[length];
    Arrays.setAll(text, i -> Rng.below(V, seed, i, 0, 0));
    return text;
  }

  private static int[] joined(int[] a, int[] b) {
    int[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  private static Decoding decoding(CausalLm model, long kept) {
    return model.decoding(new DecodingCapacity(4, 600, 20, kept));
  }

  private static PromptReader reader(Decoding decoding) {
    return Objects.requireNonNull(decoding.reader());
  }

  /// Returns the logits behind a prompt that is read in parts of so many tokens.
  private static float[] read(PromptReader reader, Prompt prompt, int most) {
    float[] logits = {};
    while (prompt.read() < prompt.length()) {
      try (Scope _ = Scope.open()) {
        int count = Math.min(most, prompt.length() - prompt.read());
        logits = reader.read(List.of(new Part(prompt, count))).toFloats();
      }
    }
    return logits;
  }

  /// Reads a prompt in a row of its own and returns the logits behind it and behind some more.
  private static List<float[]> through(Decoding decoding, int[] text, int most) {
    PromptReader reader = reader(decoding);
    List<float[]> all = new ArrayList<>();
    try (Prompt prompt = reader.begin(text, PromptKey.PLAIN)) {
      all.add(read(reader, prompt, most));
      reader.start(0, prompt);
    }
    for (int i = 0; i < 3; i++) {
      try (Scope _ = Scope.open()) {
        all.add(decoding.decode(new int[] {i + 5}, new int[] {text.length + i}).toFloats());
      }
    }
    decoding.replace(0, 0, text.length + 3);
    return all;
  }

  private static void assertSame(List<float[]> got, List<float[]> want) {
    for (int i = 0; i < want.size(); i++) {
      assertThat(got.get(i)).as("logits %d", i).isEqualTo(want.get(i));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Dtype.class,
      names = {"FLOAT32", "BFLOAT16"})
  void theSizeOfPartsDoesNotChangeABit(Dtype dtype) {
    Assumptions.assumeTrue(Kernels.available(dtype), "SKIPPED: no products in " + dtype);
    try (CausalLm model = model(dtype);
        NoGrad _ = NoGrad.on();
        Decoding decoding = decoding(model, 0)) {
      for (int length : new int[] {1, 16, 63, 64, 65, 200}) {
        int[] text = text(length, length);
        List<float[]> whole = through(decoding, text, 1000);
        for (int part : new int[] {1, 7, 64, 100}) {
          assertSame(through(decoding, text, part), whole);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 40, 64, 65, 128, 190})
  void whatWasReadBeforeIsFoundAndDoesNotChangeABit(int shared) {
    try (CausalLm model = model(Dtype.FLOAT32);
        NoGrad _ = NoGrad.on();
        Decoding anew = decoding(model, 0);
        Decoding keeping = decoding(model, 1 << 24)) {
      int[] first = joined(text(shared, 1), text(30, 2));
      int[] second = joined(text(shared, 1), text(90, 3));
      through(keeping, first, 50);
      assertThat(reader(keeping).kept().found()).isZero();
      int same = Arrays.mismatch(first, second);
      assertSame(through(keeping, second, 70), through(anew, second, 1000));
      assertThat(reader(keeping).kept().found()).isEqualTo(same);
      assertSame(through(keeping, second, 1), through(anew, second, 1000));
      assertThat(reader(keeping).kept().found()).isEqualTo(same + second.length - 1);
      assertThat(reader(keeping).kept().asked()).isEqualTo(first.length + 2L * second.length);
    }
  }

  @Test
  void aPromptThatGoesOnWhereAnotherEndedTakesItsPlace() {
    try (CausalLm model = model(Dtype.FLOAT32);
        NoGrad _ = NoGrad.on();
        Decoding keeping = decoding(model, 1 << 24)) {
      int[] turn = text(70, 1);
      int[] next = joined(turn, text(10, 2));
      through(keeping, turn, 100);
      long one = reader(keeping).kept().bytes();
      through(keeping, next, 100);
      assertThat(reader(keeping).kept().found()).isEqualTo(70);
      assertThat(reader(keeping).kept().bytes()).isEqualTo(one); // 6 tokens or 16: one block each
      through(keeping, turn, 100);
      assertThat(reader(keeping).kept().found()).isEqualTo(70 + 69);
    }
  }

  @Test
  void promptsOfOtherKeysAreNotShared() {
    try (CausalLm model = model(Dtype.FLOAT32);
        NoGrad _ = NoGrad.on();
        Decoding keeping = decoding(model, 1 << 24)) {
      PromptReader reader = reader(keeping);
      int[] text = text(100, 1);
      for (String salt : List.of("", "mine", "", "mine")) {
        try (Prompt prompt = reader.begin(text, new PromptKey(0, salt))) {
          assertThat(prompt.found()).isEqualTo(prompt.read());
          read(reader, prompt, 100);
        }
      }
      assertThat(reader.kept().found()).isEqualTo(2 * 99);
    }
  }

  @Test
  void whatWasNotOfUseForLongestIsLetGoFirst() {
    try (CausalLm model = model(Dtype.FLOAT32);
        NoGrad _ = NoGrad.on()) {
      long page = 2 * 2 * 64 * (24 + 32) * 4; // layers, heads, tokens, key and value, bytes
      try (Decoding keeping = decoding(model, 5 * page)) {
        PromptReader reader = reader(keeping);
        int[] old = text(128, 1);
        int[] newer = text(128, 2);
        through(keeping, old, 200);
        through(keeping, newer, 200);
        through(keeping, old, 200); // of use again
        assertThat(reader.kept().bytes()).isEqualTo(4 * page);
        through(keeping, text(128, 3), 200);
        assertThat(reader.kept().bytes()).isEqualTo(5 * page);
        assertThat(reader.kept().dropped()).isEqualTo(page); // the second page of `newer`
        assertThat(reader.kept().limit()).isEqualTo(5 * page);
        long before = reader.kept().found();
        try (Prompt prompt = reader.begin(joined(old, text(5, 9)), PromptKey.PLAIN)) {
          assertThat(prompt.found()).isEqualTo(128);
        }
        try (Prompt prompt = reader.begin(newer, PromptKey.PLAIN)) {
          assertThat(prompt.found()).isEqualTo(64);
        }
        assertThat(reader.kept().found()).isEqualTo(before + 128 + 64);
      }
    }
  }

  @Test
  void aScoredTextIsPredictedFromEachOfItsTokens() {
    try (CausalLm model = model(Dtype.FLOAT32);
        NoGrad _ = NoGrad.on();
        Decoding decoding = decoding(model, 1 << 24)) {
      PromptReader reader = reader(decoding);
      int[] text = text(70, 1);
      try (Prompt scored = reader.beginScored(text, PromptKey.PLAIN);
          Prompt other = reader.begin(text(9, 2), PromptKey.PLAIN)) {
        for (int i = 0; i < 2; i++) {
          try (Scope _ = Scope.open()) {
            List<Part> parts = List.of(new Part(scored, 35), new Part(other, i == 0 ? 4 : 5));
            Tensor logits = reader.read(parts);
            assertThat(logits.size(0)).isEqualTo(35 + i);
            for (int t : new int[] {0, 1, 34}) {
              int[] upTo = Arrays.copyOf(text, 35 * i + t + 1);
              assertThat(logits.select(0, t).toFloats())
                  .isEqualTo(through(decoding, upTo, 1000).getFirst());
            }
          }
        }
      }
      try (Prompt again = reader.begin(text, PromptKey.PLAIN)) {
        assertThat(again.found()).isEqualTo(69); // it was kept
      }
    }
  }

  @Test
  void rowsThatRunAreReadOnBetweenTheLayersOfAPass() {
    try (CausalLm model = model(Dtype.FLOAT32);
        NoGrad _ = NoGrad.on();
        Decoding alone = decoding(model, 0);
        Decoding together = decoding(model, 0)) {
      int[] first = text(70, 1);
      int[] second = text(130, 2);
      List<float[]> wantFirst = through(alone, first, 1000);
      List<float[]> wantSecond = through(alone, second, 1000);
      PromptReader reader = reader(together);
      try (Prompt running = reader.begin(first, PromptKey.PLAIN);
          Prompt incoming = reader.begin(second, PromptKey.PLAIN)) {
        read(reader, running, 1000);
        reader.start(0, running);
        try (Pass pass = reader.pass(List.of(new Part(incoming, 130)))) {
          assertThat(incoming.read()).isEqualTo(130);
          assertThat(pass.tokens()).isEqualTo(130);
          for (int i = 0; i < 2; i++) {
            try (Scope _ = Scope.open()) {
              assertThat(pass.ahead()).isEqualTo(2 - i);
              assertThatThrownBy(pass::logits).hasMessage(2 - i + " layers are still ahead");
              pass.advance(1);
              Tensor logits = together.decode(new int[] {i + 5}, new int[] {70 + i});
              assertThat(logits.toFloats()).isEqualTo(wantFirst.get(i + 1));
            }
          }
          try (Scope _ = Scope.open()) {
            assertThat(pass.logits().toFloats()).isEqualTo(wantSecond.getFirst());
          }
        }
        reader.start(1, incoming);
      }
      try (Scope _ = Scope.open()) {
        Tensor logits = together.decode(new int[] {7, 5}, new int[] {72, 130});
        assertThat(logits.select(0, 0).toFloats()).isEqualTo(wantFirst.get(3));
        assertThat(logits.select(0, 1).toFloats()).isEqualTo(wantSecond.get(1));
      }
    }
  }

  @Test
  void aPassKeepsWhatItReadsWhereThePromptIsLetGo() {
    try (CausalLm model = model(Dtype.FLOAT32);
        NoGrad _ = NoGrad.on();
        Decoding decoding = decoding(model, 0)) {
      PromptReader reader = reader(decoding);
      int[] text = text(130, 1);
      Prompt prompt = reader.begin(text, PromptKey.PLAIN);
      try (Pass pass = reader.pass(List.of(new Part(prompt, 130)))) {
        pass.advance(1);
        prompt.close();
        try (Prompt other = reader.begin(text(130, 2), PromptKey.PLAIN);
            Pass never = reader.pass(List.of(new Part(other, 50)))) {
          never.advance(1); // and no further
        }
        pass.advance(1);
        try (Scope _ = Scope.open()) {
          assertThat(pass.logits().toFloats()).isEqualTo(through(decoding, text, 1000).getFirst());
        }
      }
    }
  }
}
