package dev.tesuji.serve.api;

import dev.tesuji.generate.TokenLogProb;
import dev.tesuji.json.Json;
import dev.tesuji.serve.answer.TokenText;
import dev.tesuji.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Tokens and their log-probabilities as OpenAI's clients read them.
public final class TokenJson {
  private static final double LOWEST = -9999; // JSON has no -infinity
  private static final char BROKEN = '\uFFFD';

  private final Tokenizer tokenizer;

  /// @param tokenizer writes tokens out
  public TokenJson(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /// Returns `{content: [...]}` of a chat completion.
  public ObjectNode chat(List<TokenText> tokens) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.set("content", responses(tokens));
    json.putNull("refusal");
    return json;
  }

  /// Returns the list that responses have.
  public ArrayNode responses(List<TokenText> tokens) {
    ArrayNode content = Json.MAPPER.createArrayNode();
    for (TokenText token : tokens) {
      ObjectNode entry = content.addObject();
      put(entry, token.id(), token.text(), token.logProb());
      ArrayNode top = entry.putArray("top_logprobs");
      for (TokenLogProb other : token.top()) {
        String text = other.token() == token.id() ? token.text() : text(other.token());
        put(top.addObject(), other.token(), text, other.logProb());
      }
    }
    return content;
  }

  private void put(ObjectNode entry, int token, String text, float logProb) {
    entry.put("token", text).put("logprob", finite(logProb));
    byte[] own = text.getBytes(StandardCharsets.UTF_8);
    if (text.indexOf(BROKEN) >= 0) { // a part of a character
      byte[] part =
          token < tokenizer.tokenBytes().size() ? tokenizer.tokenBytes().get(token) : null;
      own = part == null ? own : part;
    }
    ArrayNode bytes = entry.putArray("bytes");
    for (byte b : own) {
      bytes.add(b & 0xff);
    }
  }

  private String text(int token) {
    return tokenizer.decodeWithSpecials(token);
  }

  private static double finite(float logProb) {
    return Float.isFinite(logProb) ? logProb : LOWEST;
  }

  /// Log-probabilities in the shape of completions, which grow as tokens come.
  public final class Legacy {
    private final ObjectNode json = Json.MAPPER.createObjectNode();
    private final ArrayNode tokens = json.putArray("tokens");
    private final ArrayNode logProbs = json.putArray("token_logprobs");
    private final ArrayNode top = json.putArray("top_logprobs");
    private final ArrayNode offsets = json.putArray("text_offset");

    /// Adds a token.
    ///
    /// @param logProb null for the first token of a text, which nothing goes before
    /// @param offset where it begins in the text, in characters
    public void add(
        int id, String text, @Nullable Float logProb, List<TokenLogProb> best, long offset) {
      tokens.add(text);
      offsets.add(offset);
      if (logProb == null) {
        logProbs.addNull();
        top.addNull();
        return;
      }
      logProbs.add(finite(logProb));
      ObjectNode alternatives = top.addObject();
      for (TokenLogProb other : best) {
        String name = other.token() == id ? text : text(other.token());
        if (!alternatives.has(name)) { // the most likely of those that are written alike
          alternatives.put(name, finite(other.logProb()));
        }
      }
      if (!alternatives.has(text)) {
        alternatives.put(text, finite(logProb));
      }
    }

    /// Returns the shape.
    public ObjectNode json() {
      return json;
    }
  }

  /// Begins the shape of completions.
  public Legacy legacy() {
    return new Legacy();
  }
}
