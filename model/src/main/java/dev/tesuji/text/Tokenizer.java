package dev.tesuji.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import dev.tesuji.check.BadInput;
import dev.tesuji.folder.ModelFolder;
import dev.tesuji.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Turns text into token ids and back, as the `tokenizer.json` of a model directory says.
///
/// The work is done by Hugging Face's own library, so that ids are those of every other tool. Safe
/// for use by several threads. Close it to free native memory.
public final class Tokenizer implements AutoCloseable {
  static {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty(
        "OPT_OUT_TRACKING", "true"); // DJL otherwise reports its use over the network
  }

  static final String FILE = "tokenizer.json";

  private final Path file;
  private final HuggingFaceTokenizer rust;
  private final @Nullable HuggingFaceTokenizer splitting; // encodes where specials are split
  private final int vocabularySize;
  private final Map<String, Integer> specials;
  private final Map<String, String> roles;
  private final ByteTokens bytes;
  private final List<byte @Nullable []> texts;

  private Tokenizer(
      Path file,
      HuggingFaceTokenizer rust,
      @Nullable HuggingFaceTokenizer splitting,
      TokenizerJson json,
      Map<String, String> roles) {
    this.file = file;
    this.rust = rust;
    this.splitting = splitting;
    this.vocabularySize = json.checked().vocabularySize();
    this.specials = Collections.unmodifiableMap(json.checked().specials());
    this.roles = Map.copyOf(roles);
    this.bytes = ByteTokens.of(json.json());
    this.texts = TokenTexts.of(json.json(), vocabularySize, Set.copyOf(specials.values()));
  }

  /// Reads the tokenizer of a model directory.
  ///
  /// @throws BadInput when it has none or it is broken
  public static Tokenizer load(Path directory) {
    return load(directory, Integer.MAX_VALUE);
  }

