package dev.tesuji.toolcall;

/// What stands around calls.
final class Marks {
  static final String HERMES_BEGIN = "<tool_call>";
  static final String HERMES_END = "</tool_call>";
  static final String CALLS_BEGIN = "<\uff5ctool\u2581calls\u2581begin\uff5c>";
  static final String CALLS_END = "<\uff5ctool\u2581calls\u2581end\uff5c>";
  static final String CALL_BEGIN = "<\uff5ctool\u2581call\u2581begin\uff5c>";
  static final String CALL_END = "<\uff5ctool\u2581call\u2581end\uff5c>";
  static final String SEPARATOR = "<\uff5ctool\u2581sep\uff5c>";
  static final String PYTHON = "<|python_tag|>";
  static final String FENCE = "```json\n";
  static final String FENCE_END = "\n```";

  private Marks() {}
}
