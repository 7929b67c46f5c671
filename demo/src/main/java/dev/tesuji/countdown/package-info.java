/// Countdown.
@org.jspecify.annotations.NullMarked
package dev.tesuji.countdown;
