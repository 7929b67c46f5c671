package dev.tesuji.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tesuji.env.Problem;
import dev.tesuji.generate.FinishReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserRewardTest {
  private static final Response RESPONSE =
      new Response(new Problem(0, "?", "3", "test"), "abc", new int[3], FinishReason.EOS);

  @TempDir private Path folder = Path.of("");

  private void compile() throws IOException {
    Path source =
        Files.writeString(
            folder.resolve("Brevity.java"),
            """
            package com.acme;
            import dev.tesuji.reward.*;
            public final class Brevity implements Reward {
              public static final Reward POLITE = r -> new Judgement.Points(r.text().length());
              public static final String NAME = "brevity";
              public final Reward mine = POLITE;
              @Override public Judgement judge(Response r) {
                return new Judgement.Points(1.0 / (1 + r.tokens()));
              }
              public static final class Broken implements Reward {
                public Broken() { throw new IllegalStateException("no key"); }
                @Override public Judgement judge(Response r) { return null; }
              }
              public record Shy(int secret) {}
              public static final class Late implements Reward {
                private static final int KEY = Integer.parseInt("no key");
                @Override public Judgement judge(Response r) { return null; }
              }
            }
            """);
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                source.toString());
    assertThat(status).isZero();
  }

  @Test
  void aClassOrAConstantOfAFolderIsAReward() throws IOException {
    compile();
    List<Path> classPath = List.of(folder);
    assertThat(UserReward.load("com.acme.Brevity", classPath).judge(RESPONSE))
        .isEqualTo(new Judgement.Points(0.25));
    assertThat(UserReward.load("com.acme.Brevity::POLITE", classPath).judge(RESPONSE))
        .isEqualTo(new Judgement.Points(3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "com.acme.Levity | was not found; give the jar or folder that it is in as 'classPath'",
        "com.acme.Brevity::RUDE | must name a public static field",
        "com.acme.Brevity::mine | must name a public static field",
        "com.acme.Brevity::NAME | must implement dev.tesuji.reward.Reward",
        "com.acme.Brevity$Shy | must have a public constructor without parameters",
        "com.acme.Brevity$Late | could not be used: java.lang.NumberFormatException: For input string:"
            + " \"no key\"",
        "com.acme.Brevity$Broken | could not be made: java.lang.IllegalStateException: no key"
      })
  void whatIsNoRewardIsRefused(String name, String problem) throws IOException {
    compile();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UserReward.load(name, List.of(folder)))
        .withMessage("reward class '" + name + "' " + problem);
  }

  @Test
  void aMissingJarIsNamed() {
    Path jar = folder.resolve("none.jar");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UserReward.load("X", List.of(jar)))
        .withMessage("classPath must exist, got " + jar);
  }
}
