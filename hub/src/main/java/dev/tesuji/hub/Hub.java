package dev.tesuji.hub;

import dev.tesuji.check.BadInput;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The hub: models and data sets by their names.
///
/// @param settings where it is and how it is used
public record Hub(HubSettings settings) {
  /// Returns the hub that the environment names.
  ///
  /// @throws BadInput when a variable of the environment holds what it must not
  public static Hub ofEnvironment() {
    return new Hub(HubSettings.ofEnvironment());
  }

  /// Brings the needed files of a revision into the cache and returns the snapshot's folder.
  ///
  /// @param patterns the files to take; none to take those that are needed
  /// @throws BadInput one sentence that names the repository and the revision
  public Path fetch(Address address, List<String> patterns) {
    return fetch(address, patterns, Meter.onConsole(address.toString()), Patience.DEFAULT);
  }

  Path fetch(Address address, List<String> patterns, Meter meter, Patience patience) {
    try {
      return new Fetch(settings, address, patterns, meter).snapshot(patience);
    } catch (HubFailure e) {
      throw new BadInput(e.sentence(), e);
    }
  }

  /// Uploads a directory to a model's repository, which is made where there is none.
  ///
  /// @param tokenFile holds the token; null to take the variable `HF_TOKEN`, never what a login has
  ///   stored
  /// @param hidden whether a repository that is made is private
  /// @return the page of the repository
  /// @throws BadInput one sentence that names the repository
  public URI push(Path directory, Address address, @Nullable Path tokenFile, boolean hidden) {
    Meter meter = Meter.onConsole(address.toString());
    return push(directory, address, new Upload(tokenFile, hidden, meter, Patience.DEFAULT));
  }

  /// How an upload is made.
  ///
  /// @param tokenFile holds the token; null to take the variable
  /// @param hidden whether a repository that is made is private
  /// @param meter shows how far it is
  /// @param patience how often what fails is tried again
  record Upload(@Nullable Path tokenFile, boolean hidden, Meter meter, Patience patience) {}

  URI push(Path directory, Address address, Upload how) {
    HubSettings.Token token =
        how.tokenFile() == null ? settings.given() : HubSettings.Token.in(how.tokenFile());
    if (token == null) {
      throw new BadInput(
          address
              + ": an upload needs a token that is given for it: set HF_TOKEN, or add --token-file"
              + " FILE");
    }
    if (settings.offline()) {
      throw new BadInput(address + ": HF_HUB_OFFLINE is set; an upload needs the network");
    }
    HubSettings own = settings.with(token);
    try (Wire wire = new Wire(own)) {
      HubClient client = new HubClient(wire, own, address, how.patience());
      return new Push(client, how.meter()).upload(directory, how.hidden());
    } catch (HubFailure e) {
      throw new BadInput(e.sentence(), e);
    }
  }

  /// Brings what an address names into the cache and returns where it is: the snapshot's folder, or
  /// the file, folder or pattern within it that the address names.
  ///
  /// @throws BadInput one sentence that names the repository and the revision
  public Path resolve(Address address) {
    Path snapshot = fetch(address, List.of());
    String path = address.path();
    return path == null ? snapshot : snapshot.resolve(path);
  }
}
