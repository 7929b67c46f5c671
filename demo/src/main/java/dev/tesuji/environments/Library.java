package dev.tesuji.environments;

import dev.tesuji.answer.Verdict;
import dev.tesuji.check.Require;
import dev.tesuji.env.DrawnTask;
import dev.tesuji.env.Game;
import dev.tesuji.env.Problem;
import dev.tesuji.json.Json;
import dev.tesuji.random.Rng;
import dev.tesuji.tools.ToolFault;
import dev.tesuji.tools.ToolLimits;
import dev.tesuji.tools.ToolTask;
import dev.tesuji.tools.Toolbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// Questions about people and towns that nobody knows by heart, and a search in the pages about
/// them ([Search-R1](https://arxiv.org/abs/2503.09516) in small).
///
/// The pages are made up from a seed. A question takes one or two pages: where someone was born, or
/// on which river the town lies in which their teacher was born.
///
/// @param people how many pages are about people
/// @param passages how many passages a search gives
/// @param searches the most turns
public record Library(int people, int passages, int searches) implements ToolTask, DrawnTask {
  private static final String TOOL = "search";
  private static final long SEED = 0xB25;
  private static final int HELD_OUT = 8; // every eighth person is only asked about in evaluation
  private static final List<String> BEGINNINGS =
      List.of("Al", "Bre", "Cor", "Dal", "Ed", "Fen", "Gar", "Hal", "Is", "Jor", "Kel", "Lun");
  private static final List<String> ENDINGS =
      List.of("a", "bert", "da", "en", "fried", "gan", "is", "ka", "mund", "o", "ric", "wyn");
  private static final List<String> FAMILIES =
      List.of("Ash", "Brook", "Carver", "Dale", "Elm", "Ford", "Grey", "Hill", "Marsh", "Stone");
  private static final List<String> TOWNS =
      List.of(
          "Abbenfeld",
          "Birkholm",
          "Caldmoor",
          "Dornwick",
          "Eskerby",
          "Fallowmere",
          "Grimsund",
          "Hartwell",
          "Ilvermouth",
          "Jarrowgate",
          "Kestrelton",
          "Lindenau");
  private static final List<String> RIVERS =
      List.of("Aller", "Brenta", "Clyst", "Dove", "Eden", "Fulda", "Gade", "Itchen");
  private static final List<String> CRAFTS =
      List.of("clocks", "maps", "violins", "lenses", "bells", "bridges", "songs", "dyes");

  /// Two hundred people, three passages, six turns.
  public static final Library DEFAULT = new Library(200, 3, 6);

  /// Checks the ranges.
  public Library {
    int most = BEGINNINGS.size() * ENDINGS.size() * FAMILIES.size();
    Require.that(
        people >= HELD_OUT && people <= most, "people", "from " + HELD_OUT + " to " + most, people);
    Require.atLeast(1, "passages", passages);
    Require.atLeast(1, "searches", searches);
  }

  @Override
  public String name() {
    return "library";
  }

  private static String person(int number) {
    int first = number % (BEGINNINGS.size() * ENDINGS.size());
    int family = (number / 7 + number / (BEGINNINGS.size() * ENDINGS.size())) % FAMILIES.size();
    return BEGINNINGS.get(first % BEGINNINGS.size())
        + ENDINGS.get(first / BEGINNINGS.size())
        + " "
        + FAMILIES.get(family);
  }

  private static int town(int person) {
    return Rng.below(TOWNS.size(), SEED, person, 1, 0);
  }

  private static String river(int town) {
    return RIVERS.get(Rng.below(RIVERS.size(), SEED, town, 2, 0));
  }

  private int teacher(int person) {
    return (person + 1 + Rng.below(people - 1, SEED, person, 3, 0)) % people;
  }

  /// Returns the pages.
  List<String> pages() {
    List<String> pages = new ArrayList<>();
    for (int p = 0; p < people; p++) {
      int year = 1500 + Rng.below(300, SEED, p, 4, 0);
      pages.add(
          person(p)
              + ": "
              + person(p)
              + ", born "
              + year
              + " in "
              + TOWNS.get(town(p))
              + ", made "
              + CRAFTS.get(Rng.below(CRAFTS.size(), SEED, p, 5, 0))
              + " and learned from "
              + person(teacher(p))
              + ".");
    }
    for (int t = 0; t < TOWNS.size(); t++) {
      pages.add(
          TOWNS.get(t)
              + " is a town on the river "
              + river(t)
              + ", known for its "
              + CRAFTS.get(Rng.below(CRAFTS.size(), SEED, t, 6, 0))
              + ".");
    }
    return pages;
  }

  @Override
  public Problem draw(long index, boolean heldOut) {
    long id = 2 * index + (heldOut ? 1 : 0);
    for (int attempt = 0; ; attempt++) {
      int p = Rng.below(people, SEED, id, attempt, 7);
      if ((p % HELD_OUT == 0) == heldOut) {
        return switch (Rng.below(3, SEED, id, attempt, 8)) {
          case 0 -> problem(id, "Where was " + person(p) + " born?", TOWNS.get(town(p)));
          case 1 ->
              problem(
                  id,
                  "On which river lies the town in which " + person(p) + " was born?",
                  river(town(p)));
          default ->
              problem(
                  id,
                  "Where was the teacher of " + person(p) + " born?",
                  TOWNS.get(town(teacher(p))));
        };
      }
    }
  }

  private Problem problem(long id, String question, String answer) {
    return new Problem(id, question, answer, name() + " " + id);
  }

  @Override
  public List<Problem> heldOut(int count) {
    return distinctHeldOut(count, 50, Problem::text);
  }

  @Override
  public String prompt(Problem problem) {
    return problem.text()
        + "\nSearch with <tool_call>{\"name\": \"search\", \"arguments\": {\"query\":"
        + " \"...\"}}</tool_call>, then answer with <answer>...</answer>.\n";
  }

  @Override
  public List<ObjectNode> tools() {
    ObjectNode tool = Json.MAPPER.createObjectNode().put("type", "function");
    ObjectNode function = tool.putObject("function");
    function.put("name", TOOL).put("description", "Finds passages about people and towns.");
    ObjectNode parameters = function.putObject("parameters").put("type", "object");
    parameters.putObject("properties").putObject("query").put("type", "string");
    parameters.putArray("required").add("query");
    return List.of(tool);
  }

  @Override
  public Toolbox toolbox(Problem problem) {
    List<String> pages = pages();
    Bm25 index = new Bm25(pages);
    return (_, arguments) -> {
      String query = arguments.path("query").asString("");
      if (query.isBlank()) {
        throw new ToolFault("query must be a text of some words");
      }
      List<Integer> found = index.best(query, passages);
      return found.isEmpty()
          ? "nothing was found"
          : found.stream().map(pages::get).collect(Collectors.joining("\n"));
    };
  }

  @Override
  public ToolLimits limits() {
    return new ToolLimits(searches, Duration.ofSeconds(10), Duration.ofMinutes(1), 2000);
  }

  @Override
  public String extract(String response) {
    return response.contains("<answer>") ? Game.moveOf(response) : "";
  }

  @Override
  public Verdict grade(Problem problem, String response) {
    String said = extract(response).toLowerCase(Locale.ROOT).replaceAll("[.\\s]+$", "").strip();
    return said.equals(problem.answer().toLowerCase(Locale.ROOT)) ? Verdict.CORRECT : Verdict.WRONG;
  }
}
