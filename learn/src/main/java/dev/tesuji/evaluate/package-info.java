/// How good a model is.
@org.jspecify.annotations.NullMarked
package dev.tesuji.evaluate;
