package dev.tesuji.cli;

import dev.tesuji.annotate.SimulatedAnnotators;
import dev.tesuji.check.BadInput;
import dev.tesuji.world.Ranking;
import dev.tesuji.world.Wordings;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// Labels through a running studio with annotators that are no people.
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Labels through a running studio with annotators that are no people.",
    description = {
      "",
      "They log in as 'simulated-1', 'simulated-2' ... and judge over HTTP what they are shown, by"
          + " the judge of the built-in world with errors, so that a recipe that learns from labels"
          + " can run unattended. Prompts must be requests of that world. What they say is marked as"
          + " simulated in the studio, in agreement and in exports.",
      "",
      "  ./tesuji studio runs --labels labels --port 8010 &",
      "  ./tesuji labels simulate --url http://127.0.0.1:8010 --project helpful --annotators 3",
      "",
      "Where the studio has accounts, theirs share the password in the environment variable"
          + " TESUJI_SIMULATED_PASSWORD.",
      ""
    })
final class LabelsSimulateCommand implements Runnable {
  static final String PASSWORD = "TESUJI_SIMULATED_PASSWORD";

  @Option(
      names = "--url",
      required = true,
      paramLabel = "URL",
      description = "The address that the studio printed.")
  URI url = URI.create("");

  @Option(
      names = "--project",
      required = true,
      paramLabel = "NAME",
      description = "The project's name in the studio.")
  String project = "";

  @Option(
      names = "--annotators",
      defaultValue = "1",
      paramLabel = "N",
      description = "How many annotators, who judge at once. Default: ${DEFAULT-VALUE}.")
  int annotators = 1;

  @Option(
      names = "--criterion",
      defaultValue = "helpfulness",
      paramLabel = "CRITERION",
      description =
          "What they look at: helpfulness, or harmlessness as a project of mode safety asks for."
              + " Default: ${DEFAULT-VALUE}.")
  Ranking.Criterion criterion = Ranking.Criterion.HELPFULNESS;

  @Option(
      names = "--noise",
      defaultValue = "0.1",
      paramLabel = "SIGMA",
      description =
          "How far each errs, a standard deviation on the judge's scale from 0 to 1. Default:"
              + " ${DEFAULT-VALUE}.")
  double noise = 0.1;

  @Option(
      names = "--tie",
      defaultValue = "0.05",
      paramLabel = "D",
      description = "Answers whose scores are no further apart tie. Default: ${DEFAULT-VALUE}.")
  double tie = 0.05;

  @Option(
      names = "--most",
      paramLabel = "N",
      description = "The most judgements of each annotator. Default: all that are asked for.")
  int most = Integer.MAX_VALUE;

  @Option(
      names = "--in-turn",
      description =
          "Has them judge one after another, so that the same annotator gets the same items each"
              + " time.")
  boolean inTurn;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "Decides their errors. Default: ${DEFAULT-VALUE}.")
  long seed = 1;

  @Override
  public void run() {
    if (url.getHost() == null
        || !Objects.requireNonNullElse(url.getScheme(), "").matches("https?")) {
      throw new BadInput(
          "option --url must be an address such as http://127.0.0.1:8010, got " + url);
    }
    Wordings wordings = new Wordings();
    @Nullable String password = System.getenv(PASSWORD);
    SimulatedAnnotators simulated;
    try {
      simulated =
          new SimulatedAnnotators(
              url,
              project,
              Objects.requireNonNullElse(password, ""),
              (prompt, answer) -> criterion.score(wordings.require(words(prompt)), answer),
              new SimulatedAnnotators.Settings(annotators, noise, tie, seed, most, inTurn));
    } catch (IllegalArgumentException e) {
      throw new BadInput("option --" + e.getMessage(), e);
    }
    int count = simulated.label(LabelsSimulateCommand::tell);
    System.out.println(
        project
            + ": "
            + count
            + " judgements by "
            + annotators
            + (annotators == 1 ? " simulated annotator" : " simulated annotators"));
  }

  private static void tell(int judgements) {
    if (judgements % 200 == 0) {
      System.err.println(judgements + " judgements");
    }
  }

  /// Returns the words of a prompt: a text, or the last message of a conversation.
  private static String words(JsonNode prompt) {
    return prompt.isArray()
        ? prompt.path(prompt.size() - 1).path("content").asString("")
        : prompt.asString("");
  }
}
