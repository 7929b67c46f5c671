package dev.tesuji.toolcall;

import java.util.Optional;

/// How a family of models writes the calls of tools.
public enum ToolFormat {
  /// Hermes and Qwen: an object between `<tool_call>` and `</tool_call>`.
  HERMES,

  /// DeepSeek V3 and R1: special tokens, the name on a line, the arguments in a fence of JSON.
  DEEPSEEK,

  /// DeepSeek V3.1: special tokens, the name, the arguments.
  DEEPSEEK_V31,

  /// Llama 3: the answer is an object with `name` and `parameters`, or several with semicolons
  /// between them, perhaps after `<|python_tag|>`.
  LLAMA;

  /// Finds the format in the text of a chat template; none where it shows no calls that are known.
  public static Optional<ToolFormat> of(String template) {
    if (template.contains(Marks.CALLS_BEGIN) || template.contains(Marks.CALL_BEGIN)) {
      return Optional.of(template.contains("```json") ? DEEPSEEK : DEEPSEEK_V31);
    }
    if (template.contains(Marks.HERMES_BEGIN)) {
      return Optional.of(HERMES);
    }
    boolean llama = template.contains(Marks.PYTHON) || template.contains("<|start_header_id|>");
    return llama && template.contains("\"parameters\": ") ? Optional.of(LLAMA) : Optional.empty();
  }

  /// Returns whether a call stands between marks, so that text around it is told apart.
  public boolean isMarked() {
    return this != LLAMA;
  }
}
