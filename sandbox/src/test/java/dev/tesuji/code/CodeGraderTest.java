package dev.tesuji.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Verdicts about programs, honest ones and others.
class CodeGraderTest {
  private static final Submission.Limits LIMITS = new Submission.Limits(10, 256);
  private static final Submission.Limits SHORT = new Submission.Limits(0.5, 256);

  @RegisterExtension static final GraderHere GRADER = new GraderHere();

  private static CodeResult grade(Language language, String program, Tests tests) {
    return GRADER.grade(language, program, tests, LIMITS);
  }

  private static Tests inputs(String... pairs) {
    List<String> texts = List.of(pairs);
    return new Tests.InputOutput(every(texts, 0), every(texts, 1), Comparison.LINES);
  }

  private static List<String> every(List<String> texts, int first) {
    return IntStream.range(0, texts.size() / 2).mapToObj(i -> texts.get(2 * i + first)).toList();
  }

  private static Tests asserts(String... statements) {
    return new Tests.Asserts(List.of(statements), null);
  }

  private static void verdict(CodeVerdict expected, String program) {
    CodeResult result =
        grade(Language.PYTHON, program, asserts("assert f(2) == 4", "assert f(3) == 9"));
    assertThat(result.verdict()).as(program + "\n" + result).isEqualTo(expected);
  }

  private static void outputs(CodeVerdict expected, String program) {
    CodeResult result = grade(Language.PYTHON, program, inputs("", "1"));
    assertThat(result.verdict()).as(program + "\n" + result).isEqualTo(expected);
  }

  @Test
  void aSumPassesAllItsInputs() {
    CodeResult result =
        grade(
            Language.PYTHON,
            "a, b = map(int, input().split())\nprint(a + b)",
            inputs("1 2\n", "3\n", "30 4", "34"));
    assertThat(result.verdict()).isEqualTo(CodeVerdict.PASSED);
    assertThat(result.passed()).isEqualTo(2);
    assertThat(result.total()).isEqualTo(2);
  }

  @Test
  void halfOfTheInputsIsCounted() {
    CodeResult result =
        grade(Language.PYTHON, "print(input())", inputs("1", "1", "2", "3", "4", "4", "5", "6"));
    assertThat(result.verdict()).isEqualTo(CodeVerdict.WRONG);
    assertThat(result.passed()).isEqualTo(2);
  }

  @Test
  void anErrorIsWrongAndItsTextComesBack() {
    CodeResult result = grade(Language.PYTHON, "print(1)\nprint(1/0)", inputs("", "1"));
    assertThat(result.verdict()).isEqualTo(CodeVerdict.WRONG);
    assertThat(result.stderr()).contains("ZeroDivisionError").doesNotContain("/tmp/tesuji");
  }

  @Test
  void whatIsNoPythonDoesNotCompile() {
    outputs(CodeVerdict.COMPILE_ERROR, "print((");
    verdict(CodeVerdict.COMPILE_ERROR, "def f(x): return (");
    outputs(CodeVerdict.WRONG, "raise SyntaxError('no')");
  }

  @Test
  void loopsAndSleepersAreStopped() {
    for (String program : List.of("while True: pass", "import time\ntime.sleep(100)")) {
      CodeResult result = GRADER.grade(Language.PYTHON, program, inputs("", "1"), SHORT);
      assertThat(result.verdict()).isEqualTo(CodeVerdict.TIME_OUT);
      CodeResult called =
          GRADER.grade(
              Language.PYTHON,
              "def f(x):\n  " + program.replace("\n", "\n  "),
              asserts("f(1)", "f(2)"),
              SHORT);
      assertThat(called.verdict()).isEqualTo(CodeVerdict.TIME_OUT);
      assertThat(called.passed()).isZero();
    }
  }

