package dev.tesuji.wordproblems;

import dev.tesuji.answer.Verdict;
import dev.tesuji.check.Require;
import dev.tesuji.env.DrawnTask;
import dev.tesuji.env.Problem;
import dev.tesuji.instruction.Instruction;
import dev.tesuji.json.Json;
import dev.tesuji.random.Rng;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Short texts with constraints that a program can check, such as "Tell me about the sea. Use no
/// commas."
///
/// A response is right when it follows all of them strictly ([Instruction#holds]), has five
/// different words, and does not repeat the prompt. The constraints stand in the problem's answer,
/// as JSON.
///
/// @param most the most constraints on a text, 1 or 2
public record ConstrainedTexts(int most) implements DrawnTask {
  /// One or two constraints.
  public static final ConstrainedTexts DEFAULT = new ConstrainedTexts(2);

  private static final long SEED = 0xC0275;
  private static final List<String> BULLETS =
      List.of("\n* one", "\n* two", "\n* three", "\n* four");
  private static final int LEAST_WORDS = 5; // different ones
  private static final List<String> ASKED =
      List.of("Tell me about {it}.", "Write a few words on {it}.", "Describe {it}.");
  private static final List<String> SUBJECTS =
      List.of(
          "the sea",
          "a good breakfast",
          "your favourite animal",
          "winter",
          "a train journey",
          "the moon",
          "bread",
          "a small garden",
          "rain",
          "music",
          "a library",
          "the colour blue",
          "an old house",
          "coffee",
          "mountains",
          "a football match",
          "spring",
          "cats",
          "a market",
          "a long walk");
  private static final List<String> SUBJECTS_HELD_OUT =
      List.of("autumn", "dogs", "a bridge", "the sun", "tea", "a museum", "wind", "a picnic");

  /// Checks the range.
  public ConstrainedTexts {
    Require.that(most == 1 || most == 2, "most", "1 or 2", most);
  }

  /// A constraint as it is asked for.
  ///
  /// @param words what the prompt says
  /// @param id IFEval's name of its kind
  /// @param settings what it asks for, as JSON
  private record Constraint(String words, String id, String settings) {}

  @Override
  public String name() {
    return "constrained-texts";
  }

  @Override
  public Problem draw(long index, boolean heldOut) {
    SplittableRandom random =
        new SplittableRandom(Rng.derive(Rng.derive(SEED, heldOut ? 1 : 0), index));
    String subject = pick(heldOut ? SUBJECTS_HELD_OUT : SUBJECTS, random);
    List<Constraint> left = new ArrayList<>(constraints(random));
    List<Constraint> chosen = new ArrayList<>();
    for (int i = 1 + random.nextInt(most); i > 0; i--) {
      chosen.add(left.remove(random.nextInt(left.size())));
    }
    String text =
        pick(ASKED, random).replace("{it}", subject)
            + " "
            + chosen.stream().map(Constraint::words).collect(Collectors.joining(" "));
    ArrayNode answer = Json.MAPPER.createArrayNode();
    for (Constraint c : chosen) {
      answer.addObject().put("id", c.id()).set("settings", Json.MAPPER.readTree(c.settings()));
    }
    long id = 2 * index + (heldOut ? 1 : 0);
    return new Problem(id, text, Json.line(answer), name() + " " + id);
  }

  /// Makes one constraint of each kind; no two of them contradict each other.
  private static List<Constraint> constraints(SplittableRandom random) {
    int words = 10 * random.nextInt(2, 6);
    int bullets = random.nextInt(2, 5);
    String keyword = pick(List.of("morning", "friend", "window", "river", "story"), random);
    return List.of(
        new Constraint("Do not use any commas.", "punctuation:no_comma", "{}"),
        new Constraint(
            "Answer in fewer than " + words + " words.",
            "length_constraints:number_words",
            "{\"relation\": \"less than\", \"num_words\": " + words + "}"),
        new Constraint(
            "Use exactly " + bullets + " bullet points that begin with a star (*).",
            "detectable_format:number_bullet_lists",
            "{\"num_bullets\": " + bullets + "}"),
        new Constraint(
            "Write everything in small letters, with no capital letters.",
            "change_case:english_lowercase",
            "{}"),
        new Constraint(
            "Use the word '" + keyword + "'.",
            "keywords:existence",
            "{\"keywords\": [\"" + keyword + "\"]}"),
        new Constraint(
            "Put your whole answer in double quotation marks.", "startend:quotation", "{}"),
        new Constraint(
            "Give it a title in double angle brackets, such as <<title>>.",
            "detectable_format:title",
            "{}"));
  }

  private static <T> T pick(List<T> several, SplittableRandom random) {
    return several.get(random.nextInt(several.size()));
  }

  @Override
  public String prompt(Problem problem) {
    return problem.text();
  }

  @Override
  public String extract(String response) {
    return response.strip();
  }

  @Override
  public Verdict grade(Problem problem, String response) {
    String said = response.strip();
    if (said.contains(problem.text()) || !saysSomething(said)) {
      return Verdict.WRONG;
    }
    for (JsonNode c : Json.MAPPER.readTree(problem.answer())) {
      Instruction instruction =
          Instruction.of(c.path("id").asString(""), c.path("settings"), problem.text());
      if (!instruction.holds(response)) {
        return Verdict.WRONG;
      }
    }
    return Verdict.CORRECT;
  }

  /// Returns whether a text has some different words, and no so many in a row twice.
  private static boolean saysSomething(String said) {
    List<String> words = List.of(said.split("\\s+", -1));
    Set<List<String>> rows = new HashSet<>();
    for (int i = 0; i + LEAST_WORDS <= words.size(); i++) {
      if (!rows.add(words.subList(i, i + LEAST_WORDS))) {
        return false;
      }
    }
    return words.stream().distinct().count() >= LEAST_WORDS;
  }

  /// Writes a short text that follows the constraints.
  @Override
  public String goldResponse(Problem problem) {
    String text = "it is a fine day and we like it";
    boolean quoted = false;
    JsonNode constraints;
    try {
      constraints = Json.MAPPER.readTree(problem.answer());
    } catch (JacksonException _) {
      return problem.answer(); // the reward's audit asks for answers that are none
    }
    for (JsonNode c : constraints) {
      JsonNode settings = c.path("settings");
      switch (c.path("id").asString("")) {
        case "detectable_format:number_bullet_lists" ->
            text += String.join("", BULLETS.subList(0, settings.path("num_bullets").asInt()));
        case "keywords:existence" -> text += " " + settings.path("keywords").path(0).asString("");
        case "detectable_format:title" -> text += " <<so>>";
        case "startend:quotation" -> quoted = true;
        default -> {} // the text does already
      }
    }
    return quoted ? "\"" + text + "\"" : text;
  }
}
