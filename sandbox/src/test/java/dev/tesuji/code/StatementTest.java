package dev.tesuji.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Statements about JavaScript, Java and C++ programs, honest ones and others.
class StatementTest {
  private static final Submission.Limits LIMITS = new Submission.Limits(10, 256);
  private static final Submission.Limits SHORT = new Submission.Limits(0.5, 256);

  @RegisterExtension static final GraderHere GRADER = new GraderHere();

  private static CodeResult grade(Language language, String program, String... statements) {
    return GRADER.grade(language, program, new Tests.Asserts(List.of(statements), null), LIMITS);
  }

  private static void javascript(CodeVerdict expected, String program) {
    CodeResult result =
        grade(
            Language.JAVASCRIPT,
            program,
            "assert(f(2) === 4)",
            "f(3) === 9",
            "console.assert(f(4) == 16)");
    assertThat(result.verdict()).as(program + "\n" + result).isEqualTo(expected);
  }

  private static void java(CodeVerdict expected, String program) {
    CodeResult result =
        grade(Language.JAVA, program, "assert Solution.f(2) == 4;", "Solution.f(3) == 9");
    assertThat(result.verdict()).as(program + "\n" + result).isEqualTo(expected);
  }

  private static void cpp(CodeVerdict expected, String program) {
    CodeResult result = grade(Language.CPP, program, "assert(f(2) == 4);", "f(3) == 9");
    assertThat(result.verdict()).as(program + "\n" + result).isEqualTo(expected);
  }

  @Test
  void javascriptHoldsOrDoesNot() {
    javascript(CodeVerdict.PASSED, "function f(x) { console.log('squared'); return x * x; }");
    javascript(CodeVerdict.PASSED, "const f = async (x) => x * x;".replace("async ", ""));
    javascript(CodeVerdict.WRONG, "function f(x) { return x + x; }");
    javascript(CodeVerdict.WRONG, "function g(x) { return x * x; }");
    javascript(CodeVerdict.COMPILE_ERROR, "function f(x) { return (; }");
    CodeResult half =
        grade(Language.JAVASCRIPT, "const f = (x) => x + x", "f(2) === 4", "f(3) === 9");
    assertThat(half.passed()).isEqualTo(1);
  }

  @Test
  void javascriptThatEndsEarlyOrPretendsFails() {
    javascript(CodeVerdict.WRONG, "process.exit(0)");
    javascript(CodeVerdict.WRONG, "function f(x) { process.exit(0) }");
    javascript(CodeVerdict.WRONG, "function f(x) { process.reallyExit(0) }");
    javascript(
        CodeVerdict.WRONG,
        "globalThis.assert = () => {}; console.assert = () => {}; require('assert').ok = () => {};"
            + "JSON.stringify = () => 'true'; function f(x) { return 0 }");
    javascript(
        CodeVerdict.WRONG,
        "const fs = require('fs'); const b = Buffer.from('{\"ok\":true}'); for (const fd of [1, 3, 4])"
            + " for (const k of ['V', 'E', '']) { const h = Buffer.alloc(4); h.writeUInt32BE(b.length);"
            + " try { fs.writeSync(fd, Buffer.concat([Buffer.from(k), h, b])) } catch (e) {} }"
            + " process.reallyExit(0)");
    javascript(
        CodeVerdict.WRONG,
        "class A { valueOf() { return 0 } [Symbol.toPrimitive]() { return 0 } }"
            + " function f(x) { return new A() }");
    javascript(
        CodeVerdict.WRONG,
        "Math.abs = () => 0; Object.is = () => true; function f(x) { return x === 3 ? 9 : 5 }");
  }

  @Test
  void javascriptIsStopped() {
    Tests tests = new Tests.Asserts(List.of("f(1)", "f(2)"), null);
    CodeResult late =
        GRADER.grade(Language.JAVASCRIPT, "function f(x) { while (true); }", tests, SHORT);
    assertThat(late.verdict()).isEqualTo(CodeVerdict.TIME_OUT);
    assertThat(late.passed()).isZero();
    javascript(CodeVerdict.MEMORY, "function f(x) { return Buffer.alloc(4e9, 1) }");
  }

