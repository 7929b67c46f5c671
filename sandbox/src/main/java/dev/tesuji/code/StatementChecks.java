package dev.tesuji.code;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tesuji.sandbox.Job;
import dev.tesuji.sandbox.Lane;
import dev.tesuji.sandbox.Limits;
import dev.tesuji.sandbox.Outcome;
import dev.tesuji.sandbox.Outcome.End;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Works out what statements say about the values that a program returned, in a jail that holds
/// nothing of the program but those values.
///
/// Statements that no compiler takes with values of such types do not hold; they are left out, and
/// the others tried once more.
final class StatementChecks {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Limits LIMITS = new Limits(Duration.ofSeconds(60), 1536, 0, 1 << 22);
  private static final Pattern PLACE = Pattern.compile("Checks\\.(?:java|cpp):(\\d+)");
  private static final int TRIES = 3;
  private static final String VALUES = "values.txt";
  private static final String JAVA_VALUE =
      """
      static String file;

      static Object value(int line) throws java.io.IOException {
        return TesujiValues.read(new Scanner(
            java.nio.file.Files.readAllLines(java.nio.file.Path.of(file)).get(line)));
      }
      """;
  private static final String CPP_VALUE =
      """
      #include "values.h"
      using namespace std;
      static const char* file;
      template <class T> T value(int line) {
        ifstream in(file);
        string words;
        for (int i = 0; i <= line; i++) getline(in, words);
        istringstream all(words);
        return tesuji_values::read<T>(all);
      }
      """;

  private final Toolchain toolchain;
  private final Lane lane;
  private final Calls calls;
  private final List<CallValue> values;
  private final String nonce;
  private final boolean java;
  private String errors = "";

  StatementChecks(Toolchain toolchain, Lane lane, Calls calls, List<CallValue> values) {
    this.toolchain = toolchain;
    this.lane = lane;
    this.calls = calls;
    this.values = values;
    java = toolchain.language() == Language.JAVA;
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    nonce = HexFormat.of().formatHex(random);
  }

  /// Returns what was wrong with statements that do not hold, as far as a compiler says.
  String errors() {
    return errors;
  }

  /// Works statements out.
  ///
  /// @param tests expressions by the numbers of their statements
  /// @param count how many statements there are
  /// @return which statements hold
  boolean[] run(Map<Integer, String> tests, int count) throws InterruptedException, IOException {
    boolean[] holds = new boolean[count];
    Map<Integer, String> left = new TreeMap<>(tests);
    for (int i = 0; i < TRIES && !left.isEmpty(); i++) {
      Outcome outcome = java ? runJava(left) : runCpp(left);
      if (outcome.end() == End.NOT_STARTED) {
        throw new IOException("the tests' jail could not be set up: " + outcome.errorText());
      }
      if (outcome.status() == 0) {
        String output = new String(outcome.output(), UTF_8);
        output
            .lines()
            .filter(line -> line.startsWith(nonce))
            .forEach(line -> holds[Integer.parseInt(line.substring(nonce.length() + 1))] = true);
        return holds;
      }
      errors = outcome.errorText();
      Matcher place = PLACE.matcher(errors);
      while (place.find()) {
        left.remove(Integer.parseInt(place.group(1)) - 1); // a line for each statement
      }
    }
    return holds;
  }

  private Outcome runJava(Map<Integer, String> tests) throws InterruptedException {
    StringBuilder text = new StringBuilder("import java.util.*; final class Checks { ");
    StringBuilder main = new StringBuilder();
    for (int i = 0; i < calls.tests().size(); i++) {
      String test = tests.get(i);
      if (test != null) {
        text.append("static boolean t").append(i).append("() throws Throwable { ");
        for (int call : calls.tests().get(i).calls()) {
          String type = values.get(call).type();
          text.append(type).append(' ').append(Calls.VALUE).append(call).append(" = (");
          text.append(type).append(") value(").append(call).append("); ");
        }
        text.append("return ").append(test).append("; }");
        main.append("try { if (t").append(i).append("()) System.out.println(\"").append(nonce);
        main.append(' ').append(i).append("\"); } catch (Throwable e) {}\n");
      }
      text.append('\n');
    }
    text.append(JAVA_VALUE)
        .append("public static void main(String[] given) { file = given[0];\n")
        .append(main);
    text.append("}\n").append(new String(ScriptTests.resource("values.java.txt"), UTF_8));
    Map<String, byte[]> files = Map.of("Checks.java", bytes(text.append("}\n")), VALUES, words());
    List<String> command =
        List.of(
            toolchain.program().resolveSibling("java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xmx512m",
            Job.BOX + "Checks.java",
            Job.BOX + VALUES);
    return lane.run(new Job(command, files, toolchain.readable(), LIMITS, true), new byte[0]);
  }

  private Outcome runCpp(Map<Integer, String> tests) throws InterruptedException, IOException {
    StringBuilder text = new StringBuilder(CPP_VALUE);
    StringBuilder main = new StringBuilder();
    tests.forEach((i, test) -> {
      text.append("#line ").append(i + 1).append(" \"Checks.cpp\"\nstatic bool t").append(i);
      text.append("() { ");
      for (int call : calls.tests().get(i).calls()) {
        text.append("auto ").append(Calls.VALUE).append(call).append(" = value<");
        text.append(values.get(call).type()).append(">(").append(call).append("); ");
      }
      text.append("return bool(").append(test).append("); }\n");
      main.append("try { if (t").append(i).append("()) std::puts(\"").append(nonce).append(' ');
      main.append(i).append("\"); } catch (...) {}\n");
    });
    text.append("#line 1 \"main\"\nint main(int, char** given) { file = given[1];\n")
        .append(main)
        .append("}\n");
    Map<String, byte[]> files =
        Map.of("Checks.cpp", bytes(text), "values.h", ScriptTests.resource("values.h"));
    Compiled compiled =
        Compiled.of(toolchain, lane, files, List.of("-O0", "-fmax-errors=0", "Checks.cpp"));
    if (compiled.failure() != null) {
      return new Outcome(
          compiled.failure() == CodeVerdict.SANDBOX_ERROR ? End.NOT_STARTED : End.EXITED,
          1,
          new byte[0],
          bytes(compiled.errors()),
          Duration.ZERO);
    }
    return lane.run(
        new Job(
            List.of(Job.BOX + "main", Job.BOX + VALUES),
            Map.of("main", compiled.made(), VALUES, words()),
            List.of(),
            LIMITS,
            false),
        new byte[0]);
  }

  private byte[] words() {
    StringBuilder words = new StringBuilder();
    values.forEach(v -> words.append(v.words()).append('\n'));
    return bytes(words);
  }

  private static byte[] bytes(CharSequence text) {
    return text.toString().getBytes(UTF_8);
  }
}
