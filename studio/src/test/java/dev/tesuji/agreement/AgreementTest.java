package dev.tesuji.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.check.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class AgreementTest {
  /// Krippendorff (2011), example C: four people, twelve units, missing ratings, one unit that only
  /// one person rated.
  private static final String[] MISSING = {
    "1 2 3 3 2 1 4 1 2 * * *",
    "1 2 3 3 2 2 4 1 2 5 * 3",
    "* 3 3 3 2 3 4 2 2 5 1 *",
    "1 2 3 3 2 4 4 1 2 5 1 *"
  };

  @TempDir Path folder;

  @Test
  void alphaOfTwoValuesIsThatOfKrippendorffsExampleA() {
    List<Rating> ratings = ratings("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0");
    // o_01 = 4, n_0 = 14, n_1 = 6: 1 - 19 * 4 / (14 * 6)
    assertThat(alpha(ratings, Scale.NOMINAL)).isCloseTo(1 - 19.0 * 4 / 84, within(1e-12));
  }

  @Test
  void alphaOfNamesIsThatOfKrippendorffsExampleB() {
    List<Rating> ratings = new ArrayList<>();
    String[] people = {"aabbdcccedda", "babbbcccedd".concat("d")};
    for (int p = 0; p < people.length; p++) {
      for (int u = 0; u < people[p].length(); u++) {
        ratings.add(new Rating("p" + p, "u" + u, people[p].substring(u, u + 1), Double.NaN));
      }
    }
    assertThat(alpha(ratings, Scale.NOMINAL)).isCloseTo(0.6919642857142858, within(1e-6));
  }

  @Test
  void alphaWithMissingRatingsIsThatOfKrippendorffsExampleC() {
    List<Rating> ratings = ratings(MISSING);
    assertThat(alpha(ratings, Scale.NOMINAL)).isCloseTo(0.743421052631579, within(1e-6));
    assertThat(alpha(ratings, Scale.ORDINAL)).isCloseTo(0.8153875037548813, within(1e-6));
    assertThat(alpha(ratings, Scale.INTERVAL)).isCloseTo(0.8491071428571428, within(1e-6));
    Alpha alpha = Alpha.of(ratings, Scale.NOMINAL);
    assertThat(alpha.units()).isEqualTo(11); // the twelfth has one rating
    assertThat(alpha.pairable()).isEqualTo(40);
  }

  @Test
  void thereIsNoAlphaWhereAllValuesAreEqual() {
    Alpha alpha = Alpha.of(ratings("3 3 3", "3 3 *"), Scale.ORDINAL);
    assertThat(alpha.alpha()).isEmpty();
    assertThat(alpha.reason()).contains("all paired values are equal");
  }

  @Test
  void thereIsNoAlphaWhereNoUnitHasTwoRatings() {
    Alpha alpha = Alpha.of(ratings("1 *", "* 2"), Scale.INTERVAL);
    assertThat(alpha.alpha()).isEmpty();
    assertThat(alpha.reason()).contains("no unit has ratings by two annotators");
  }

  @Test
  void aUnitWithOneRatingChangesNothing() {
    double without = alpha(ratings("1 2 3 1", "1 2 2 1"), Scale.ORDINAL);
    assertThat(alpha(ratings("1 2 3 1 9", "1 2 2 1 *"), Scale.ORDINAL))
        .isCloseTo(without, within(1e-12));
  }

  @Test
  void concordanceWithTiesIsThatOfKendallsExample() {
    List<double[]> ranks =
        List.of(
            new double[] {1, 4.5, 2, 4.5, 3, 7.5, 6, 9, 7.5, 10},
            new double[] {2.5, 1, 2.5, 4.5, 4.5, 8, 9, 6.5, 10, 6.5},
            new double[] {2, 1, 4.5, 4.5, 4.5, 4.5, 8, 8, 8, 10});
    // sums of ranks squared 3313.5 - 10 * 16.5^2 = 591, below 9 * 990 / 12 - 3 * 114 / 12 = 714
    assertThat(Concordance.of(ranks)).hasValueCloseTo(591 / 714.0, within(1e-12));
  }

  @Test
  void concordanceIsOneWhereAllAgreeAndZeroWhereSumsAreEqual() {
    double[] up = {1, 2, 3};
    assertThat(Concordance.of(List.of(up, up, up))).hasValueCloseTo(1.0, within(1e-12));
    assertThat(Concordance.of(List.of(up, new double[] {3, 2, 1})))
        .hasValueCloseTo(0.0, within(1e-12));
    assertThat(Concordance.of(List.of(new double[] {1, 1}, new double[] {2, 2}))).isEmpty();
    assertThat(Concordance.of(List.of(up))).isEmpty();
  }

  @Test
  void aFileOfRatingsIsMeasured() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Rating r : ratings(MISSING)) {
      text.append(
          "{\"annotator\":\"%s\",\"unit\":\"%s\",\"value\":%s}\n"
              .formatted(r.annotator(), r.unit(), (int) r.value()));
    }
    text.append("{\"annotator\":\"p0\",\"unit\":\"u10\",\"value\":null}\n");
    Path file = Files.writeString(folder.resolve("ratings.jsonl"), text);
    ObjectNode json = Ratings.agreement(Ratings.read(file, Scale.ORDINAL), Scale.ORDINAL);
    assertThat(json.path("krippendorff_alpha").doubleValue())
        .isCloseTo(0.8153875037548813, within(1e-6));
    assertThat(json.path("ratings").intValue()).isEqualTo(41);
    assertThat(json.path("paired_units").intValue()).isEqualTo(11);
    assertThat(json.path("kendall_w").isNumber()).isTrue();
  }

  @Test
  void whatDoesNotFitIsNamedWithFileLineFieldAndRemedy() throws IOException {
    refuses(
        "{\"annotator\":\"a\",\"unit\":\"x\",\"value\":\"good\"}",
        Scale.ORDINAL,
        ":1: field 'value' must be a number for scale ordinal, got \"good\"; names go with --scale"
            + " nominal");
    refuses(
        "{\"annotator\":\"a\",\"unit\":\"x\",\"value\":1}\n{\"annotator\":\"a\",\"unit\":\"x\",\"value\":2}",
        Scale.NOMINAL,
        ":2: field 'unit' must name a unit that the annotator has not rated before, got 'x' by 'a'"
            + " as in line 1; keep one of both lines");
    refuses(
        "{\"annotator\":\"a\",\"value\":1}",
        Scale.NOMINAL,
        ":1: field 'unit' is missing; the line has 'annotator', 'value'");
    refuses(
        "{\"annotator\":\"a\",\"unit\":\"x\",\"value\":[1]}",
        Scale.NOMINAL,
        ":1: field 'value' must be a text, a number or null, got [1]");
  }

  private void refuses(String text, Scale scale, String problem) throws IOException {
    Path file = Files.writeString(folder.resolve("bad.jsonl"), text);
    assertThatThrownBy(() -> Ratings.read(file, scale))
        .isInstanceOf(BadInput.class)
        .hasMessage(file + problem);
  }

  private static double alpha(List<Rating> ratings, Scale scale) {
    return Alpha.of(ratings, scale).alpha().orElseThrow();
  }

  /// Makes ratings of a line for each person; `*` is missing.
  private static List<Rating> ratings(String... people) {
    List<Rating> ratings = new ArrayList<>();
    for (int p = 0; p < people.length; p++) {
      String[] values = people[p].split(" ", -1);
      for (int u = 0; u < values.length; u++) {
        if (!values[u].equals("*")) {
          ratings.add(Rating.of("p" + p, "u" + u, Double.parseDouble(values[u])));
        }
      }
    }
    return ratings;
  }
}
