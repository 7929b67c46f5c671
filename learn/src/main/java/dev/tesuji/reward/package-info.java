/// What a response is worth.
@org.jspecify.annotations.NullMarked
package dev.tesuji.reward;
