package dev.tesuji.wordproblems;

import dev.tesuji.check.Require;
import java.util.Set;

/// The ways in which these tasks are put.
final class Templates {
  private Templates() {}

  /// Refuses a template that is neither `chat` nor `plain`.
  static void require(String template) {
    Require.that(Set.of("chat", "plain").contains(template), "template", "chat or plain", template);
  }
}
