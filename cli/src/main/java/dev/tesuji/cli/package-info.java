/// The commands behind `./tesuji`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.cli;
