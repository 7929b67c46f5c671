package dev.tesuji.code;

/// The value that a program's call returned.
///
/// @param type the name of its type; empty where the call failed
/// @param words the value
record CallValue(String type, String words) {
  /// No value.
  static final CallValue NONE = new CallValue("", "");
}
