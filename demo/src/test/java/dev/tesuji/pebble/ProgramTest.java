package dev.tesuji.pebble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Programs of Pebble: what they mean, and what stops them.
class ProgramTest {
  private static long run(String program) throws SyntaxFault, RunFault {
    return Program.parse(program).run(Map.of('a', 7L, 'b', 3L), 1000);
  }

  private static void fails(RunFault.Kind kind, String message, String program) {
    assertThatExceptionOfType(RunFault.class)
        .isThrownBy(() -> run(program))
        .withMessage(message)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(kind));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "give a+b*2 | 13",
        "give (a+b)*2 | 20",
        "give a-b-1 | 3",
        "give a/b | 2",
        "give (0-a)/b | -3", // rounds down
        "give (0-a)%b | 2", // has the sign of the divisor
        "x=a;x=x*x;give x | 49",
        "if a>b{give 1};give 0 | 1",
        "if a<b{give 1}give 0 | 0",
        "if a=7{if b=3{give 9}};give 0 | 9",
        "n=b;x=0;while n>0{x=x+a;n=n-1};give x | 21",
        "while 1=1{give 5} | 5"
      })
  void programsMeanWhatTheySay(String program, long value) throws SyntaxFault, RunFault {
    assertThat(run(program)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x=",
        "x=a+",
        "give",
        "give (a",
        "if a>b{give 1",
        "give 1}",
        "if a{give 1}",
        "ab=3",
        "give ab",
        "give a b",
        "x=1 y=2",
        "give 1234567890123456789",
        "GIVE a",
        "give a,b",
        "while"
      })
  void otherTextsAreNone(String text) {
    assertThatExceptionOfType(SyntaxFault.class).isThrownBy(() -> Program.parse(text));
  }

  @Test
  void faultsNameThePlace() {
    assertThatExceptionOfType(SyntaxFault.class)
        .isThrownBy(() -> Program.parse("x=a\nif x>20{x=20\ngive x"))
        .withMessage("character 24 must be '}', got the end");
    assertThatExceptionOfType(SyntaxFault.class)
        .isThrownBy(() -> Program.parse("give a$"))
        .withMessage("character 7 must be the end of the statement, got '$'");
  }

  @Test
  void runsAreBounded() {
    fails(RunFault.Kind.STEPS, "the program takes more than 1000 steps", "while 1=1{}give a");
    fails(RunFault.Kind.ERROR, "a division by zero", "give a/0");
    fails(RunFault.Kind.ERROR, "a division by zero", "give a%(b-3)");
    fails(RunFault.Kind.ERROR, "variable 'z' has no value", "give z");
    fails(RunFault.Kind.ERROR, "the program gives nothing", "x=a");
    fails(RunFault.Kind.ERROR, "the program gives nothing", "");
    fails(RunFault.Kind.ERROR, "a number is out of range", "while 1=1{a=a*a}");
  }

  @Test
  void programsAreBounded() throws SyntaxFault, RunFault {
    String deep = "(".repeat(Parser.DEEPEST) + "a" + ")".repeat(Parser.DEEPEST);
    assertThat(run("give " + deep)).isEqualTo(7);
    assertThatExceptionOfType(SyntaxFault.class)
        .isThrownBy(() -> Program.parse("give (" + deep + ")"));
    String blocks = "if a=a{".repeat(Parser.DEEPEST + 1);
    assertThatExceptionOfType(SyntaxFault.class).isThrownBy(() -> Program.parse(blocks));
    String longest = "give a" + "+a".repeat((Program.LONGEST - 6) / 2);
    assertThat(run(longest)).isEqualTo(7L * (Program.LONGEST - 4) / 2);
    assertThatExceptionOfType(SyntaxFault.class).isThrownBy(() -> Program.parse(longest + "+a"));
  }
}
