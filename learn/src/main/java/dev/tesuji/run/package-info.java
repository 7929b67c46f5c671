/// Runs.
@org.jspecify.annotations.NullMarked
package dev.tesuji.run;
