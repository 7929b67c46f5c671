package dev.tesuji.studio;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.serve.http.Exchange;
import dev.tesuji.serve.http.HttpAnswer;
import dev.tesuji.serve.http.HttpHead;
import dev.tesuji.studio.runfolder.Comparison;
import dev.tesuji.studio.runfolder.LineDiff;
import dev.tesuji.studio.runfolder.MetricsTail;
import dev.tesuji.studio.runfolder.RolloutTables;
import dev.tesuji.studio.runfolder.Run;
import dev.tesuji.studio.runfolder.Runs;
import dev.tesuji.studio.runfolder.TolerantText;
import dev.tesuji.studio.web.Query;
import dev.tesuji.studio.web.Refusal;
import dev.tesuji.studio.web.Tables;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Answers questions about runs.
final class RunsEndpoint implements AutoCloseable {
  private static final int SHOWN = 20_000; // characters of a text on a page
  private static final int TOKENS = 4_000; // of a rollout on a page
  private static final int EXPORTED = 100_000; // rows of a table's file
  private static final long POLL_NANOS = 200_000_000; // a step is to be seen within a second
  private static final int BEAT = 75; // polls after which a silent stream says that it lives

  private final Runs runs;
  private final BooleanSupplier stopping;
  private final RolloutTables rollouts = new RolloutTables();

  RunsEndpoint(Runs runs, BooleanSupplier stopping) {
    this.runs = runs;
    this.stopping = stopping;
  }

  /// Answers.
  ///
  /// @param name what is asked: the path after `/api/`
  HttpAnswer answer(String name, HttpHead head) {
    Query query = Query.parse(head.query());
    return switch (name) {
      case "runs" -> table(query, "runs", list());
      case "run" -> json(run(query).detail());
      case "metrics" -> table(query, "metrics", metrics(query));
      case "recipe-diff" -> json(recipes(query));
      case "rollouts" -> rollouts(query);
      case "facets" -> json(rollouts.facets(run(query)));
      case "rollout" -> json(rollouts.one(run(query), query, SHOWN));
      case "completion" -> completion(query);
      case "tokens" -> json(rollouts.tokens(run(query), query, TOKENS));
      case "compare" -> compare(query);
      default ->
          throw new Refusal(
              404,
              "the path must be one of this server's, got '/api/" + BadInput.brief(name) + "'");
    };
  }

  private static HttpAnswer json(JsonNode json) {
    return HttpAnswer.of(200, "application/json", Json.line(json))
        .with("cache-control", "no-store");
  }

  private static HttpAnswer table(Query query, String name, ArrayNode rows) {
    return query.has("format") ? Tables.answer(rows, query.text("format"), name) : json(rows);
  }

  private ArrayNode list() {
    ArrayNode list = Json.MAPPER.createArrayNode();
    runs.all().values().forEach(run -> list.add(run.summary()));
    return list;
  }

  private Run run(Query query) {
    return runs.run(query.require("run"));
  }

  private ArrayNode metrics(Query query) {
    ArrayNode lines = Json.MAPPER.createArrayNode();
    TolerantText.lines(run(query).metrics()).forEach(lines::add);
    return lines;
  }

  private ObjectNode recipes(Query query) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    Run other = runs.run(query.require("with"));
    json.set("lines", LineDiff.of(run(query).recipe(), other.recipe()));
    return json;
  }

  private HttpAnswer rollouts(Query query) {
    return query.has("format")
        ? Tables.answer(
            rollouts.export(run(query), query, EXPORTED), query.text("format"), "rollouts")
        : json(rollouts.page(run(query), query));
  }

  private HttpAnswer completion(Query query) {
    String text = rollouts.completion(run(query), query);
    return HttpAnswer.of(200, "text/plain; charset=utf-8", text)
        .with("content-disposition", "attachment; filename=\"completion.txt\"");
  }

  private HttpAnswer compare(Query query) {
    Run first = runs.run(query.require("first"));
    Run second = runs.run(query.require("second"));
    ObjectNode json =
        Comparison.of(
            first.evaluation(query.require("first_evaluation")),
            second.evaluation(query.require("second_evaluation")));
    if (!query.has("format")) {
      return json(json);
    }
    ArrayNode flips = Json.MAPPER.createArrayNode();
    for (String side : new String[] {"only_first", "only_second"}) {
      json.path(side).forEach(f -> flips.add(((ObjectNode) f.deepCopy()).put("solved_by", side)));
    }
    return Tables.answer(flips, query.text("format"), "flips");
  }

  /// Sends the lines of a run's metrics, those that are there and those that come, as events:
  /// `anew` before lines that replace all that were sent, `lines` for a list of them, `state` when
  /// it changes.
  void stream(Exchange exchange) {
    Run run = run(Query.parse(exchange.head().query()));
    MetricsTail tail = new MetricsTail(run.metrics());
    exchange.stream(Map.of("x-content-type-options", "nosniff"));
    String state = "";
    int silent = 0;
    while (!exchange.isGone() && !stopping.getAsBoolean()) {
      MetricsTail.News news = tail.next();
      String now = run.state();
      silent++;
      if (news.anew()) {
        exchange.send("event: anew\ndata: \n\n");
      }
      if (!news.lines().isEmpty()) {
        exchange.send("event: lines\ndata: [" + String.join(",", news.lines()) + "]\n\n");
        silent = 0;
      }
      if (!now.equals(state)) {
        exchange.send("event: state\ndata: " + now + "\n\n");
        state = now;
      }
      if (silent > BEAT) {
        exchange.send(": still here\n\n");
        silent = 0;
      }
      if (news.lines().isEmpty()) {
        LockSupport.parkNanos(POLL_NANOS);
      }
    }
    exchange.end();
  }

  @Override
  public void close() {
    rollouts.close();
  }
}
