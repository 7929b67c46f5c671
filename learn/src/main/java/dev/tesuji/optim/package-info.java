/// How weights move.
@org.jspecify.annotations.NullMarked
package dev.tesuji.optim;
