package dev.tesuji.code;

import dev.tesuji.sandbox.Job;
import dev.tesuji.sandbox.Lane;
import dev.tesuji.sandbox.Outcome;
import dev.tesuji.sandbox.Outcome.End;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The files of ours in which an interpreter of Python begins, compiled by it once.
///
/// An interpreter that begins without the module `site`, and reads code instead of a text, is there
/// in half of the time. What `site` would have found is found here, in a jail that holds nothing
/// but our own files, and stands in that code.
final class PythonStart {
  /// Runs a program as its file would be run.
  static final String SCRIPT = "script.pyc";

  /// Holds a program for statements.
  static final String HOST = "host.pyc";

  /// Runs statements.
  static final String TESTS = "tests.pyc";

  private static final String MAIN = "prepare.py";
  private static final Map<String, String> PARTS =
      Map.of(
          SCRIPT, "start.py,script.py",
          HOST, "start.py,codec.py,host.py",
          TESTS, "start.py,codec.py,tests.py");

  private PythonStart() {}

  /// Returns the words before the arguments of a file of ours.
  static List<String> command(Toolchain python, String file) {
    return List.of(python.program().toString(), "-S", "-B", Job.BOX + file);
  }

  /// Makes the files, by their names.
  ///
  /// @throws IOException when the interpreter does not run in the jail
  static Map<String, byte[]> files(Toolchain python, Lane lane)
      throws InterruptedException, IOException {
    List<String> names = List.copyOf(PARTS.keySet());
    Map<String, byte[]> sources = new HashMap<>(Map.of(MAIN, ScriptTests.resource(MAIN)));
    List<String> command =
        new ArrayList<>(List.of(python.program().toString(), "-B", Job.BOX + MAIN));
    for (String name : names) {
      String parts = String.valueOf(PARTS.get(name));
      command.add(name + "," + parts);
      for (String part : parts.split(",", -1)) {
        sources.put(part, ScriptTests.resource(part));
      }
    }
    Outcome outcome =
        lane.run(python.job(command, sources, Submission.Limits.DEFAULT), new byte[0]);
    if (outcome.end() != End.EXITED || outcome.status() != 0) {
      throw new IOException("python does not start in the jail: " + outcome.errorText());
    }
    Map<String, byte[]> made = new HashMap<>();
    DataInputStream all = new DataInputStream(new ByteArrayInputStream(outcome.output()));
    for (String name : names) {
      byte[] file = new byte[all.readInt()];
      all.readFully(file);
      made.put(name, file);
    }
    return Map.copyOf(made);
  }
}
