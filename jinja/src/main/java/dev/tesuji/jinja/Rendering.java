package dev.tesuji.jinja;

import java.util.List;

/// The text that a template made, with its marked spans.
///
/// @param text the text
/// @param marked what stood in `{% generation %}` blocks, in order; none where the template has no
///   such blocks, or has them in macros, where their place cannot be told
public record Rendering(String text, List<Span> marked) {
  /// Copies the list.
  public Rendering {
    marked = List.copyOf(marked);
  }
}
