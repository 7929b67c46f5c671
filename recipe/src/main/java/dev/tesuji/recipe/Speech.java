package dev.tesuji.recipe;

import dev.tesuji.check.Require;
import dev.tesuji.env.ChatTask;
import dev.tesuji.env.HistoryMode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How an environment speaks to the policy.
///
/// @param template `plain` appends texts as they are, `chat` makes each a message in the model's
///   chat template
/// @param history with `chat`, how the conversation goes on: `as_template` writes it again before
///   each turn, `keep` appends to what was read and written
/// @param system with `chat`, the system message; absent for none
public record Speech(String template, HistoryMode history, @Nullable String system) {
  /// Plain texts.
  public static final Speech DEFAULT = new Speech("plain", HistoryMode.AS_TEMPLATE, null);

  /// Checks the template.
  public Speech {
    Require.that(
        template.equals("plain") || template.equals("chat"),
        "template",
        "plain or chat for an environment",
        "'" + template + "'");
  }

  /// Returns what is added to the conversations that the template `chat` makes.
  public ChatTask.Asking asking() {
    return new ChatTask.Asking(system, Map.of());
  }
}
