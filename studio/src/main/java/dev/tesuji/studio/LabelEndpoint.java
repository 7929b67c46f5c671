package dev.tesuji.studio;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.labels.Export;
import dev.tesuji.labels.Item;
import dev.tesuji.labels.Labelling;
import dev.tesuji.labels.Project;
import dev.tesuji.labels.ProjectAgreement;
import dev.tesuji.labels.shared.Database;
import dev.tesuji.labels.shared.SharedStore;
import dev.tesuji.serve.http.HttpAnswer;
import dev.tesuji.serve.http.HttpHead;
import dev.tesuji.studio.access.Role;
import dev.tesuji.studio.access.Sessions.Session;
import dev.tesuji.studio.web.Query;
import dev.tesuji.studio.web.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Puts items before annotators, and takes what they say.
final class LabelEndpoint implements AutoCloseable {
  private final Path folder;
  private final @Nullable Database database;
  private final Map<String, Labelling> open = new TreeMap<>();

  /// @param database where judgements are; null for the projects' own files
  LabelEndpoint(Path folder, @Nullable Database database) {
    this.folder = folder;
    this.database = database;
  }

  /// Returns the names of the projects: folders that have items.
  private List<String> names() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(folder)) {
      List<String> names = new ArrayList<>();
      found
          .filter(f -> Files.exists(f.resolve("items.jsonl")))
          .map(f -> String.valueOf(f.getFileName()))
          .sorted()
          .forEach(names::add);
      return names;
    } catch (IOException e) {
      throw dev.tesuji.files.SafeFiles.failed(folder, e);
    }
  }

  private synchronized Labelling project(String name) {
    if (!names().contains(name)) {
      throw new Refusal(404, "there is no project '" + BadInput.brief(name) + "'");
    }
    return open.computeIfAbsent(name, this::open);
  }

  private Labelling open(String name) {
    Project project = Project.open(folder.resolve(name));
    return database == null
        ? new Labelling(project)
        : new Labelling(project, new SharedStore(database, project, name));
  }

  /// Answers a question.
  ///
  /// @param name the path after `/api/`
  HttpAnswer answer(String name, HttpHead head, Session session) {
    Query query = Query.parse(head.query());
    return switch (name) {
      case "projects" -> json(projects(session));
      case "next" -> json(next(project(query.require("project")), session.name()));
      case "agreement" -> {
        requireLead(session);
        Labelling of = project(query.require("project"));
        yield json(ProjectAgreement.of(of.project(), of.judgements()));
      }
      case "export" -> {
        requireLead(session);
        yield export(query);
      }
      default ->
          throw new Refusal(404, "the path must be one of this server's, got '/api/" + name + "'");
    };
  }

  private static void requireLead(Session session) {
    if (session.role() != Role.LEAD) {
      throw new Refusal(403, "only a lead may see this, since judging is blind");
    }
  }

  static HttpAnswer json(JsonNode json) {
    return HttpAnswer.of(200, "application/json", Json.line(json))
        .with("cache-control", "no-store");
  }

  private ArrayNode projects(Session session) {
    ArrayNode list = Json.MAPPER.createArrayNode();
    for (String name : names()) {
      Labelling labelling = project(name);
      ObjectNode json = list.addObject().put("project", name);
      json.put("question", labelling.project().settings().question());
      json.put("mode", labelling.project().settings().mode().toString());
      json.put("items", labelling.project().items().size());
      json.put("judged", labelling.count(session.name()));
      json.put("simulated", labelling.simulated());
    }
    return list;
  }

  private HttpAnswer export(Query query) {
    Export.Shape shape =
        Stream.of(Export.Shape.values())
            .filter(s -> s.toString().equals(query.text("shape")))
            .findFirst()
            .orElseThrow(() ->
                new Refusal(
                    400,
                    "parameter 'shape' must be rankings, pairs, labels, argilla or"
                        + " label-studio"));
    Labelling of = project(query.require("project"));
    String text = Export.text(of.project(), of.judgements(), shape).text();
    String type = shape.isList() ? "application/json" : "application/x-ndjson";
    String file = shape + (shape.isList() ? ".json" : ".jsonl");
    return HttpAnswer.of(200, type, text)
        .with("content-disposition", "attachment; filename=\"" + file + "\"");
  }

  /// Returns the next item without what annotators must not know: where answers are from, in which
  /// order the item has them, and whether it is a check.
  private static ObjectNode next(Labelling labelling, String annotator) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("question", labelling.project().settings().question());
    json.put("mode", labelling.project().settings().mode().toString());
    json.put("judged", labelling.count(annotator)).put("last", labelling.last(annotator));
    Labelling.Asked asked = labelling.next(annotator);
    if (asked == null) {
      return json.putNull("item");
    }
    Item item = asked.item();
    json.put("item", item.id());
    json.set("prompt", item.prompt());
    ArrayNode answers = json.putArray("answers");
    asked.order().forEach(a -> answers.add(item.answers().get(a).text()));
    return json;
  }

  /// Takes a change.
  ///
  /// @return null for what this does not know
  @Nullable HttpAnswer change(String name, ObjectNode body, Session session) {
    String project = body.path("project").asString("");
    ObjectNode rest = body.deepCopy();
    rest.remove("project");
    return switch (name) {
      case "judge" -> {
        Labelling labelling = project(project);
        try {
          labelling.judge(session.name(), rest);
        } catch (BadInput e) {
          throw new Refusal(400, String.valueOf(e.getMessage()));
        }
        yield json(next(labelling, session.name()));
      }
      case "undo" -> {
        Labelling labelling = project(project);
        if (!labelling.undo(session.name(), body.path("judgement").asString(""))) {
          throw new Refusal(409, "the judgement does not stand, so it cannot be undone");
        }
        yield json(next(labelling, session.name()));
      }
      default -> null;
    };
  }

  @Override
  public synchronized void close() {
    open.values().forEach(Labelling::close);
    open.clear();
  }
}
