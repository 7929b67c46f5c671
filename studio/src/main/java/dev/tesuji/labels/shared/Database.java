package dev.tesuji.labels.shared;

import dev.tesuji.check.BadInput;
import dev.tesuji.labels.Unavailable;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/// A PostgreSQL database that several servers share.
///
/// @param address as JDBC has it, without who is let in
/// @param user who; empty for whom the operating system says
/// @param password empty where none is needed, or `PGPASSWORD` or `~/.pgpass` has it
public record Database(String address, String user, String password) {
  private static final String FORM = "postgresql://USER@HOST:PORT/NAME";
  private static final long SCHEMA_LOCK = 0x7465_7375_6A69L; // "tesuji"

  private static final String[] SCHEMA = {
    "CREATE TABLE tesuji_projects (name text PRIMARY KEY, hash text NOT NULL)",
    "CREATE TABLE tesuji_judgements (number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,"
        + " project text NOT NULL, annotator text NOT NULL, id text NOT NULL, line text NOT NULL,"
        + " PRIMARY KEY (project, annotator, id))",
    "CREATE INDEX ON tesuji_judgements (project, number)",
    "CREATE TABLE tesuji_holds (project text NOT NULL, item text NOT NULL, annotator text NOT NULL,"
        + " since timestamptz NOT NULL, PRIMARY KEY (project, item))",
    "CREATE TABLE tesuji_accounts (name text PRIMARY KEY, role text NOT NULL, bcrypt text NOT NULL)",
    "CREATE FUNCTION tesuji_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        + " 'BEGIN RAISE EXCEPTION ''judgements are only appended''; END'",
    "CREATE TRIGGER tesuji_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tesuji_judgements"
        + " FOR EACH STATEMENT EXECUTE FUNCTION tesuji_append_only()"
  };

  /// Reads an address such as `postgresql://labels@db.example.org/labels`.
  ///
  /// @throws BadInput when it is none
  public static Database of(String url) {
    try {
      URI uri = new URI(url);
      boolean isOurs = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
      if (!isOurs || uri.getHost() == null || String.valueOf(uri.getPath()).length() < 2) {
        throw bad();
      }
      String[] who =
          uri.getRawUserInfo() == null ? new String[] {"", ""} : uri.getRawUserInfo().split(":", 2);
      String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
      String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      return new Database(
          "jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath() + query,
          decoded(who[0]),
          decoded(who.length > 1 ? who[1] : ""));
    } catch (URISyntaxException e) {
      throw bad();
    }
  }

  /// Says what an address must be, without the one that was given: it may hold a password.
  private static BadInput bad() {
    return new BadInput("option --database must be an address such as " + FORM);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /// Connects, and makes the tables where there are none.
  ///
  /// @throws Unavailable when it cannot be reached
  Connection connect() {
    Properties settings = new Properties();
    if (!user.isEmpty()) {
      settings.setProperty("user", user);
    }
    if (!password.isEmpty()) {
      settings.setProperty("password", password);
    }
    settings.setProperty("ApplicationName", "tesuji studio");
    settings.setProperty("connectTimeout", "10");
    settings.setProperty("socketTimeout", "60");
    settings.setProperty("tcpKeepAlive", "true");
    @Nullable Connection connection = null;
    try {
      connection = new Driver().connect(address, settings);
      if (connection == null) {
        throw bad();
      }
      connection.setAutoCommit(false);
      prepare(connection);
      return connection;
    } catch (SQLException e) {
      close(connection);
      throw unavailable(e);
    }
  }

  private static void prepare(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET synchronous_commit = on");
      statement.execute("SET lock_timeout = '30s'");
      statement.execute("SET idle_in_transaction_session_timeout = '60s'");
      statement.execute("SELECT pg_advisory_xact_lock(" + SCHEMA_LOCK + ")");
      try (var known = statement.executeQuery("SELECT to_regclass('tesuji_accounts')")) {
        known.next();
        if (known.getString(1) != null) {
          connection.commit();
          return;
        }
      }
      for (String sql : SCHEMA) {
        statement.execute(sql);
      }
      connection.commit();
    }
  }

  static void close(@Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      // it is gone already
    }
  }

  /// Says that the database did not do what was asked, in its words.
  Unavailable unavailable(SQLException e) {
    String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return new Unavailable("the database at " + address.substring(5) + ": " + line, e);
  }

  /// Leaves passwords out.
  @Override
  public String toString() {
    return address.substring(5);
  }
}
