package dev.tesuji.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.bench.Scaling.Factor;
import dev.tesuji.bench.Scaling.Point;
import dev.tesuji.cli.Cli;
import dev.tesuji.json.Json;
import dev.tesuji.kernel.Profile;
import dev.tesuji.tensor.Dtype;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class BenchTest {
  private static final Scaling SCALING =
      new Scaling(new Scaling.Centre(BenchShape.Name.SMALL, 8, 256));

  @Test
  void aMillionTokensCostAnHourOverTheTokensOfAnHour() {
    // 1,000 tokens/s are 3.6 million an hour, which cost 1.80 dollars
    assertThat(BenchCostCommand.dollarsPerMillion(1.8, 1000)).isCloseTo(0.5, within(1e-12));
    assertThat(BenchCostCommand.dollarsPerMillion(0.36, 50)).isCloseTo(2, within(1e-12));
  }

  @Test
  void costQuotesInputOutputAndTraining() {
    Cli cli =
        Cli.run(
            "bench",
            "cost",
            "--dollars-per-hour",
            3.6,
            "--shape",
            "tiny",
            "--batch",
            2,
            "--prompt",
            16,
            "--new-tokens",
            128,
            "--runs",
            5,
            "--json");
    assertThat(cli.status()).as(cli.err()).isZero();
    JsonNode json = Json.MAPPER.readTree(cli.lastLine());
    for (String what : List.of("input", "output", "training")) {
      double rate = json.path(what + "_tokens_per_second").asDouble();
      double price = json.path(what + "_dollars_per_million_tokens").asDouble();
      assertThat(rate).as(what).isPositive();
      assertThat(rate * price).as(what).isCloseTo(1000, within(1e-6));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cost --dollars-per-hour 0 --shape tiny|--dollars-per-hour must be above 0, got 0.0",
        "cost --dollars-per-hour 1 --shape tiny --batch 0|--batch and --runs must be at least 1",
        "grpo --shape tiny --batch 4|--batch and --length go with generate and train",
        "train|bench train needs --shape",
        "train --shape half --batch 1 --length 1000000000|memory"
      })
  void whatCannotBeMeasuredIsRefused(String command, String reason) {
    Cli cli = Cli.run((Object[]) ("bench " + command).split(" "));
    assertThat(cli.status()).isEqualTo(2);
    assertThat(cli.err()).contains(reason);
  }

  @Test
  void oneFactorVariesAtATime() {
    List<Point> points = SCALING.points();
    assertThat(points).hasSize(2 * (10 + 7 + 5));
    assertThat(points)
        .allSatisfy(p -> {
          assertThat(p.shape() == BenchShape.Name.SMALL || p.factor() == Factor.MODEL).isTrue();
          assertThat(p.batch() == 8 || p.factor() == Factor.BATCH).isTrue();
          assertThat(p.length() == 256 || p.factor() == Factor.LENGTH).isTrue();
        });
    assertThat(
            points.subList(0, 22).stream()
                .filter(p -> p.factor() == Factor.MODEL)
                .mapToLong(Point::weights))
        .isSorted()
        .first()
        .isEqualTo(819_200L); // 2 x 64 x 128, and 4 x 128 x (4 x 128 + 3 x 352)
  }

  @Test
  void aLargerPointIsReckonedToTakeItsShareMore() {
    Point small = new Point(Bench.What.TRAIN, Factor.BATCH, BenchShape.Name.TINY, 100, 2, 64);
    Point large = new Point(Bench.What.TRAIN, Factor.BATCH, BenchShape.Name.TINY, 300, 8, 64);
    assertThat(large.estimated(small, 0.5))
        .isEqualTo(6.0); // four times the tokens, three the weights
  }

  @Test
  void scalingMeasuresWhatFitsAndSaysWhatDoesNot(@TempDir Path folder) throws IOException {
    Cli cli =
        Cli.run(
            "bench",
            "scaling",
            "--out",
            folder,
            "--shape",
            "tiny",
            "--batch",
            1,
            "--length",
            8,
            "--warm-up",
            0,
            "--runs",
            1,
            "--cap",
            0.0001);
    assertThat(cli.status()).as(cli.err()).isZero();
    JsonNode report = Json.MAPPER.readTree(Files.readString(folder.resolve("scaling.json")));
    assertThat(report.path("points")).hasSize(44);
    for (JsonNode point : report.path("points")) {
      int smallest =
          switch (point.path("factor").asString()) {
            case "batch" -> 1;
            case "length" -> 64;
            default -> 819_200;
          };
      boolean first = point.path("value").asInt() == smallest;
      assertThat(point.has("seconds")).as(point.toString()).isEqualTo(first);
      if (!first) {
        assertThat(point.path("skipped").asString())
            .contains("going by the point before", "more than --cap");
      }
    }
    String page = Files.readString(folder.resolve("scaling.html"));
    assertThat(page).contains("819200", "logarithmic").doesNotContain("/*DATA*/", "src=\"http");
  }

  @Test
  void aPartInsideAnotherIsNotCountedTwice() {
    Profile.on();
    long start = System.nanoTime();
    try (Profile.Span _ = Profile.span("outer")) {
      LockSupport.parkNanos(10_000_000);
      try (Profile.Span _ = Profile.span("inner")) {
        LockSupport.parkNanos(30_000_000);
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    BenchProfile.print(
        Profile.off(),
        seconds,
        1,
        Dtype.FLOAT32,
        new PrintStream(printed, true, StandardCharsets.UTF_8));
    String table = printed.toString(StandardCharsets.UTF_8);
    double parts = milliseconds(table, "outer") + milliseconds(table, "inner");
    double rest = milliseconds(table, "the rest");
    assertThat(rest).isNotNegative();
    assertThat(parts + rest).isCloseTo(milliseconds(table, "the whole"), within(0.05));
    assertThat(parts).isCloseTo(1e3 * seconds, within(5.0));
  }

  private static double milliseconds(String table, String part) {
    String line = table.lines().filter(l -> l.startsWith(part)).findFirst().orElseThrow();
    return new Scanner(line.substring(16)).useLocale(Locale.ROOT).nextDouble();
  }
}
