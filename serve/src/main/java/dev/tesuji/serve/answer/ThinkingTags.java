package dev.tesuji.serve.answer;

/// The texts around a model's thinking.
public record ThinkingTags(String open, String close) {
  /// Those of DeepSeek-R1, Qwen and Tesuji's own recipes.
  public static final ThinkingTags DEFAULT = new ThinkingTags("<think>", "</think>");
}
