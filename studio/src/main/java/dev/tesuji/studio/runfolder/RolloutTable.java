package dev.tesuji.studio.runfolder;

import dev.tesuji.dataset.DuckDb;
import dev.tesuji.files.InputFiles;
import dev.tesuji.json.Json;
import dev.tesuji.studio.web.Query;
import dev.tesuji.studio.web.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The rollouts of one run as a table that DuckDB filters, sorts and searches.
///
/// It lies in a temporary folder. A query first brings what has changed; where that takes longer
/// than a moment the query sees what is there, newest steps first, says how much is missing, and
/// the next one goes on.
final class RolloutTable implements AutoCloseable {
  private static final Duration MOMENT = Duration.ofMillis(400);
  private static final int SHOWN = 400; // characters of a completion in a list
  private static final int MOST_STEPS = 5_000;
  private static final int MOST_PARTS = 60;
  private static final String COLUMNS =
      "stage, step, line, task, problem, verdict, reward, advantage, tokens, finish, trouble, sample,"
          + " dropped, turns, parts";

  private static final String IS_AT = "stage = ? AND coalesce(step, 0) = ? AND line = ?";

  private final Run run;
  private final Path folder;
  private final Connection connection;
  private final RolloutLoader loader;
  private final ReentrantLock lock = new ReentrantLock(); // a connection serves one at a time
  private int missing;

  RolloutTable(Run run) {
    this.run = run;
    try {
      folder = Files.createTempDirectory("tesuji-studio");
      connection =
          DuckDb.open(
              folder.resolve("rollouts.duckdb"),
              Math.max(1, Runtime.getRuntime().availableProcessors()));
      loader = new RolloutLoader(connection, folder);
    } catch (IOException e) {
      throw InputFiles.failed(run.folder(), e);
    } catch (SQLException e) {
      throw defect(e);
    }
  }

  /// A place of a rollout, the same whenever it is read.
  ///
  /// @param step 0 where its line has none
  /// @param line of its file, from 1
  record Address(String stage, long step, long line) {}

  private static IllegalStateException defect(SQLException e) {
    return new IllegalStateException("DuckDB: " + e.getMessage(), e);
  }

  /// Something that is asked of the table.
  @FunctionalInterface
  private interface Asking<T> {
    T ask() throws SQLException;
  }

  private <T> T ask(Asking<T> asking) {
    lock.lock();
    try {
      bring();
      return asking.ask();
    } catch (SQLException e) {
      throw defect(e);
    } finally {
      lock.unlock();
    }
  }

  private void bring() throws SQLException {
    // who asks first gets the newest steps at once
    long end = System.nanoTime() + (loader.isEmpty() ? 0 : MOMENT.toNanos());
    List<RolloutLoader.Source> left = loader.changed(run.rollouts());
    boolean isTime = !left.isEmpty();
    while (isTime) {
      left = loader.bring(left);
      isTime = !left.isEmpty() && System.nanoTime() < end;
    }
    missing = left.size();
  }

  /// Returns a page of rows with the number of all.
  ObjectNode page(Query query) {
    RolloutQuery wanted = new RolloutQuery(query);
    long size = query.number("size", 50, 1, 500);
    long page = query.number("page", 0, 0, 1_000_000);
    return ask(() -> {
      ObjectNode json = Json.MAPPER.createObjectNode();
      List<Long> ids = new ArrayList<>();
      json.put("total", find(wanted, size, page * size, ids)).put("missing_files", missing);
      json.set("rows", shown(ids));
      return json;
    });
  }

