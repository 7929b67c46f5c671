package dev.tesuji.jinja;

/// A range of a text.
///
/// @param start where it begins, in Java's characters
/// @param end where it ends, that place not included
public record Span(int start, int end) {
  /// Returns whether a place is in it.
  public boolean contains(int place) {
    return place >= start && place < end;
  }
}
