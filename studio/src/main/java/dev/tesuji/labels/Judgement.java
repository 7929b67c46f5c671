package dev.tesuji.labels;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Fields;
import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// An annotator's words on an item.
///
/// @param id its name; a line that says the same again under the same name is the same judgement
/// @param item the item's id
/// @param annotator who
/// @param time when, as ISO 8601; may be empty
/// @param order the answers as they were shown: their numbers from 0
/// @param tiers of each answer, in the item's order, 1 for the best; empty for what was skipped,
///   withdrawn, or judged for safety alone
/// @param safe of each answer, in the item's order, whether it is safe; null for one that was not
///   judged; empty where none was
/// @param comment free text
/// @param milliseconds how long it took; -1 where nobody knows
/// @param revises the id of the judgement that this one replaces; empty for none
/// @param outcome what became of the item
/// @param repeat how often the annotator had judged the item before; above 0 it checks consistency
public record Judgement(
    String id,
    String item,
    String annotator,
    String time,
    List<Integer> order,
    List<Integer> tiers,
    List<@Nullable Boolean> safe,
    String comment,
    long milliseconds,
    String revises,
    Outcome outcome,
    int repeat) {
  /// The names of annotators that are no people begin with this (package `dev.tesuji.annotate`).
  public static final String SIMULATED = "simulated-";

  private static final String MILLISECONDS = "milliseconds";

  /// An outcome of an item before an annotator.
  public enum Outcome {
    /// It was judged.
    JUDGED,
    /// The annotator could not tell.
    SKIPPED,
    /// The judgement that is revised is taken back, and the item open again.
    WITHDRAWN;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// Copies the lists.
  public Judgement {
    order = List.copyOf(order);
    tiers = List.copyOf(tiers);
    safe = java.util.Collections.unmodifiableList(new ArrayList<>(safe));
  }

  /// Returns whether an annotator of this name is no person.
  public static boolean isSimulated(String annotator) {
    return annotator.startsWith(SIMULATED);
  }

  /// Returns whether no person said it.
  public boolean isSimulated() {
    return isSimulated(annotator);
  }

  /// Returns whether it orders answers.
  public boolean isRanking() {
    return tiers.size() > 1;
  }

  /// Returns the place at which an answer was shown, from 0.
  public int place(int answer) {
    return order.indexOf(answer);
  }

  /// Reads a line about an item.
  ///
  /// @throws BadInput when it does not fit
  static Judgement read(Fields row, Item item, String ownId) {
    int answers = item.answers().size();
    String id = row.text("id");
    Outcome outcome = outcome(row);
    List<Integer> tiers = row.get("tiers") == null ? List.of() : Item.tiers(row, "tiers", answers);
    List<@Nullable Boolean> safe = row.get("safe") == null ? List.of() : safe(row, answers);
    if (outcome == Outcome.JUDGED && tiers.isEmpty() && safe.isEmpty()) {
      throw row.bad(
          "field 'tiers' is missing, and so is 'safe'; a judgement has one of them, or 'outcome'"
              + " skipped or withdrawn");
    }
    JsonNode spent = row.get(MILLISECONDS);
    if (spent != null && (!spent.isNumber() || spent.doubleValue() < 0)) {
      throw row.bad(
          "field 'milliseconds' must be a number of at least 0, got " + BadInput.brief(spent));
    }
    JsonNode repeat = row.get("repeat");
    if (repeat != null && (!repeat.canConvertToInt() || repeat.intValue() < 0)) {
      throw row.bad(
          "field 'repeat' must be a whole number of at least 0, got " + BadInput.brief(repeat));
    }
    return new Judgement(
        id == null ? ownId : id,
        item.id(),
        row.requireText("annotator"),
        Objects.requireNonNullElse(row.text("time"), ""),
        order(row, answers),
        tiers,
        safe,
        Objects.requireNonNullElse(row.text("comment"), ""),
        spent == null ? -1 : spent.longValue(),
        Objects.requireNonNullElse(row.text("revises"), ""),
        outcome,
        repeat == null ? 0 : repeat.intValue());
  }

  private static Outcome outcome(Fields row) {
    String word = row.text("outcome");
    for (Outcome known : Outcome.values()) {
      if (word == null || known.toString().equals(word)) {
        return known;
      }
    }
    throw row.bad(
        "field 'outcome' must be judged, skipped or withdrawn, got " + BadInput.brief(word));
  }

  private static List<Integer> order(Fields row, int answers) {
    List<Integer> natural = IntStream.range(0, answers).boxed().toList();
    int[] given = row.ids("order");
    if (given == null) {
      return natural;
    }
    List<Integer> order = IntStream.of(given).boxed().toList();
    if (!order.stream().sorted().toList().equals(natural)) {
      throw row.bad(
          "field 'order' must have each answer's number from 0 to "
              + (answers - 1)
              + " once, got "
              + BadInput.brief(order));
    }
    return order;
  }

  private static List<@Nullable Boolean> safe(Fields row, int answers) {
    JsonNode given = row.require("safe");
    List<@Nullable Boolean> safe = new ArrayList<>();
    for (JsonNode node : given) {
      if (node.isBoolean() || node.isNull()) {
        safe.add(node.isNull() ? null : node.booleanValue());
      }
    }
    if (!given.isArray() || given.size() != answers || safe.size() != answers) {
      throw row.bad(
          "field 'safe' must say true, false or null of each of the "
              + answers
              + " answers, got "
              + BadInput.brief(given));
    }
    return safe;
  }

  /// Returns the line.
  public ObjectNode toJson() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("id", id).put("item", item).put("annotator", annotator).put("time", time);
    json.put("outcome", outcome.toString());
    order.forEach(json.putArray("order")::add);
    if (!tiers.isEmpty()) {
      tiers.forEach(json.putArray("tiers")::add);
    }
    if (!safe.isEmpty()) {
      ArrayNode list = json.putArray("safe");
      safe.forEach(list::add);
    }
    if (!comment.isEmpty()) {
      json.put("comment", comment);
    }
    if (milliseconds >= 0) {
      json.put(MILLISECONDS, milliseconds);
    }
    if (!revises.isEmpty()) {
      json.put("revises", revises);
    }
    if (repeat > 0) {
      json.put("repeat", repeat);
    }
    return json;
  }
}
