package dev.tesuji.labels;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.InputFiles;
import dev.tesuji.json.Fields;
import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Labels that people gave in other tools.
///
/// @param items what was asked about
/// @param judgements what was said, in the order of the file
public record Import(List<Item> items, List<Judgement> judgements) {
  private static final List<String> PROMPTS =
      List.of("prompt", "instruction", "question", "input", "context");

  /// Copies the lists.
  public Import {
    items = List.copyOf(items);
    judgements = List.copyOf(judgements);
  }

  /// A record of a file that is a JSON list, or has JSON lines.
  ///
  /// @param file the file
  /// @param number of the record, from 1
  record Entry(Path file, long number, ObjectNode fields) implements Fields {
    @Override
    public String unit() {
      return "record";
    }

    @Override
    public BadInput bad(String problem) {
      return BadInput.in(file, "record " + number + ": " + problem);
    }
  }

  /// Something that reads one record of a tool.
  interface Reader {
    /// Reads a record; adds nothing where nobody judged it.
    void read(Entry entry, Map<String, Item> items, List<Judgement> judgements);
  }

  /// Reads an export of [Argilla](https://argilla.io): records with a ranking question over fields,
  /// or with a rating question for each.
  ///
  /// @throws BadInput when a record does not fit
  public static Import argilla(Path file) {
    return read(file, new Argilla());
  }

  /// Reads a JSON export of [Label Studio](https://labelstud.io): tasks judged pairwise, with a
  /// ranker, or with ratings of the answers.
  ///
  /// @throws BadInput when a record does not fit
  public static Import labelStudio(Path file) {
    return read(file, new LabelStudio());
  }

  private static Import read(Path file, Reader reader) {
    Map<String, Item> items = new LinkedHashMap<>();
    List<Judgement> judgements = new ArrayList<>();
    for (Entry entry : entries(file)) {
      reader.read(entry, items, judgements);
    }
    if (judgements.isEmpty()) {
      throw BadInput.in(file, "must have at least one judged record, got none");
    }
    return new Import(List.copyOf(items.values()), judgements);
  }

  private static List<Entry> entries(Path file) {
    List<Entry> entries = new ArrayList<>();
    try {
      String text = InputFiles.readText(file);
      if (!text.stripLeading().startsWith("[")) {
        JsonLines.forEach(
            file, row -> entries.add(new Entry(file, entries.size() + 1L, row.fields())));
        return entries;
      }
      for (JsonNode node : Json.MAPPER.readTree(text)) {
        if (!(node instanceof ObjectNode object)) {
          throw BadInput.in(file, "must be a list of JSON objects, got " + BadInput.brief(node));
        }
        entries.add(new Entry(file, entries.size() + 1L, object));
      }
      return entries;
    } catch (JacksonException e) {
      throw Json.notJson(file, e);
    } catch (IOException e) {
      throw InputFiles.failed(file, e);
    }
  }

  /// Finds the prompt among the fields of a record: under its usual names, else the only field that
  /// is no answer.
  static JsonNode prompt(Entry entry, JsonNode fields, List<String> answers) {
    for (String name : PROMPTS) {
      if (!answers.contains(name) && isPrompt(fields.path(name))) {
        return fields.path(name);
      }
    }
    List<String> others =
        fields.propertyNames().stream()
            .filter(n -> !answers.contains(n) && isPrompt(fields.path(n)))
            .toList();
    if (others.size() != 1) {
      throw entry.bad(
          "must have a text field named "
              + String.join(", ", PROMPTS)
              + ", got "
              + BadInput.brief(fields.propertyNames()));
    }
    return fields.path(others.getFirst());
  }

  private static boolean isPrompt(JsonNode node) {
    return node.isString() || (node.isArray() && node.path(0).path("role").isString());
  }

  /// Reads the texts of answers by the names of their fields.
  static List<Item.Answer> answers(Entry entry, JsonNode fields, List<String> names) {
    List<Item.Answer> answers = new ArrayList<>();
    for (String name : names) {
      if (!fields.path(name).isString()) {
        throw entry.bad(
            "field '"
                + name
                + "', which is judged, must be a text, got "
                + BadInput.brief(fields.path(name)));
      }
      answers.add(new Item.Answer(fields.path(name).stringValue(), name));
    }
    if (answers.size() < 2 || answers.size() > Item.MOST) {
      throw entry.bad("must have 2 to " + Item.MOST + " answers, got " + answers.size());
    }
    return answers;
  }

  /// Finds the field whose name a question's name holds, the longest where there are several.
  static Optional<String> named(String question, JsonNode fields) {
    return fields.propertyNames().stream()
        .filter(f -> !PROMPTS.contains(f) && question.contains(f))
        .max(Comparator.comparingInt(String::length));
  }

  /// Puts what was rated into tiers: the highest rating is 1, equal ones tie.
  static Map<String, Integer> tiers(Map<String, Double> ratings) {
    List<Double> best =
        ratings.values().stream().distinct().sorted(Comparator.reverseOrder()).toList();
    Map<String, Integer> tiers = new TreeMap<>();
    ratings.forEach((name, rating) -> tiers.put(name, best.indexOf(rating) + 1));
    return tiers;
  }

  /// Makes a judgement that has tiers.
  static Judgement judgement(String id, Item item, String annotator, List<Integer> tiers) {
    List<Integer> order = java.util.stream.IntStream.range(0, tiers.size()).boxed().toList();
    return new Judgement(
        id,
        item.id(),
        annotator,
        "",
        order,
        tiers,
        List.of(),
        "",
        -1,
        "",
        Judgement.Outcome.JUDGED,
        0);
  }

  /// Makes of a user's name one that a file can have.
  static String annotator(JsonNode user) {
    JsonNode name = user.isObject() ? user.path("email") : user;
    String safe = name.asString("unknown").replaceAll("[^A-Za-z0-9_.@-]", "_");
    return ("u" + safe).substring(safe.matches("[A-Za-z0-9].*") ? 1 : 0).transform(Import::cut);
  }

  private static String cut(String name) {
    return name.length() <= 64 ? name : name.substring(0, 64);
  }

  /// Makes a project of what was read.
  ///
  /// @throws BadInput when the folder holds one already
  public Project into(Path root, ProjectSettings settings) {
    Project project = Project.create(root, settings, items);
    for (String name : judgements.stream().map(Judgement::annotator).distinct().toList()) {
      try (JudgementLog log = JudgementLog.open(project.judgements(name))) {
        judgements.stream().filter(j -> j.annotator().equals(name)).forEach(log::append);
      }
    }
    return project;
  }
}