  @Test
  void javascriptsValuesAndObjectsTravel() {
    CodeResult result =
        grade(
            Language.JAVASCRIPT,
            """
            class P { constructor(x) { this.x = x; } twice() { return this.x * 2; } }
            function s(a) { a.sort((x, y) => x - y); }
            const m = (h) => [0, 1, 2].map(h);
            const all = () => ({a: [1, undefined, NaN], b: new Map([[1, new Set([2])]]), c: 10n});
            async function later(x) { return x + 1; }
            function bad() { throw new RangeError('no'); }
            """,
            "new P(3).twice() === 6",
            "const a = [3, 1]; s(a); assert.deepEqual(a, [1, 3])",
            "assert.deepStrictEqual(m((i) => i + 1), [1, 2, 3])",
            "assert.deepStrictEqual(all(), {a: [1, undefined, NaN], b: new Map([[1, new Set([2])]]), c:"
                + " 10n})",
            "await later(1) === 2",
            "assert.throws(() => bad(), RangeError)");
    assertThat(result.verdict()).as(result.toString()).isEqualTo(CodeVerdict.PASSED);
  }

  @Test
  void theEntryPointIsHonouredInEveryLanguage() {
    Tests check =
        new Tests.Asserts(
            List.of("const check = (candidate) => { assert(candidate(1, 2) === 3) }"), "add");
    assertThat(
            GRADER
                .grade(Language.JAVASCRIPT, "const add = (a, b) => a + b", check, LIMITS)
                .verdict())
        .isEqualTo(CodeVerdict.PASSED);
    assertThat(
            GRADER
                .grade(Language.JAVASCRIPT, "const add = (a, b) => a * b", check, LIMITS)
                .verdict())
        .isEqualTo(CodeVerdict.WRONG);
    Tests candidate = new Tests.Asserts(List.of("candidate(1, 2) == 3"), "add");
    assertThat(
            GRADER
                .grade(
                    Language.JAVA,
                    "class Main { static int add(int a, int b) { return a + b; } }",
                    candidate,
                    LIMITS)
                .verdict())
        .isEqualTo(CodeVerdict.PASSED);
    assertThat(
            GRADER
                .grade(Language.CPP, "int add(int a, int b) { return a + b; }", candidate, LIMITS)
                .verdict())
        .isEqualTo(CodeVerdict.PASSED);
  }

  @Test
  void javaHoldsOrDoesNot() {
    java(
        CodeVerdict.PASSED,
        "public class Solution { public static int f(int x) { System.out.println(x); return x * x; } }");
    java(CodeVerdict.WRONG, "class Solution { static String f(int x) { return \"4\"; } }");
  }

  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void javaThatIsNoneOrIsAnotherIsTold() {
    java(CodeVerdict.WRONG, "class Solution { static int f(int x) { return x + x; } }");
    java(CodeVerdict.WRONG, "class Solution { static int g(int x) { return x; } }");
    java(CodeVerdict.COMPILE_ERROR, "class Solution { static int f(int x) { return ; } }");
  }

  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void javaThatEndsEarlyFails() {
    java(CodeVerdict.WRONG, "class Solution { static int f(int x) { System.exit(0); return 0; } }");
    java(
        CodeVerdict.WRONG,
        "class Solution { static { Runtime.getRuntime().halt(0); } static int f(int x) { return 0; } }");
  }

  @Test
  void javaThatPretendsFails() {
    java(
        CodeVerdict.WRONG,
        """
        import java.io.*;
        class Solution {
          static int f(int x) throws Exception {
            DataOutputStream out = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
            for (String s : new String[] {"L", "Vboolean\\nztrue", "Vint x = 4; int\\ni4", "Vint\\n4 i4"}) {
              out.writeInt(s.length());
              out.writeBytes(s);
            }
            System.exit(0);
            return 0;
          }
        }
        """);
  }

  @Test
  void javasValuesTravel() {
    CodeResult result =
        grade(
            Language.JAVA,
            """
            import java.util.*;
            public class Solution {
              public int[] both(int a, int b) { return new int[] {a, b}; }
              static List<String> words(String s) { return Arrays.asList(s.split(" ")); }
              static Map<String, List<Integer>> map() { return Map.of("a", List.of(1)); }
              static Integer none() { return null; }
              static int[][] grid() { return new int[][] {{1, 2}, {3}}; }
              static String[] texts() { return new String[] {"é", ""}; }
              static double half(int x) { return x / 2.0; }
              static int bad() { throw new IllegalStateException("no"); }
            }
            """,
            "Arrays.equals(new Solution().both(1, 2), new int[] {1, 2})",
            "assert Solution.words(\"a b\").get(1).equals(\"b\") : \"a: b\";",
            "Solution.map().equals(Map.of(\"a\", List.of(1)))",
            "Solution.none() == null",
            "Solution.grid()[1][0] == 3 && Arrays.deepEquals(grid(), new int[][] {{1, 2}, {3}})",
            "texts()[0].length() == 1 && texts()[1].isEmpty()",
            "Math.abs(half(3) - 1.5) < 1e-9",
            "Solution.bad() == 1");
    assertThat(result.passed()).as(result.toString()).isEqualTo(7);
    assertThat(result.verdict()).isEqualTo(CodeVerdict.WRONG);
    assertThat(result.stderr()).contains("IllegalStateException");
  }