  /// Reads the tokenizer of a model directory. Special tokens that stand only in
  /// `tokenizer_config.json`, without an id, are left out where the model has no row for them.
  ///
  /// @param rows the rows of the model's embedding
  /// @throws BadInput when it has none or it is broken
  public static Tokenizer load(Path directory, int rows) {
    ModelFolder folder = ModelFolder.of(directory);
    Path file = folder.file(FILE);
    if (!folder.has(FILE)) {
      throw BadInput.in(
          directory,
          "has no tokenizer.json; give token ids (input_ids) instead of text, or add the model's"
              + " tokenizer.json");
    }
    TokenizerSettings settings = TokenizerSettings.read(directory);
    TokenizerJson json = TokenizerJson.read(file, folder.unambiguousJson(FILE), settings, rows);
    HuggingFaceTokenizer rust = open(file, json.json());
    Tokenizer tokenizer;
    try {
      tokenizer =
          new Tokenizer(
              file,
              rust,
              json.splitting() == null ? null : open(file, json.splitting()),
              json,
              settings.roles());
    } catch (RuntimeException e) {
      rust.close();
      throw e;
    }
    try {
      tokenizer.requireKnownTemplate();
      return tokenizer;
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static HuggingFaceTokenizer open(Path file, ObjectNode json) {
    try {
      return HuggingFaceTokenizer.newInstance(
          new ByteArrayInputStream(Json.line(json).getBytes(StandardCharsets.UTF_8)),
          Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
    } catch (IOException | RuntimeException e) {
      throw new BadInput(file + ": not a tokenizer: " + firstLine(e), e);
    }
  }

  /// Refuses a post-processor that puts ids around texts which no token has.
  private void requireKnownTemplate() {
    for (int id : encodeWithSpecials("")) {
      if (id < 0 || id >= vocabularySize) {
        throw BadInput.in(
            file, "its post_processor adds token " + id + ", and it has " + vocabularySize);
      }
    }
  }

  /// Returns whether a model directory has a tokenizer.
  public static boolean exists(Path directory) {
    return ModelFolder.of(directory).has(FILE);
  }

  /// Encodes text without adding special tokens; special tokens written out in it are recognised.
  public int[] encode(String text) {
    return encode(text, false);
  }

  /// Encodes text as [#encode] does, and says where in the text each token begins and ends.
  public Encoded encodeWithOffsets(String text) {
    requireUnicode(text);
    Encoding encoding = encoder().encode(text, false, false);
    CharSpan[] spans = encoding.getCharTokenSpans();
    int[] places = places(text);
    int[] starts = new int[spans.length];
    int[] ends = new int[spans.length];
    for (int i = 0; i < spans.length; i++) {
      CharSpan span = spans[i]; // null where a token stands for nothing in the text
      int before = i == 0 ? 0 : ends[i - 1];
      starts[i] = span == null ? before : places[span.getStart()];
      ends[i] = span == null ? before : places[span.getEnd()];
    }
    return new Encoded(ids(encoding.getIds()), starts, ends);
  }

  /// Returns where each code point of a text begins, and the text's length: the library counts code
  /// points, Java UTF-16 units.
  private static int[] places(String text) {
    int[] places = new int[text.codePointCount(0, text.length()) + 1];
    int at = 0;
    for (int i = 0; i < places.length - 1; i++) {
      places[i] = at;
      at += Character.charCount(text.codePointAt(at));
    }
    places[places.length - 1] = at;
    return places;
  }

  /// Encodes text with the special tokens that the tokenizer puts around it, such as a beginning of
  /// sequence.
  public int[] encodeWithSpecials(String text) {
    return encode(text, true);
  }

  /// Encodes what follows a prompt, such that prompt and continuation meet as they would in one
  /// text: where the ids of both together begin with the prompt's own, the rest of them, else the
  /// continuation's ids alone.
  ///
  /// @param promptIds the prompt as [#encodeWithSpecials] gave it
  public int[] encodeContinuation(String prompt, int[] promptIds, String continuation) {
    int[] both = encodeWithSpecials(prompt + continuation);
    boolean begins =
        both.length >= promptIds.length
            && Arrays.equals(both, 0, promptIds.length, promptIds, 0, promptIds.length);
    return begins ? Arrays.copyOfRange(both, promptIds.length, both.length) : encode(continuation);
  }

  /// Decodes ids, leaving special tokens out.
  public String decode(int... ids) {
    return decode(ids, true);
  }

  /// Decodes ids, writing special tokens out; bytes that form no character become U+FFFD.
  public String decodeWithSpecials(int... ids) {
    return decode(ids, false);
  }

  /// Decodes what follows a prompt as it continues the prompt's text, special tokens left out.
  ///
  /// A token may be written differently at the beginning of a text than inside it (a leading space
  /// that some tokenizers drop), so both are decoded together and the prompt's text is taken off.
  public String decodeContinuation(int[] promptIds, int[] ids) {
    int[] both = Arrays.copyOf(promptIds, promptIds.length + ids.length);
    System.arraycopy(ids, 0, both, promptIds.length, ids.length);
    String prompt = decode(promptIds);
    String whole = decode(both);
    return whole.startsWith(prompt) ? whole.substring(prompt.length()) : decode(ids);
  }

  /// Starts decoding a text that arrives token by token.
  ///
  /// @param skipSpecials whether special tokens are left out
  public TextStream stream(boolean skipSpecials) {
    return new TextStream(
        ids -> skipSpecials ? decode(ids) : decodeWithSpecials(ids),
        id -> bytes.isByte(id) || (skipSpecials && specials.containsValue(id)));
  }

  /// Returns the bytes that each token writes inside a text, by id: parts of characters too, null
  /// for special tokens and for ids that no token has.
  public List<byte @Nullable []> tokenBytes() {
    return texts;
  }

  /// Returns whether a token stands for one byte of a character that others may complete.
  boolean isByte(int id) {
    return bytes.isByte(id);
  }

  /// Returns one more than the highest id, the rows that an embedding must have.
  public int vocabularySize() {
    return vocabularySize;
  }

  /// Returns the special tokens and their ids.
  public Map<String, Integer> specials() {
    return specials;
  }

  /// Returns the tokens that play roles, such as `eos_token`, by role.
  public Map<String, String> roles() {
    return roles;
  }

  /// Returns the id of the token that plays a role, such as `eos_token`; null where none does.
  public @Nullable Integer idOf(String role) {
    String token = roles.get(role);
    return token == null ? null : specials.get(token);
  }

  @Override
  public void close() {
    rust.close();
    if (splitting != null) {
      splitting.close();
    }
  }

  private HuggingFaceTokenizer encoder() {
    return splitting == null ? rust : splitting;
  }

  private static void requireUnicode(String text) {
    if (!Json.isUnicode(text)) {
      throw new BadInput(
          "text must be Unicode, got half a surrogate pair in '" + BadInput.brief(text) + "'");
    }
  }

  private int[] encode(String text, boolean specials) {
    requireUnicode(text);
    return call(
        "write '" + BadInput.brief(text) + "' in tokens",
        () -> ids(encoder().encode(text, specials, false).getIds()));
  }

  private String decode(int[] ids, boolean skipSpecials) {
    return call("read tokens", () -> rust.decode(wide(ids), skipSpecials));
  }

  /// Calls the library, which refuses some texts, such as unknown words where no token stands for
  /// them.
  private <T> T call(String what, Supplier<T> work) {
    try {
      return work.get();
    } catch (IllegalStateException e) {
      throw e; // closed
    } catch (RuntimeException e) {
      throw new BadInput(file + ": cannot " + what + ": " + firstLine(e), e);
    }
  }

  private static int[] ids(long[] wide) {
    int[] ids = new int[wide.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) wide[i];
    }
    return ids;
  }

  private static long[] wide(int[] ids) {
    long[] wide = new long[ids.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = ids[i];
    }
    return wide;
  }

  private static String firstLine(Throwable e) {
    return BadInput.brief(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
  }
}
