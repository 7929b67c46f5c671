package dev.tesuji.gguf;

import java.lang.foreign.MemorySegment;

/// A list in the metadata, left in the file until somebody asks for it: a vocabulary has hundreds
/// of thousands of texts.
///
/// @param kind the kind of its elements
/// @param count how many there are
/// @param bytes where they are in the mapped file
record GgufArray(ValueKind kind, int count, MemorySegment bytes) {}
