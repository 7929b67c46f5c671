package dev.tesuji.environments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.answer.Verdict;
import dev.tesuji.env.Problem;
import dev.tesuji.json.Json;
import dev.tesuji.tools.Toolbox;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// A search in pages, and questions that it answers.
class LibraryTest {
  private static final Library LIBRARY = Library.DEFAULT;

  @Test
  void scoresFollowTheFormula() {
    // N = 2, lengths 2 and 4, mean 3; "cat" in one: idf = ln(1 + 1.5 / 1.5) = ln 2
    Bm25 index = new Bm25(List.of("cat dog", "dog dog bird bird"));
    // f = 1: 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / 3)) = 2.2 / 1.9
    assertThat(index.score(0, "Cat")).isCloseTo(Math.log(2) * 2.2 / 1.9, within(1e-12));
    // "dog" in both: idf = ln(1 + 0.5 / 2.5) = ln 1.2; f = 2: 4.4 / (2 + 1.2 * 1.25) = 4.4 / 3.5
    assertThat(index.score(1, "dog")).isCloseTo(Math.log(1.2) * 4.4 / 3.5, within(1e-12));
    assertThat(index.best("bird", 3)).containsExactly(1);
    assertThat(index.best("fish", 3)).isEmpty();
  }

  @Test
  void everyNameIsOnePersons() {
    Set<String> names = new HashSet<>();
    Pattern name = Pattern.compile("^(\\w+ \\w+): .* born");
    for (String page : LIBRARY.pages()) {
      Matcher found = name.matcher(page);
      if (found.find()) {
        assertThat(names.add(found.group(1))).as(page).isTrue();
      }
    }
    assertThat(names).hasSize(LIBRARY.people());
  }

  @Test
  void searchingAnswersTheQuestions() throws Exception {
    for (long i = 0; i < 60; i++) {
      Problem problem = LIBRARY.problem(i);
      try (Toolbox box = LIBRARY.toolbox(problem)) {
        String person = problem.text().replaceAll(".*?([A-Z]\\w+ [A-Z]\\w+).*", "$1");
        String found = search(box, person);
        String page = found.lines().filter(l -> l.startsWith(person + ":")).findFirst().orElse("");
        if (problem.text().contains("teacher")) {
          String teacher = page.replaceAll(".*learned from (.*)\\.", "$1");
          String other = teacher;
          page =
              search(box, teacher)
                  .lines()
                  .filter(l -> l.startsWith(other + ":"))
                  .findFirst()
                  .orElse("");
        }
        String town = page.replaceAll(".*born \\d+ in (\\w+),.*", "$1");
        String answer =
            problem.text().contains("river")
                ? search(box, town)
                    .replaceAll("(?s).*" + town + " is a town on the river (\\w+),.*", "$1")
                : town;
        assertThat(LIBRARY.grade(problem, "so <answer>" + answer + ".</answer>"))
            .as(problem + ": " + answer)
            .isEqualTo(Verdict.CORRECT);
      }
    }
  }

  private static String search(Toolbox box, String query) throws Exception {
    return box.call("search", Json.MAPPER.createObjectNode().put("query", query));
  }

  @Test
  void noQuestionIsHeldOutAndTrainedOn() {
    Set<String> heldOut = new HashSet<>();
    LIBRARY.heldOut(40).forEach(p -> heldOut.add(p.key()));
    for (long i = 0; i < 400; i++) {
      assertThat(heldOut).doesNotContain(LIBRARY.problem(i).key());
    }
  }
}
