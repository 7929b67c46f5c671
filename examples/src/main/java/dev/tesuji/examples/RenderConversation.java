package dev.tesuji.examples;

import dev.tesuji.jinja.Template;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/// Renders a chat template: the module `jinja` stands alone, without any model.
public final class RenderConversation {
  private static final String TEMPLATE =
      "{% for m in messages %}<|{{ m.role }}|>{{ m.content | trim }}\n{% endfor %}"
          + "{% if add_generation_prompt %}<|assistant|>{% endif %}";

  private RenderConversation() {}

  /// Prints a conversation as a model would read it.
  public static void main(String[] arguments) {
    System.out.println(rendered());
  }

  static String rendered() {
    Map<String, Object> variables =
        Map.of(
            "messages",
            List.of(Map.of("role", "user", "content", " How many legs has a cat? ")),
            "add_generation_prompt",
            true);
    return Template.parse(TEMPLATE, "my template").render(variables, Clock.systemUTC()).text();
  }
}
