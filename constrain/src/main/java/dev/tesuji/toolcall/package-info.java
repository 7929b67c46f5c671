/// Calls of tools, as families of models write them: told apart from text, and forced.
@org.jspecify.annotations.NullMarked
package dev.tesuji.toolcall;
