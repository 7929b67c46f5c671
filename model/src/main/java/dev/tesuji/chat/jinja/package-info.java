/// Jinja, as far as chat templates use it.
@org.jspecify.annotations.NullMarked
package dev.tesuji.chat.jinja;
