package dev.tesuji.examples;

import dev.tesuji.jinja.Template;
import java.util.List;
import java.util.Map;

/// Renders a chat template without any model: the module `jinja` stands alone.
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
    return "";
  }
}
