package dev.tesuji.jinja;

/// Tells in one sentence why a template cannot be read or rendered.
///
/// The sentence names the template and the line, except where the template itself refuses its input
/// by `raise_exception`: then it is the template's own message.
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TemplateException(String sentence) {
    super(sentence);
  }

  TemplateException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
