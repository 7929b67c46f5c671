package dev.tesuji.compare;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// A further page of a comparison, for runs that measured something of their own.
public interface Appendix {
  /// Writes the page, where any run has measured what it shows.
  ///
  /// @param name names the comparison
  /// @param folder where to write
  /// @param runs the folders of the runs that have ended, by their names
  void write(String name, Path folder, Map<String, Path> runs);

  /// Returns the same as a table of text; nothing where no run has measured it.
  Optional<String> table(Map<String, Path> runs);

  /// Returns the name of the page's file.
  String page();
}