  /// Finds the rows of a page, in their order, in one pass over what the conditions look at.
  ///
  /// @param ids takes their row numbers
  /// @return how many rows there are on all pages
  private long find(RolloutQuery wanted, long size, long skipped, List<Long> ids)
      throws SQLException {
    String order = " ORDER BY key " + wanted.direction() + ", stage, file, line";
    String sql =
        "WITH hits AS MATERIALIZED (SELECT rowid AS id, "
            + wanted.key()
            + " AS key, stage, file, line FROM rollouts WHERE "
            + wanted.where()
            + "), page AS (SELECT * FROM hits"
            + order
            + " LIMIT ? OFFSET ?) SELECT (SELECT count(*) FROM hits), id FROM (SELECT 1) LEFT JOIN"
            + " page ON true"
            + order;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      wanted.bindKeyed(statement, size, skipped);
      long total = 0;
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          total = rows.getLong(1);
          long id = rows.getLong(2);
          if (!rows.wasNull()) {
            ids.add(id);
          }
        }
      }
      return total;
    }
  }

  /// Returns rows as a list shows them.
  private ArrayNode shown(List<Long> ids) throws SQLException {
    if (ids.isEmpty()) {
      return Json.MAPPER.createArrayNode();
    }
    String some = String.join(", ", ids.stream().map(String::valueOf).toList());
    return rows(
        "SELECT "
            + COLUMNS
            + ", left(prompt, 200) AS prompt, left(completion, "
            + SHOWN
            + ") AS completion, length(completion) AS length FROM rollouts WHERE rowid IN ("
            + some
            + ") ORDER BY list_position(["
            + some
            + "], rowid)");
  }

  /// Returns all rows that are asked for, up to a limit, with their texts.
  ArrayNode export(Query query, long most) {
    RolloutQuery wanted = new RolloutQuery(query);
    return ask(() -> {
      String sql =
          "SELECT "
              + COLUMNS
              + ", prompt, gold, completion FROM rollouts WHERE "
              + wanted.where()
              + " ORDER BY "
              + wanted.order()
              + " LIMIT ?";
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        wanted.bindOrdered(statement, most);
        return rows(statement);
      }
    });
  }

  /// Returns what can be chosen: values with their counts, and ranges.
  ObjectNode facets() {
    return ask(() -> {
      ObjectNode json = Json.MAPPER.createObjectNode().put("missing_files", missing);
      for (String column : List.of("stage", "verdict", "finish", "task", "dropped")) {
        json.set(
            column,
            rows(
                "SELECT "
                    + column
                    + " AS value, count(*) AS count FROM rollouts GROUP BY 1 ORDER BY 2 DESC, 1"
                    + " LIMIT 100"));
      }
      json.set(
          "steps",
          rows(
              "SELECT step, count(*) AS count, avg(reward) AS reward FROM rollouts GROUP BY 1 ORDER"
                  + " BY 1 LIMIT "
                  + MOST_STEPS));
      json.set("parts", parts());
      return json;
    });
  }

  /// Returns the range of each part of rewards.
  private ArrayNode parts() throws SQLException {
    ArrayNode parts = Json.MAPPER.createArrayNode();
    String names =
        "SELECT DISTINCT unnest(json_keys(parts)) AS part FROM rollouts ORDER BY 1 LIMIT "
            + MOST_PARTS;
    for (JsonNode name : rows(names)) {
      String sql =
          "SELECT count(value) AS count, min(value) AS least, avg(value) AS mean, max(value) AS most"
              + " FROM (SELECT TRY_CAST(json_extract_string(parts, ?) AS DOUBLE) AS value FROM"
              + " rollouts)";
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setString(1, RolloutQuery.path(name.path("part").asString("")));
        ObjectNode range = (ObjectNode) rows(statement).get(0);
        if (range.path("count").asLong(0) > 0) {
          parts.add(((ObjectNode) name).setAll(range));
        }
      }
    }
    return parts;
  }

  /// Returns one rollout with its texts and the others of its group.
  ///
  /// @throws Refusal when there is none
  ObjectNode one(Address address, int most) {
    return ask(() -> {
      String sql =
          "SELECT "
              + COLUMNS
              + ", left(prompt, ?) AS prompt, gold, left(completion, ?) AS completion,"
              + " length(completion) AS length FROM rollouts WHERE ";
      ArrayNode own = some(sql + IS_AT, address, most, most);
      if (own.isEmpty()) {
        throw missing(address);
      }
      ObjectNode json = Json.MAPPER.createObjectNode();
      json.set("rollout", own.get(0));
      json.set(
          "group",
          some(
              sql
                  + "(stage, file, coalesce(task, ''), problem) = (SELECT (stage, file,"
                  + " coalesce(task, ''), problem) FROM rollouts WHERE "
                  + IS_AT
                  + " LIMIT 1) ORDER BY sample NULLS LAST, line LIMIT 64",
              address,
              most,
              most));
      return json;
    });
  }

  /// Returns the rows of a query whose last question marks are those of an address.
  private ArrayNode some(String sql, Address address, int... first) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int at = 1;
      for (int value : first) {
        statement.setInt(at++, value);
      }
      statement.setString(at++, address.stage());
      statement.setLong(at++, address.step());
      statement.setLong(at, address.line());
      return rows(statement);
    }
  }

  private static Refusal missing(Address address) {
    return new Refusal(
        404,
        "stage '"
            + address.stage()
            + "' has no line "
            + address.line()
            + " of step "
            + address.step()
            + "; its file may have changed");
  }

  /// Returns the whole text of a completion.
  ///
  /// @throws Refusal when there is none
  String completion(Address address) {
    return ask(() -> {
      ArrayNode rows = some("SELECT completion FROM rollouts WHERE " + IS_AT, address);
      if (rows.isEmpty()) {
        throw missing(address);
      }
      return rows.get(0).path("completion").asString("");
    });
  }

  /// Returns the tokens of a rollout, none where its run has not kept them.
  ///
  /// @throws Refusal when there is no such rollout
  ObjectNode tokens(Address address, int most) {
    String file =
        ask(() -> {
          ArrayNode rows = some("SELECT file FROM rollouts WHERE " + IS_AT, address);
          if (rows.isEmpty()) {
            throw missing(address);
          }
          return rows.get(0).path("file").asString("");
        });
    ObjectNode found = TokenFile.read(Path.of(file), address.line(), most);
    return found == null ? Json.MAPPER.createObjectNode().put("total", 0) : found;
  }

  private ArrayNode rows(String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      return rows(statement);
    }
  }

  private static ArrayNode rows(PreparedStatement statement) throws SQLException {
    ArrayNode rows = Json.MAPPER.createArrayNode();
    try (ResultSet result = statement.executeQuery()) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        ObjectNode row = rows.addObject();
        for (int i = 1; i <= columns; i++) {
          put(row, result.getMetaData().getColumnName(i), result.getObject(i));
        }
      }
    }
    return rows;
  }

  private static void put(
      ObjectNode row, String name, @org.jspecify.annotations.Nullable Object value) {
    switch (value) {
      case null -> {} // a column that a row lacks is left out
      case Long number -> row.put(name, number);
      case Integer number -> row.put(name, number);
      case Double number -> row.put(name, number);
      case String text when name.equals("parts") -> row.set(name, Json.MAPPER.readTree(text));
      default -> row.put(name, value.toString());
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      connection.close();
    } catch (SQLException e) {
      throw defect(e);
    } finally {
      lock.unlock();
      delete();
    }
  }

  private void delete() {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      // it lies in the system's temporary folder, which is cleaned up
    }
  }
}