  @Test
  void tooMuchMemoryIsSaid() {
    outputs(CodeVerdict.MEMORY, "x = bytearray(2 * 10**9)\nprint(1)");
    outputs(
        CodeVerdict.MEMORY,
        "import os\nfor i in range(8):\n  if os.fork() == 0: break\nx = []\n"
            + "while True: x.append(bytearray(b'x') * (1 << 20))");
    verdict(CodeVerdict.MEMORY, "def f(x): return bytearray(2 * 10**9)");
  }

  @Test
  void floodsAreCutOff() {
    outputs(CodeVerdict.WRONG, "while True: print('x' * 1000)");
  }

  @Test
  void whatStaysBehindEnds() {
    outputs(
        CodeVerdict.PASSED,
        "import os, time\nif os.fork() == 0:\n  os.setsid()\n  time.sleep(1000)\nprint(1)");
    outputs(CodeVerdict.PASSED, "import os\nprint(1, flush=True)\nos.kill(1, 9)\nos.close(1)");
  }

  @Test
  void nothingOfTheHostIsSeen() {
    outputs(
        CodeVerdict.PASSED,
        "import os\nb = [p for p in ('/root', '/home', '/etc/passwd', '/var', '/sys') if"
            + " os.path.exists(p)]\nprint(1 if not b else b)");
    outputs(CodeVerdict.PASSED, "import os\nprint(1 if 'USER' not in os.environ else 0)");
    outputs(
        CodeVerdict.PASSED,
        "import socket\ntry:\n  s = socket.socket()\n  s.settimeout(1)\n"
            + "  s.connect(('127.0.0.1', 22))\n  print(0)\nexcept OSError: print(1)");
    outputs(
        CodeVerdict.PASSED, "try:\n  open('/usr/x', 'w')\n  print(0)\nexcept OSError: print(1)");
  }

  @Test
  void longInputsThatNobodyReadsDoNoHarm() {
    String input = "x".repeat(1 << 20);
    assertThat(grade(Language.PYTHON, "print(1)", inputs(input, "1")).verdict())
        .isEqualTo(CodeVerdict.PASSED);
    assertThat(grade(Language.PYTHON, "print(input())", inputs(input, input)).verdict())
        .isEqualTo(CodeVerdict.PASSED);
  }

  @Test
  void statementsHoldOrDoNot() {
    verdict(CodeVerdict.PASSED, "def f(x): return x * x");
    verdict(CodeVerdict.WRONG, "def f(x): return x + x");
    CodeResult half =
        grade(
            Language.PYTHON,
            "def f(x): return x + x",
            asserts("assert f(2) == 4", "assert f(3) == 9"));
    assertThat(half.passed()).isEqualTo(1);
  }

  @Test
  void humanEvalsCheckIsCalledWithTheEntryPoint() {
    Tests tests =
        new Tests.Asserts(
            List.of("def check(candidate):\n    assert candidate(1, 2) == 3\n"), "add");
    assertThat(grade(Language.PYTHON, "def add(a, b): return a + b", tests).verdict())
        .isEqualTo(CodeVerdict.PASSED);
    assertThat(grade(Language.PYTHON, "def add(a, b): return a * b", tests).verdict())
        .isEqualTo(CodeVerdict.WRONG);
    assertThat(grade(Language.PYTHON, "def plus(a, b): return a + b", tests).verdict())
        .isEqualTo(CodeVerdict.WRONG);
  }

  @Test
  void programsThatEndEarlyFail() {
    verdict(CodeVerdict.WRONG, "import os\nos._exit(0)");
    verdict(CodeVerdict.WRONG, "import sys\nsys.exit(0)");
    verdict(CodeVerdict.WRONG, "def f(x): raise SystemExit(0)");
    verdict(CodeVerdict.WRONG, "import os\ndef f(x): os._exit(0)");
  }

