/// Decoders.
@org.jspecify.annotations.NullMarked
package dev.tesuji.model;
