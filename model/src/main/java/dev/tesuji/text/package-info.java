/// Text and token ids.
@org.jspecify.annotations.NullMarked
package dev.tesuji.text;