  @Test
  void valuesThatEqualEverythingEqualNothing() {
    verdict(
        CodeVerdict.WRONG,
        "class A(int):\n  def __eq__(s, o): return True\n  __hash__ = int.__hash__\n"
            + "def f(x): return A(0)");
    verdict(
        CodeVerdict.WRONG,
        "class A:\n  def __eq__(s, o): return True\n  def __bool__(s): return True\n"
            + "def f(x): return A()");
  }

  /// A test says `abs(f(2) - 4) < 1`, and not with the program's `abs`.
  @Test
  void whatTestsLookAtValuesWithIsPythonsOwn() {
    Tests tests =
        asserts(
            "assert abs(f(2) - 4) < 1",
            "assert math.isclose(f(3), 9)",
            "assert sorted([f(2)]) == [4]");
    String right = "import math\ndef f(x): return x * x\n";
    String others =
        """
        def abs(x): return 0
        def sorted(x): return [4]
        class math:
          isclose = staticmethod(lambda *a: True)
        """;
    assertThat(grade(Language.PYTHON, right + "abs = sorted = None", tests).verdict())
        .isEqualTo(CodeVerdict.PASSED);
    assertThat(grade(Language.PYTHON, others + "def f(x): return 0", tests).passed()).isZero();
    String forged =
        """
        import __main__ as host
        honest = host.send
        def send(m):
          zero = host.hold(lambda *a: 0)
          if 'names' in m: m['names']['__builtins__'] = ['d', ['abs', zero], ['sorted', zero]]
          honest(m)
        host.send = send
        def f(x): return 0
        """;
    assertThat(grade(Language.PYTHON, forged, tests).passed()).isZero();
    Tests sum = asserts("assert sum(10, 15) == 6");
    assertThat(grade(Language.PYTHON, "def sum(a, b): return 6", sum).verdict())
        .isEqualTo(CodeVerdict.PASSED);
    assertThat(grade(Language.PYTHON, "def sum(a, b): return 5", sum).verdict())
        .isEqualTo(CodeVerdict.WRONG);
  }

  @Test
  void valuesOfTheLibraryAreComparedByValue() {
    CodeResult result =
        grade(
            Language.PYTHON,
            """
            import collections, datetime, decimal, fractions
            def d(): return datetime.date(2024, 2, 29)
            def t(): return datetime.datetime(2024, 2, 29, 1, 2, 3, tzinfo=datetime.timezone.utc)
            def s(): return datetime.timedelta(days=-1, microseconds=5)
            def k(): return {'a': 1}.keys()
            def c(): return collections.Counter('aab')
            def q(): return collections.deque([1, 2])
            def n(): return decimal.Decimal('1.10') + decimal.Decimal(fractions.Fraction(1).numerator)
            def o(): return collections.OrderedDict(a=1)
            """,
            asserts(
                "import datetime\nassert d() == datetime.date(2024, 2, 29)",
                "assert t() == datetime.datetime(2024, 2, 29, 1, 2, 3, tzinfo=datetime.timezone.utc)",
                "assert s() == datetime.timedelta(-1, 0, 5) and s().days == -1",
                "assert k() == {'a'} and set(k()) == {'a'}",
                "assert c() == {'a': 2, 'b': 1} and dict(c()) == {'a': 2, 'b': 1}",
                "assert list(q()) == [1, 2]",
                "assert str(n()) == '2.10'",
                "assert o() == {'a': 1}"));
    assertThat(result.verdict()).as(result.toString()).isEqualTo(CodeVerdict.PASSED);
  }

  @Test
  void typesOfPythonsOwnAreTheSameOnBothSides() {
    CodeResult result =
        grade(
            Language.PYTHON,
            "def without(xs, t): return [x for x in xs if not isinstance(x, t)]\ndef f(x): return type(x)",
            asserts(
                "assert without((4, 'a', 7.5), int) == ['a', 7.5]",
                "assert without((4, 'a'), (int, str)) == []",
                "assert f(4) is int and f('a') == str and f(4) != str"));
    assertThat(result.verdict()).as(result.stderr()).isEqualTo(CodeVerdict.PASSED);
    verdict(CodeVerdict.WRONG, "def f(x): return exec");
  }

