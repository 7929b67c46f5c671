package dev.tesuji.hub;

import dev.tesuji.check.BadInput;
import java.nio.file.Path;
import java.util.List;

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
