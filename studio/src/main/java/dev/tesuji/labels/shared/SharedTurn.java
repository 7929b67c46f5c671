package dev.tesuji.labels.shared;

import dev.tesuji.json.Json;
import dev.tesuji.labels.Judgement;
import dev.tesuji.labels.JudgementStore;
import dev.tesuji.labels.Project;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A transaction in which a server reads and adds.
final class SharedTurn implements JudgementStore.Turn {
  private final Database database;
  private final Connection connection;
  private final Project project;
  private final String name;
  private long seen; // the highest number of a row that was read or written
  private boolean appended;

  SharedTurn(Database database, Connection connection, Project project, String name, long seen) {
    this.database = database;
    this.connection = connection;
    this.project = project;
    this.name = name;
    this.seen = seen;
  }

  long seen() {
    return seen;
  }

  boolean appended() {
    return appended;
  }

  @Override
  public List<Judgement> fresh() {
    List<Judgement> fresh = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT number, line FROM tesuji_judgements WHERE project = ? AND number > ? ORDER BY"
                + " number")) {
      select.setString(1, name);
      select.setLong(2, seen);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          seen = rows.getLong(1);
          fresh.add(project.judgement(seen, rows.getString(2)));
        }
      }
      return fresh;
    } catch (SQLException e) {
      throw database.unavailable(e);
    }
  }

  @Override
  public void append(Judgement judgement) {
    appended = true;
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO tesuji_judgements (project, annotator, id, line) VALUES (?, ?, ?, ?)"
                + " RETURNING number")) {
      insert.setString(1, name);
      insert.setString(2, judgement.annotator());
      insert.setString(3, judgement.id());
      insert.setString(4, Json.line(judgement.toJson()));
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        seen = row.getLong(1);
      }
    } catch (SQLException e) {
      throw database.unavailable(e);
    }
  }

  @Override
  public Map<String, String> held() {
    Map<String, String> held = new LinkedHashMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT item, annotator FROM tesuji_holds WHERE project = ? AND since > now() - ? *"
                + " interval '1 second' ORDER BY since, item")) {
      select.setString(1, name);
      select.setLong(2, JudgementStore.HELD.toSeconds());
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          held.put(rows.getString(1), rows.getString(2));
        }
      }
      return held;
    } catch (SQLException e) {
      throw database.unavailable(e);
    }
  }

  @Override
  public void hold(String item, String annotator) {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO tesuji_holds VALUES (?, ?, ?, now()) ON CONFLICT (project, item) DO UPDATE"
                + " SET annotator = excluded.annotator, since = excluded.since")) {
      insert.setString(1, name);
      insert.setString(2, item);
      insert.setString(3, annotator);
      insert.execute();
    } catch (SQLException e) {
      throw database.unavailable(e);
    }
  }
}
