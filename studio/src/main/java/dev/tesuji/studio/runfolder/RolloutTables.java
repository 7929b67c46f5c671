package dev.tesuji.studio.runfolder;

import dev.tesuji.studio.web.Query;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The tables of rollouts of the runs that somebody looks at.
public final class RolloutTables implements AutoCloseable {
  private static final int OPEN = 8;

  private final Map<String, RolloutTable> tables = new LinkedHashMap<>(16, 0.75f, true);

  /// Makes a place for tables, each of which is filled when it is first asked.
  public RolloutTables() {}

  private synchronized RolloutTable of(Run run) {
    RolloutTable table =
        tables.computeIfAbsent(run.folder().toString(), _ -> new RolloutTable(run));
    if (tables.size() > OPEN) {
      String oldest = tables.keySet().iterator().next();
      RolloutTable closed = tables.remove(oldest);
      if (closed != null) {
        closed.close();
      }
    }
    return table;
  }

  /// Returns a page of rollouts: `rows`, the `total` of what was asked for, and how many files are
  /// still to be read.
  public ObjectNode page(Run run, Query query) {
    return of(run).page(query);
  }

  /// Returns rollouts with their texts.
  ///
  /// @param most how many at most
  public ArrayNode export(Run run, Query query, long most) {
    return of(run).export(query, most);
  }

  /// Returns what can be chosen, and ranges of the parts of rewards.
  public ObjectNode facets(Run run) {
    return of(run).facets();
  }

  /// Returns a rollout and its group.
  ///
  /// @param query its `stage`, `step` and `line`
  /// @param most how many characters of each text at most
  public ObjectNode one(Run run, Query query, int most) {
    return of(run).one(address(query), most);
  }

  /// Returns the whole text of a completion.
  ///
  /// @param query its `stage`, `step` and `line`
  public String completion(Run run, Query query) {
    return of(run).completion(address(query));
  }

  /// Returns the tokens of a rollout with what sampler and trainer made of them.
  ///
  /// @param query its `stage`, `step` and `line`
  /// @param most how many at most
  public ObjectNode tokens(Run run, Query query, int most) {
    return of(run).tokens(address(query), most);
  }

  private static RolloutTable.Address address(Query query) {
    query.require("line");
    return new RolloutTable.Address(
        query.require("stage"),
        query.number("step", 0, 0, Long.MAX_VALUE),
        query.number("line", 1, 1, Long.MAX_VALUE));
  }

  @Override
  public synchronized void close() {
    tables.values().forEach(RolloutTable::close);
    tables.clear();
  }
}
