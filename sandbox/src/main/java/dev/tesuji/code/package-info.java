/// Programs graded by tests.
@org.jspecify.annotations.NullMarked
package dev.tesuji.code;
