@org.jspecify.annotations.NullMarked
package dev.tesuji.gguf;
