package dev.tesuji.play.gtp;

/// Carries a command out.
@FunctionalInterface
interface GtpCommand {
  /// Returns the answer; what was written to `reply` before is not repeated.
  ///
  /// @throws GtpError to answer with `?`
  String run(GtpArguments arguments, GtpReply reply);
}