  @Test
  void cppHoldsOrDoesNot() {
    cpp(
        CodeVerdict.PASSED,
        "#include <iostream>\nint f(int x) { std::cout << x; return x * x; }\nint main() { return 1; }");
    cpp(CodeVerdict.WRONG, "int g(int x) { return x * x; }");
  }

  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void cppThatIsNoneOrIsAnotherIsTold() {
    cpp(CodeVerdict.WRONG, "int f(int x) { return x + x; }");
    cpp(CodeVerdict.COMPILE_ERROR, "int f(int x) { return x * ; }");
  }

  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void cppThatEndsEarlyFails() {
    cpp(CodeVerdict.WRONG, "#include <unistd.h>\nint f(int x) { _exit(0); }");
    cpp(
        CodeVerdict.WRONG,
        "#include <cstdlib>\nstruct A { A() { std::_Exit(0); } } a;\nint f(int x) { return 0; }");
    cpp(
        CodeVerdict.WRONG,
        "#undef assert\n#define assert(x)\n#define bool(x) true\ntemplate <class T> bool operator==(T,"
            + " struct Any);\nint f(int x) { return 0; }");
  }

  @Test
  void cppThatPretendsFails() {
    cpp(
        CodeVerdict.WRONG,
        """
        #include <unistd.h>
        #include <string>
        int f(int x) {
          for (std::string s : {"L", "Vbool\\n1", "Vint v = 4; exit(0); int\\n4"}) {
            std::string all = {0, 0, 0, char(s.size())};
            all += s;
            for (int fd = 1; fd < 9; fd++) (void) !write(fd, all.data(), all.size());
          }
          _exit(0);
        }
        """);
  }

  @Test
  @EnabledIfSystemProperty(named = "tesuji.slow", matches = "true")
  void cppIsStopped() {
    Tests tests = new Tests.Asserts(List.of("f(1) == 1", "f(2) == 2"), null);
    String loop = "int f(int x) { volatile int i = 0; while (true) i = i + 1; }";
    assertThat(GRADER.grade(Language.CPP, loop, tests, SHORT).verdict())
        .isEqualTo(CodeVerdict.TIME_OUT);
    String much =
        "#include <vector>\nint f(int x) { std::vector<char> v(4000000000u, 'a'); return v[x]; }";
    assertThat(GRADER.grade(Language.CPP, much, tests, LIMITS).verdict())
        .isEqualTo(CodeVerdict.MEMORY);
  }

  @Test
  void cppsValuesTravel() {
    CodeResult result =
        grade(
            Language.CPP,
            """
            #include <bits/stdc++.h>
            using namespace std;
            vector<int> both(int a, int b) { return {a, b}; }
            map<string, vector<int>> table() { return {{"a", {1}}}; }
            tuple<int, string, double> mixed() { return {1, "b c\\n", 0.1}; }
            optional<int> none() { return nullopt; }
            vector<bool> bits() { return {true, false}; }
            auto twice = [](int x) { return 2 * x; };
            struct Solution { long long big() { return 1LL << 40; } };
            int bad() { throw runtime_error("no"); }
            """,
            "assert((both(1, 2) == vector<int>{1, 2}));",
            "table().at(\"a\")[0] == 1",
            "mixed() == make_tuple(1, string(\"b c\\n\"), 0.1)",
            "!none().has_value()",
            "bits()[0] && !bits()[1]",
            "twice(4) == 8",
            "Solution().big() == 1099511627776LL",
            "bad() == 1");
    assertThat(result.passed()).as(result.toString()).isEqualTo(7);
    assertThat(result.verdict()).isEqualTo(CodeVerdict.WRONG);
  }
}
