/// Weights.
@org.jspecify.annotations.NullMarked
package dev.tesuji.weights;
