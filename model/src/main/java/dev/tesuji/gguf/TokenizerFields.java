package dev.tesuji.gguf;

/// The fields of the metadata that hold a tokenizer.
final class TokenizerFields {
  static final String PREFIX = "tokenizer.ggml.";
  static final String MODEL = PREFIX + "model";
  static final String PRE = PREFIX + "pre";
  static final String TOKENS = PREFIX + "tokens";
  static final String TYPES = PREFIX + "token_type";
  static final String SCORES = PREFIX + "scores";
  static final String MERGES = PREFIX + "merges";
  static final String BOS = PREFIX + "bos_token_id";
  static final String EOS = PREFIX + "eos_token_id";
  static final String EOT = PREFIX + "eot_token_id";
  static final String EOM = PREFIX + "eom_token_id";
  static final String UNKNOWN = PREFIX + "unknown_token_id";
  static final String PAD = PREFIX + "padding_token_id";
  static final String ADD_BOS = PREFIX + "add_bos_token";
  static final String ADD_EOS = PREFIX + "add_eos_token";
  static final String ADD_SPACE = PREFIX + "add_space_prefix";
  static final String HUGGING_FACE = "tokenizer.huggingface.json";
  static final String TEMPLATE = "tokenizer.chat_template";

  private TokenizerFields() {}
}
