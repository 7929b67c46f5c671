/// Sandboxes: programs that nobody trusts, held by the kernel.
@org.jspecify.annotations.NullMarked
package dev.tesuji.sandbox;
