package dev.tesuji.toolcall;

/// A piece of an answer as it is streamed.
public sealed interface Delta {
  /// Text for the reader.
  record Text(String text) implements Delta {}

  /// The beginning of a call: all of it but its arguments.
  ///
  /// @param index its number in the answer, from 0
  /// @param id what the tool's answer refers to
  /// @param name the tool's name
  record Begin(int index, String id, String name) implements Delta {}

  /// A piece of a call's arguments.
  ///
  /// @param index the call's number
  /// @param json the piece
  record Arguments(int index, String json) implements Delta {}
}
