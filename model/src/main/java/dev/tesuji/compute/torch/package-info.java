/// Decoders' arithmetic.
@org.jspecify.annotations.NullMarked
package dev.tesuji.compute.torch;
