package dev.tesuji.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// The calls that statements in Java and C++ make.
class CallsTest {
  private static Calls java(String program, String... statements) {
    return Calls.of(
        List.of(statements),
        ProgramNames.of(Language.JAVA, program, List.of(statements), null),
        null);
  }

  private static Calls cpp(String program, String... statements) {
    return Calls.of(
        List.of(statements),
        ProgramNames.of(Language.CPP, program, List.of(statements), null),
        null);
  }

  private static final String SOLUTION =
      "class Solution { static int f(int x) { return x; } int g() { return 1; } }";

  @Test
  void aCallIsTakenOutWithItsArguments() {
    Calls calls = java(SOLUTION, "assert Solution.f(Solution.f(2)) == 4 : \"four\";");
    assertThat(calls.calls()).containsExactly("Solution.f(Solution.f(2))");
    assertThat(calls.tests().getFirst().expression()).isEqualTo("tesuji_0 == 4");
  }

  @Test
  void whatIsAskedOfAValueStaysWithTheTest() {
    Calls calls =
        java(SOLUTION, "new Solution().g() + f(1) == 3 && Solution.f(7).equals(\"f(1)\")");
    assertThat(calls.calls())
        .containsExactly("new Solution().g()", "Solution.f(1)", "Solution.f(7)");
    assertThat(calls.tests().getFirst().expression())
        .isEqualTo("tesuji_0 + tesuji_1 == 3 && tesuji_2.equals(\"f(1)\")");
  }

  @Test
  void functionsOfCppAreTakenAndThoseOfItsLibraryAreNot() {
    Calls calls =
        cpp(
            "#include <cmath>\ndouble half(double x) { return x / 2; }\nint abs(int x) { return 0; }"
                + "\nstruct P { int x; int y() { return x; } };",
            "assert(abs(half(3.0) - 1.5) < 1e-9);",
            "P{3}.y() == 3");
    assertThat(calls.calls()).containsExactly("half(3.0)", "P{3}.y()");
    assertThat(calls.tests().getFirst().expression()).isEqualTo("(abs(tesuji_0 - 1.5) < 1e-9)");
  }

  @Test
  void namesOfTheLibraryAreTheProgramsOnlyWhereItIsAboutThem() {
    String math = "class Math { static double abs(double x) { return 0; } }";
    String solution = "class Solution { static double f() { return 9; } }";
    assertThat(java(math + solution, "Math.abs(Solution.f() - 1) < 1e-9").calls())
        .containsExactly("Solution.f()");
    assertThat(java(math, "Math.abs(-1) == 1").calls()).containsExactly("Math.abs(-1)");
    String max = "int max(int a, int b) { return 0; }\n";
    assertThat(cpp(max, "max(1, 2) == 2").calls()).containsExactly("max(1, 2)");
    assertThat(cpp(max + "int f() { return 1; }", "max(f(), 2) == 2").calls())
        .containsExactly("f()");
  }

  @Test
  void theEntryPointIsTheCandidate() {
    Calls calls =
        Calls.of(
            List.of("candidate(1) == 2"),
            ProgramNames.of(
                Language.CPP, "int add(int a) { return a; }", List.of("candidate(1) == 2"), "add"),
            "add");
    assertThat(calls.calls()).containsExactly("add(1)");
  }

  @Test
  void severalStatementsInOneAreRefused() {
    assertThat(
            cpp("int f() { return 1; }", "int x = f(); assert(x == 1);")
                .tests()
                .getFirst()
                .trouble())
        .isEqualTo(
            "a statement must be one assert or one boolean expression, got 'int x = f(); assert(x =="
                + " 1);'");
  }

  @Test
  void onlyNamesOfTypesComeNearACompiler() {
    assertThat(ValueType.isOne(Language.CPP, "std::map<int,std::vector<std::string>>")).isTrue();
    assertThat(ValueType.isOne(Language.CPP, "std::array<int,3>")).isTrue();
    assertThat(ValueType.isOne(Language.CPP, "int x = 0; exit(0); int")).isFalse();
    assertThat(ValueType.isOne(Language.JAVA, "java.util.List<Integer[]>")).isTrue();
    assertThat(ValueType.isOne(Language.JAVA, "int a = 1; int")).isFalse();
    assertThat(ValueType.isOne(Language.JAVA, "java.util.List<Foo>")).isFalse();
  }
}
