package dev.tesuji.hub;

import dev.tesuji.check.BadInput;
import dev.tesuji.hub.HubFailure.Kind;
import dev.tesuji.hub.Wire.Answer;

/// The hub's refusals in one sentence each, with the remedy.
final class Refusal {
  private Refusal() {}

  /// Makes the failure of an answer that will not be another one if it is asked for again.
  ///
  /// @param what names the file that was asked for; empty for the repository
  static HubFailure of(Answer answer, String what, HubClient client) {
    Address about = client.about();
    HubSettings settings = client.settings();
    String kind = about.repository().kind().word();
    String code = answer.response().headers().firstValue("x-error-code").orElse("");
    int status = answer.status();
    if (code.equals("GatedRepo")) {
      return new HubFailure(
          Kind.REFUSED,
          about
              + ": this "
              + kind
              + " is gated; ask for access on "
              + page(about, settings)
              + ", then "
              + remedy(settings));
    }
    if (code.equals("RevisionNotFound")) {
      return new HubFailure(
          Kind.MISSING, about + ": the " + kind + " has no revision '" + about.revision() + "'");
    }
    if (code.equals("EntryNotFound") || (status == 404 && !what.isEmpty())) {
      return new HubFailure(
          Kind.MISSING,
          about + ": the " + kind + " has no " + (what.isEmpty() ? "such file" : what));
    }
    if (code.equals("RepoNotFound") || status == 401 || status == 404) {
      return missing(status, about, settings);
    }
    String said = answer.response().headers().firstValue("x-error-message").orElse("");
    return new HubFailure(
        status == 403 ? Kind.REFUSED : Kind.UNUSABLE,
        about
            + ": the hub refused "
            + (what.isEmpty() ? "the " + kind : what)
            + " (status "
            + status
            + (said.isEmpty() ? "" : ": " + BadInput.brief(said).replaceFirst("\\.$", ""))
            + (status == 403 ? "); " + remedy(settings) : ")"));
  }

  /// The hub answers alike for what is private and for what is not there.
  private static HubFailure missing(int status, Address about, HubSettings settings) {
    String sentence =
        about
            + ": there is no such "
            + about.repository().kind().word()
            + " on "
            + settings.endpoint()
            + ", or it is private; check the name, or "
            + remedy(settings);
    return new HubFailure(status == 404 ? Kind.MISSING : Kind.REFUSED, sentence);
  }

  private static String page(Address about, HubSettings settings) {
    Repository r = about.repository();
    return settings.endpoint() + "/" + r.kind().prefix() + r.id();
  }

  private static String remedy(HubSettings settings) {
    return settings.token() == null
        ? "set HF_TOKEN to a token that may read it (none was sent)"
        : "set HF_TOKEN to a token that may read it (the one that was sent may not)";
  }
}
