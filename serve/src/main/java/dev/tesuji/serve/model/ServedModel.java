package dev.tesuji.serve.model;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.compute.PromptKey;
import dev.tesuji.constrain.TokenTrie;
import dev.tesuji.generate.Generation;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.generate.Steering;
import dev.tesuji.nn.Lora;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.toolcall.ToolFormat;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.SharedAdapter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A model, or an adapter of one, that is served under a name, with the engine that generates its
/// answers.
public final class ServedModel implements AutoCloseable {
  private final String name;
  private final LoadedModel loaded;
  private final SharedEngine engine;
  private final int adapter;
  private final CompletionText reader;
  private final @Nullable ChatTemplate template;
  private final int context;
  private final ToolFormat toolFormat;
  private final int longestToken; // in bytes
  private final AtomicReference<@Nullable TokenTrie> trie = new AtomicReference<>();

  private static final int SPECIAL = 64; // bytes of a special token at most
  private static final long KEPT = 64 << 20;
  private static final Duration WARM_UP = Duration.ofSeconds(4);
  private static final int WARM_UP_TOKENS = 64;

  /// How much is served at once.
  ///
  /// @param rows how many answers are generated at once
  /// @param waiting how many may wait
  /// @param context the most tokens of a prompt and its answer together
  /// @param kept the most bytes that are kept of prompts, for others that begin alike
  /// @param promptLookup the most tokens of an answer that are proposed at a time; 0 for none
  /// @param tokens the most that all prompts and answers at once may come to
  public record Room(int rows, int waiting, int context, long kept, int promptLookup, long tokens) {
    /// Proposes no tokens, and has room for all that the rows may come to.
    public Room(int rows, int waiting, int context, long kept) {
      this(rows, waiting, context, kept, 0, Long.MAX_VALUE);
    }
  }

  /// Takes the engine's memory, with a little for prompts that begin alike.
  ///
  /// @param loaded closed with this
  public ServedModel(String name, LoadedModel loaded, int rows, int waiting, int context) {
    this(name, loaded, new Room(rows, waiting, context, KEPT));
  }

  /// Takes the engine's memory.
  ///
  /// @param loaded closed with this
  public ServedModel(String name, LoadedModel loaded, Room room) {
    this(name, loaded, new SharedEngine(loaded, List.of(), room), room.context(), 0);
  }

  private ServedModel(
      String name, LoadedModel loaded, SharedEngine engine, int context, int adapter) {
    this.name = name;
    this.loaded = loaded;
    this.engine = engine;
    this.context = context;
    this.adapter = adapter;
    reader = loaded.completionText();
    template = loaded.parts().chatTemplate();
    longestToken =
        tokenizer().tokenBytes().stream()
            .mapToInt(t -> t == null ? 0 : t.length)
            .reduce(SPECIAL, Math::max);
    toolFormat = template == null ? ToolFormat.HERMES : ToolFormats.of(template);
  }

  /// Takes the engine's memory for a model and adapters of it, which share its weights.
  ///
  /// @param base closed with the first of the result
  /// @param adapters by the names that clients give; closed with the result
  /// @return the base, and then the adapters
  public static List<ServedModel> withAdapters(
      String name, LoadedModel base, Map<String, SharedAdapter> adapters, Room room) {
    List<Lora> loras = adapters.values().stream().map(SharedAdapter::lora).toList();
    SharedEngine engine = new SharedEngine(base, loras, room);
    List<ServedModel> all = new ArrayList<>();
    all.add(new ServedModel(name, base, engine, room.context(), 0));
    adapters.forEach((own, adapter) ->
        all.add(new ServedModel(own, adapter.model(), engine, room.context(), all.size())));
    return all;
  }

  /// Returns the engine, which others may share.
  SharedEngine shared() {
    return engine;
  }

  /// Returns how many answers are generated at once at most.
  public int rows() {
    return engine.capacity().rows();
  }

  /// Returns how many answers may wait.
  public int waiting() {
    return engine.capacity().waiting();
  }

  /// Generates for nobody, for [#WARM_UP] at most, so that the first clients do not wait for Java's
  /// compiler: a token takes many times as long as later in the first second, and so does the first
  /// of a larger batch, whose rows are shared out in another way. To be called before anyone else
  /// is served.
  public void warmUp() {
    long end = System.nanoTime() + WARM_UP.toNanos();
    GenerationEngine own = engine();
    for (int count : new int[] {1, Math.min(8, rows()), rows()}) {
      List<Generation> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        GenerationRequest request = warmUpRequest(i);
        all.add(own.submit(request, _ -> {}));
      }
      while (own.hasWork() && System.nanoTime() < end) {
        own.step();
      }
      all.forEach(Generation::cancel);
      own.drain();
    }
  }

  private GenerationRequest warmUpRequest(int number) {
    int[] prompt = new int[Math.min(WARM_UP_TOKENS, context / 2)];
    Arrays.setAll(prompt, i -> (i + number) % vocabularySize());
    Limits limits = new Limits(Math.min(WARM_UP_TOKENS, context - prompt.length), Set.of());
    PromptKey key = new PromptKey(0, "warm-up"); // nobody else's prompt is found to begin like it
    return new GenerationRequest(
        prompt, 1, Sampling.DEFAULT, limits, new RandomKey(0, number), 0, Steering.NONE, key);
  }

  /// Returns the name that clients give.
  public String name() {
    return name;
  }

  /// Returns the number of the adapter beside the weights; 0 for none.
  public int adapter() {
    return adapter;
  }

  /// Returns what generates.
  public GenerationEngine engine() {
    return engine.engine();
  }

  /// Returns what writes tokens out.
  public CompletionText reader() {
    return reader;
  }

  /// Returns what writes texts in tokens.
  public Tokenizer tokenizer() {
    return reader.tokenizer();
  }

  /// Returns what makes conversations texts; null where the model has no template.
  public @Nullable ChatTemplate template() {
    return template;
  }

  /// Returns how the model writes calls of tools.
  public ToolFormat toolFormat() {
    return toolFormat;
  }

  /// Returns the tokens as a tree of their bytes, made when it is first asked for.
  public TokenTrie trie() {
    TokenTrie known = trie.get();
    if (known == null) {
      TokenTrie made = TokenTrie.of(tokenizer().tokenBytes());
      known = trie.compareAndSet(null, made) ? made : Objects.requireNonNull(trie.get());
    }
    return known;
  }

  /// Returns the tokens that end an answer.
  public Set<Integer> endTokens() {
    return loaded.endTokens();
  }

  /// Returns how many tokens there are.
  public int vocabularySize() {
    return loaded.decoder().config().vocabularySize();
  }

  /// Returns the most characters of a text that can be a prompt: what has more has too many tokens,
  /// however long they are.
  public long longestText() {
    return (long) context * longestToken;
  }

  /// Returns the most tokens of a prompt and its answer together.
  public int context() {
    return context;
  }

  @Override
  public void close() {
    if (adapter == 0) {
      engine.close();
    } else if (loaded.tokenizer() != null) {
      loaded.tokenizer().close();
    }
  }
}
