package dev.tesuji.text;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The text of a completion as rewards, formats, filters and reports read it: tokens that begin,
/// end or pad a text are left out, and every other token is written out, special or not.
///
/// `<think>` and `<answer>` are special tokens in some tokenizers and plain ones in others. A
/// reader that left special tokens out would see no thought and no answer in the first, and every
/// completion would be wrong without a word.
public final class CompletionText {
  private static final int CONTEXT =
      6; // tokens of a prompt that may change how the next is written
  private static final List<String> ROLES = List.of("bos_token", "eos_token", "pad_token");

  private final Tokenizer tokenizer;
  private final Set<Integer> omitted;
  private final Map<Integer, String> alone = new ConcurrentHashMap<>(); // texts of single tokens

  /// Makes a reader.
  ///
  /// @param ends the tokens that end the model's texts, besides the tokenizer's own
  public CompletionText(Tokenizer tokenizer, Set<Integer> ends) {
    this.tokenizer = tokenizer;
    Set<Integer> all = new HashSet<>(ends);
    for (String role : ROLES) {
      Integer id = tokenizer.idOf(role);
      if (id != null) {
        all.add(id);
      }
    }
    this.omitted = Set.copyOf(all);
  }

  /// Returns the tokenizer, for those who also write tokens.
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /// Reads tokens by themselves.
  public String of(int... ids) {
    return ids.length == 1 ? alone.computeIfAbsent(ids[0], id -> read(new int[] {id})) : read(ids);
  }

  private String read(int[] ids) {
    return tokenizer.decodeWithSpecials(kept(ids));
  }

  /// Reads what follows a prompt as it continues the prompt's text.
  ///
  /// A token may be written differently at the beginning of a text than inside it (a leading space
  /// that some tokenizers drop), so both are read together and the prompt's text is taken off.
  public String after(int[] promptIds, int[] ids) {
    int[] both = Arrays.copyOf(promptIds, promptIds.length + ids.length);
    System.arraycopy(ids, 0, both, promptIds.length, ids.length);
    String prompt = of(promptIds);
    String whole = of(both);
    return whole.startsWith(prompt) ? whole.substring(prompt.length()) : of(ids);
  }

  /// Starts reading what follows a prompt, token by token, as [#after] reads it at once.
  public TextStream stream(int[] promptIds) {
    int[] last = promptIds;
    if (promptIds.length > CONTEXT) {
      last = Arrays.copyOfRange(promptIds, promptIds.length - CONTEXT, promptIds.length);
    }
    return new TextStream(this::of, id -> tokenizer.isByte(id) || omitted.contains(id), last);
  }

  private int[] kept(int[] ids) {
    return Arrays.stream(ids).filter(id -> !omitted.contains(id)).toArray();
  }
}
