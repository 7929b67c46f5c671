package dev.tesuji.serve.model;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.constrain.TokenTrie;
import dev.tesuji.generate.EngineCapacity;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.toolcall.ToolFormat;
import dev.tesuji.weights.LoadedModel;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A model that is served under a name, with the engine that generates its answers.
public final class ServedModel implements AutoCloseable {
  private final String name;
  private final LoadedModel loaded;
  private final EngineCapacity capacity;
  private final CompletionText reader;
  private final @Nullable ChatTemplate template;
  private final int context;
  private final ToolFormat toolFormat;
  private final AtomicReference<@Nullable TokenTrie> trie = new AtomicReference<>();
  private volatile GenerationEngine engine;

  /// Takes the engine's memory.
  ///
  /// @param loaded closed with this
  /// @param rows how many answers are generated at once
  /// @param waiting how many may wait
  /// @param context the most tokens of a prompt and its answer together
  public ServedModel(String name, LoadedModel loaded, int rows, int waiting, int context) {
    this.name = name;
    this.loaded = loaded;
    this.context = context;
    reader = loaded.completionText();
    template = loaded.parts().chatTemplate();
    toolFormat = template == null ? ToolFormat.HERMES : ToolFormats.of(template);
    int most = Math.max(1, context - 1);
    capacity = new EngineCapacity(rows, most, most, waiting);
    engine = newEngine();
  }

  private GenerationEngine newEngine() {
    return new GenerationEngine(loaded.decoder(), loaded.tokenizer(), capacity);
  }

  /// Generates one token for each answer that is being generated, and makes a new engine where the
  /// old one broke.
  ///
  /// @throws RuntimeException what a step threw
  void step() {
    try {
      engine.step();
    } finally {
      if (engine.isClosed()) {
        engine = newEngine();
      }
    }
  }

  /// Returns how many answers are generated at once at most.
  public int rows() {
    return capacity.rows();
  }

  /// Returns how many answers may wait.
  public int waiting() {
    return capacity.waiting();
  }

  /// Returns the name that clients give.
  public String name() {
    return name;
  }

  /// Returns what generates.
  public GenerationEngine engine() {
    return engine;
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

  /// Returns the most tokens of a prompt and its answer together.
  public int context() {
    return context;
  }

  @Override
  public void close() {
    engine.close();
    loaded.close();
  }
}
