package dev.tesuji.pebble;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.answer.Verdict;
import dev.tesuji.code.CodeResult;
import dev.tesuji.code.CodeVerdict;
import dev.tesuji.env.Problem;
import dev.tesuji.json.Json;
import dev.tesuji.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exercises, and what is said of programs for them.
class ExercisesTest {
  private static final Exercises TASK = Exercises.DEFAULT;
  private static final Exercise EXERCISE =
      new Exercise(
          List.of(
              new Operation(Operation.Kind.B_TIMES, 3),
              new Operation(Operation.Kind.AT_MOST, 20),
              new Operation(Operation.Kind.TAKE, 5)),
          List.of(false, true));
  private static final Problem PROBLEM =
      new Problem(0, EXERCISE.text(), EXERCISE.program(), "test");

  @TempDir private Path folder = Path.of("");

  private static CodeResult run(String program) {
    return TASK.run(PROBLEM, program);
  }

  @Test
  void anExerciseIsWhatItsDocumentShows() {
    assertThat(EXERCISE.text()).isEqualTo("from a: b times add 3, take 5 after at most 20.");
    assertThat(EXERCISE.program())
        .isEqualTo(
            """
            x=a
            n=b
            while n>0{x=x+3;n=n-1}
            if x>20{x=20}
            x=x-5
            give x\
            """);
    assertThat(EXERCISE.isSound()).isTrue();
    assertThat(Exercise.value(EXERCISE.operations(), 12, 4)).isEqualTo(15); // 24, 20, 15
    assertThat(Exercise.value(EXERCISE.asTold(), 12, 4)).isEqualTo(19); // 24, 19, 19
  }

  /// The meaning of an operation is written twice, in Java and in Pebble: they agree.
  @Test
  void theProgramOfAnExerciseGivesItsValue() throws SyntaxFault, RunFault {
    for (long id = 0; id < 400; id++) {
      Exercise exercise = TASK.exercise(id);
      Program program = Program.parse(exercise.program());
      for (long a = 0; a <= Exercise.LARGEST_A; a++) {
        for (long b = 0; b <= Exercise.LARGEST_B; b++) {
          assertThat(program.run(Map.of('a', a, 'b', b), 1000))
              .as("%s a=%d b=%d", exercise.text(), a, b)
              .isEqualTo(Exercise.value(exercise.operations(), a, b));
        }
      }
    }
  }

  @Test
  void verdictsAreThoseOfOtherPrograms() {
    String right = EXERCISE.program();
    assertThat(run(right)).isEqualTo(new CodeResult(CodeVerdict.PASSED, 65, 65, 0, ""));
    assertThat(run("give a-5+3*b").verdict()).isEqualTo(CodeVerdict.WRONG); // without the bound
    assertThat(run("give a-5+3*b").passed()).isEqualTo(60); // 12,3; 12,4; 11,4; 10,4; 9,4
    assertThat(run(right.replace(";n=n-1", "")).verdict()).isEqualTo(CodeVerdict.TIME_OUT);
    assertThat(run(right.replace(";n=n-1", "")).passed()).isEqualTo(13); // where b is 0
    assertThat(run(right.replace("give x", "x")).verdict()).isEqualTo(CodeVerdict.COMPILE_ERROR);
    assertThat(run("x=a").verdict()).isEqualTo(CodeVerdict.WRONG);
    assertThat(run("x=a").stderr()).isEqualTo("a=0, b=0: the program gives nothing");
    assertThat(TASK.run(PROBLEM, right)).isSameAs(TASK.run(PROBLEM, right)); // run once
    assertThat(TASK.grade(PROBLEM, right)).isEqualTo(Verdict.CORRECT);
    assertThat(TASK.grade(PROBLEM, EXERCISE.text())).isEqualTo(Verdict.WRONG);
    assertThat(TASK.measures(PROBLEM, "x=a"))
        .containsEntry("tests_passed", 0.0)
        .containsEntry("compile_errors", 0.0)
        .containsEntry("time_outs", 0.0);
  }

  @Test
  void programsThatDoTheSameVoteTogether() {
    assertThat(TASK.same(PROBLEM, "give a+a", "x=2*a;give x")).isTrue();
    assertThat(TASK.same(PROBLEM, "give a+a", "give a+b")).isFalse();
    assertThat(TASK.same(PROBLEM, "nothing", "nothing")).isTrue();
  }

  @Test
  void noShapeIsHeldOutAndTrainedOn() {
    Set<Long> heldOut = new HashSet<>();
    TASK.heldOut(512).forEach(p -> heldOut.add(TASK.exercise(p.id()).shape()));
    assertThat(heldOut).hasSizeGreaterThan(100);
    for (long i = 0; i < 5000; i++) {
      assertThat(heldOut).doesNotContain(TASK.exercise(TASK.problem(i).id()).shape());
    }
  }

  /// The base's authors make every mistake, and three in ten make none.
  @Test
  void threeAuthorsInTenAreCareful() {
    Map<CodeVerdict, Integer> verdicts = new EnumMap<>(CodeVerdict.class);
    for (long i = 0; i < 2000; i++) {
      Problem problem = TASK.problem(i);
      CodeVerdict verdict =
          TASK.run(problem, ExercisesCorpus.DEFAULT.response(TASK, problem)).verdict();
      verdicts.merge(verdict, 1, Integer::sum);
    }
    assertThat(verdicts)
        .containsOnlyKeys(
            CodeVerdict.PASSED, CodeVerdict.WRONG, CodeVerdict.TIME_OUT, CodeVerdict.COMPILE_ERROR);
    assertThat(verdicts.get(CodeVerdict.PASSED)).isBetween(560, 760);
  }

  @Test
  void allThatIsWrittenHasTokens() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), Json.line(new PebbleTokens().tokenizer()));
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      for (long i = 0; i < 500; i++) {
        Problem problem = TASK.problem(i);
        String text = TASK.prompt(problem) + ExercisesCorpus.DEFAULT.response(TASK, problem);
        int[] ids = tokenizer.encode(text);
        assertThat(tokenizer.decodeWithSpecials(ids)).isEqualTo(text);
        assertThat(ids).as(text).hasSizeLessThan(150);
      }
    }
  }
}
