/// Sampling.
@org.jspecify.annotations.NullMarked
package dev.tesuji.generate;
