/// Programs that speak the Go Text Protocol, as teachers and opponents.
///
/// A program runs in a process of its own. One that dies or hangs is a
/// [dev.tesuji.alphago.gtp.GtpFailure]; who uses it starts another.
@org.jspecify.annotations.NullMarked
package dev.tesuji.alphago.gtp;