  @Test
  void theTestsAreOutOfReach() {
    verdict(
        CodeVerdict.WRONG,
        "import builtins\nbuiltins.AssertionError = type('X', (BaseException,), {})\n"
            + "builtins.exec = lambda *a: None\ndef f(x): return 0");
    verdict(
        CodeVerdict.WRONG,
        "import gc\ndef f(x):\n  t = [o for o in gc.get_objects() if chr(97) + 'ssert f' in repr(o)[:999]]\n"
            + "  return 0 if not t else x * x");
    verdict(
        CodeVerdict.WRONG,
        """
        import os, struct, json
        b = json.dumps({'ok': True}).encode()
        for fd in range(1, 12):
          for t in (b'V', b'E', b''):
            try:
              os.write(fd, t + struct.pack('>I', len(b)) + b)
            except OSError: pass
        os._exit(0)
        """);
    verdict(CodeVerdict.WRONG, "import codec\ncodec.encode = lambda v, h: 5\ndef f(x): return 0");
  }

  @Test
  void objectsOfTheProgramCanBeTested() {
    CodeResult result =
        grade(
            Language.PYTHON,
            """
            class P:
              def __init__(s, x): s.x = x
              def __eq__(s, o): return s.x == o.x
            class E(ValueError): pass
            def g(n):
              for i in range(n): yield i
            def s(a): a.sort()
            def m(h): return [h(i) for i in range(3)]
            def bad(): raise E('no')
            """,
            asserts(
                "assert P(3).x == 3 and isinstance(P(1), P)",
                "assert P(1) == P(1) and not P(1) == P(2)",
                "assert list(g(3)) == [0, 1, 2]",
                "a = [3, 1]\ns(a)\nassert a == [1, 3]",
                "assert m(lambda i: i + 1) == [1, 2, 3]",
                "try:\n  bad()\n  assert False\nexcept ValueError: pass",
                "try:\n  bad()\n  assert False\nexcept E: pass"));
    assertThat(result.verdict()).as(result.toString()).isEqualTo(CodeVerdict.PASSED);
  }

  @Test
  void otherLanguagesAreGradedToo() {
    Tests sums = inputs("1 2", "3", "20 3", "23");
    assertThat(
            grade(
                    Language.JAVASCRIPT,
                    "const t = require('fs').readFileSync(0, 'utf8').trim().split(' ');"
                        + "console.log(Number(t[0]) + Number(t[1]))",
                    sums)
                .verdict())
        .isEqualTo(CodeVerdict.PASSED);
    assertThat(grade(Language.JAVASCRIPT, "let x = ;", sums).verdict())
        .isEqualTo(CodeVerdict.COMPILE_ERROR);
  }

  @Test
  void javaIsCompiledAndRun() {
    String program =
        """
        import java.util.*;
        public class Sum {
          public static void main(String[] a) {
            Scanner s = new Scanner(System.in);
            System.out.println(new Adder().add(s.nextInt(), s.nextInt()));
          }
        }
        class Adder { int add(int a, int b) { return a + b; } }
        """;
    assertThat(grade(Language.JAVA, program, inputs("1 2", "3")).verdict())
        .isEqualTo(CodeVerdict.PASSED);
    assertThat(grade(Language.JAVA, "class Main { int x = ; }", inputs("", "")).verdict())
        .isEqualTo(CodeVerdict.COMPILE_ERROR);
  }

  @Test
  void cppIsCompiledAndRun() {
    String program =
        "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b; }";
    assertThat(grade(Language.CPP, program, inputs("1 2", "3")).verdict())
        .isEqualTo(CodeVerdict.PASSED);
    assertThat(grade(Language.CPP, "int main() { return x; }", inputs("", "")).verdict())
        .isEqualTo(CodeVerdict.COMPILE_ERROR);
  }
}
