package dev.tesuji.labels.shared;

import dev.tesuji.check.BadInput;
import dev.tesuji.labels.Draws;
import dev.tesuji.labels.JudgementStore;
import dev.tesuji.labels.Project;
import dev.tesuji.labels.Unavailable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The judgements of a project in a database, which other servers write to as well.
///
/// A connection that broke is opened anew at the next turn; a turn that had appended nothing is
/// taken again by itself.
public final class SharedStore implements JudgementStore {
  private static final int TRIES = 2;

  private final Database database;
  private final Project project;
  private final String name;
  private @Nullable Connection connection;
  private long seen;

  /// Opens a project's judgements.
  ///
  /// @param name the project's, the same at each server
  /// @throws BadInput when another server has other items or settings under this name
  /// @throws Unavailable when the database cannot be reached
  public SharedStore(Database database, Project project, String name) {
    this.database = database;
    this.project = project;
    this.name = name;
    try {
      requireSame(connect());
    } catch (SQLException e) {
      throw database.unavailable(e);
    }
  }

  private Connection connect() {
    Connection open = connection;
    if (open == null) {
      open = database.connect();
      connection = open;
    }
    return open;
  }

  private void requireSame(Connection open) throws SQLException {
    String own = project.hash();
    try (PreparedStatement insert =
            open.prepareStatement(
                "INSERT INTO tesuji_projects VALUES (?, ?) ON CONFLICT DO NOTHING");
        PreparedStatement select =
            open.prepareStatement("SELECT hash FROM tesuji_projects WHERE name = ?")) {
      insert.setString(1, name);
      insert.setString(2, own);
      insert.execute();
      select.setString(1, name);
      String first;
      try (ResultSet row = select.executeQuery()) {
        row.next();
        first = row.getString(1);
      }
      open.commit();
      if (!own.equals(first)) {
        throw BadInput.in(
            project.root(),
            "must have the items.jsonl and project.json that project '"
                + name
                + "' had when it was first opened with "
                + database
                + "; copy them from that server, or give the folder another name");
      }
    }
  }

  @Override
  public synchronized <T> T turn(Function<Turn, T> action) {
    for (int tried = 1; ; tried++) {
      boolean appended = false;
      try {
        Connection open = connect();
        lock(open);
        SharedTurn turn = new SharedTurn(database, open, project, name, seen);
        try {
          T result = action.apply(turn);
          open.commit();
          seen = turn.seen();
          return result;
        } catch (BadInput e) {
          open.rollback(); // what was read counts all the same: nothing was appended
          seen = turn.seen();
          throw e;
        } finally {
          appended = turn.appended();
        }
      } catch (SQLException | Unavailable e) {
        forget();
        if (appended || tried == TRIES) {
          throw e instanceof SQLException broken ? database.unavailable(broken) : (Unavailable) e;
        }
      }
    }
  }

  private void lock(Connection open) throws SQLException {
    try (PreparedStatement lock = open.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
      lock.setLong(1, Draws.number("tesuji project " + name));
      lock.execute();
    }
  }

  /// Reads all again at the next turn, over another connection.
  private void forget() {
    Database.close(connection);
    connection = null;
    seen = 0;
  }

  @Override
  public synchronized void close() {
    forget();
  }
}
