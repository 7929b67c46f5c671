package dev.tesuji.env;

/// How a conversation of several turns goes on in a chat template.
public enum HistoryMode {
  /// Everything is appended, and stays as it was: thoughts too.
  KEEP,
  /// The conversation is written again before each turn, as the template has it when the model is
  /// used; where earlier turns become others by that, the policy's context begins anew.
  AS_TEMPLATE
}
