package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.duckdb.DuckDBDriver;

/// Opens DuckDB such that it reaches for nothing outside: no network, no extension, no settings of
/// its user.
public final class DuckDb {
  private DuckDb() {}

  /// Loads DuckDB's library on a thread of its own, so that who asks first need not wait for it.
  public static void loadAhead() {
    Thread.ofPlatform()
        .daemon()
        .name("duckdb")
        .start(() -> {
          try (Connection _ = connect("jdbc:duckdb:", settings(1))) {
            // it is loaded now
          } catch (SQLException | LinkageError e) {
            // who needs it says so
          }
        });
  }

  /// Opens a database in a file.
  ///
  /// @param file where it lies; made where there is none
  /// @param threads how many work at once
  /// @throws BadInput when DuckDB cannot be loaded on this machine, or the file cannot be written
  public static Connection open(Path file, int threads) {
    Properties settings = settings(threads);
    settings.setProperty("memory_limit", "1GB");
    try {
      return connect("jdbc:duckdb:" + file, settings);
    } catch (SQLException e) {
      throw new BadInput(file + ": DuckDB could not open it: " + e.getMessage(), e);
    } catch (LinkageError e) {
      throw new BadInput(
          "DuckDB, which tables of rollouts need, cannot be loaded on this machine ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  static Properties settings(int threads) {
    Properties settings = new Properties();
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    settings.setProperty("threads", Integer.toString(threads));
    return settings;
  }

  static Connection connect(String address, Properties settings) throws SQLException {
    Connection connection = new DuckDBDriver().connect(address, settings);
    if (connection == null) {
      throw new IllegalStateException("the driver does not know its own address");
    }
    return connection;
  }

  /// Writes a path such that SQL takes it for one text, and DuckDB for one file.
  public static String literal(Path file) {
    String path = file.toString().replaceAll("[\\[*?]", "[$0]");
    return "'" + path.replace("'", "''") + "'";
  }
}
