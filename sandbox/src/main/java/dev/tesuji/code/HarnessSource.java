package dev.tesuji.code;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The source of a program that answers calls: the graded program, and a `main` around it.
///
/// @param files its files
/// @param sources those that the compiler is given
/// @param main what is run
record HarnessSource(Map<String, byte[]> files, List<String> sources, String main) {
  private static final Pattern PACKAGE = Pattern.compile("(?m)^\\s*package\\s+([\\w.]+)\\s*;");
  private static final String JAVA_MAIN =
      """
      final class TesujiCalls {
        static void send(java.io.DataOutputStream out, String text) throws java.io.IOException {
          byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
          out.writeInt(bytes.length);
          out.write(bytes);
          out.flush();
        }

        public static void main(String[] none) throws java.io.IOException {
          java.io.InputStream in = new java.io.FileInputStream(java.io.FileDescriptor.in);
          java.io.DataOutputStream out = new java.io.DataOutputStream(
              new java.io.BufferedOutputStream(
                  new java.io.FileOutputStream(java.io.FileDescriptor.out), 1 << 16));
          System.setIn(new java.io.ByteArrayInputStream(new byte[0]));
          System.setOut(System.err);
          send(out, "L");
          int number = 0;
          for (int c = in.read(); c >= 0; c = in.read()) {
            if (c != '\\n') {
              number = number * 10 + (c - '0');
              continue;
            }
            String answer;
            try {
              answer = call(number);
            } catch (OutOfMemoryError e) {
              answer = "M";
            } catch (Throwable e) {
              answer = "E" + e;
            }
            send(out, answer);
            number = 0;
          }
          Runtime.getRuntime().halt(0);
        }
      """;

  HarnessSource(Submission submission, List<String> calls) {
    this(
        submission.language() == Language.JAVA
            ? java(submission.program(), calls)
            : cpp(submission.program(), calls),
        submission.language() == Language.JAVA
            ? List.of(JavaSource.of(submission.program()).fileName(), "TesujiCalls.java")
            : List.of("harness.cpp"),
        submission.language() == Language.JAVA
            ? inPackage(submission.program(), "", ".") + "TesujiCalls"
            : "main");
  }

  private static String inPackage(String program, String before, String after) {
    Matcher named = PACKAGE.matcher(program);
    return named.find() ? before + named.group(1) + after : "";
  }

  private static Map<String, byte[]> java(String program, List<String> calls) {
    StringBuilder text =
        new StringBuilder(inPackage(program, "package ", ";\n"))
            .append("import java.util.*;\n")
            .append(JAVA_MAIN)
            .append("\n  static String call(int number) throws Throwable {\n")
            .append("    return switch (number) {\n");
    for (int i = 0; i < calls.size(); i++) {
      text.append("      case ").append(i).append(" -> TesujiValues.line(");
      text.append(calls.get(i)).append(");\n");
    }
    text.append("      default -> \"E\";\n    };\n  }\n\n");
    text.append(new String(ScriptTests.resource("values.java.txt"), StandardCharsets.UTF_8));
    return files(
        Map.of(
            JavaSource.of(program).fileName(),
            program,
            "TesujiCalls.java",
            text.append("}\n") + ""));
  }

  private static Map<String, byte[]> cpp(String program, List<String> calls) {
    StringBuilder text =
        new StringBuilder("#include \"calls.h\"\n#define main program_main\n")
            .append("#include \"main.cpp\"\n#undef main\nusing namespace std;\n")
            .append("static std::string tesuji_call(int number) {\n  switch (number) {\n");
    for (int i = 0; i < calls.size(); i++) {
      text.append("    case ").append(i).append(": return tesuji_values::line(");
      text.append(calls.get(i)).append(");\n");
    }
    text.append("    default: return \"E\";\n  }\n}\n");
    text.append("int main() { tesuji_calls::serve(tesuji_call); }\n");
    Map<String, byte[]> files = files(Map.of("main.cpp", program, "harness.cpp", text + ""));
    files.put("values.h", ScriptTests.resource("values.h"));
    files.put("calls.h", ScriptTests.resource("calls.h"));
    return files;
  }

  private static Map<String, byte[]> files(Map<String, String> texts) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    texts.forEach((name, text) -> files.put(name, text.getBytes(StandardCharsets.UTF_8)));
    return files;
  }
}
