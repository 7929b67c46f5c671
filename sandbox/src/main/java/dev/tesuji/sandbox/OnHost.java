package dev.tesuji.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Programs that see the host's own files: their box and their scratch are folders of it.
final class OnHost {
  private static final Pattern PLACE =
      Pattern.compile(Pattern.quote(Job.BOX) + "|" + Pattern.quote(Job.SCRATCH));

  private OnHost() {}

  /// Returns the script that starts a program, with its arguments rewritten to where things lie.
  ///
  /// @param before words before the shell that lowers limits: what puts up walls
  static String script(Launch launch, Path scratch, List<String> before) throws IOException {
    StringBuilder script = new StringBuilder();
    Environment.VARIABLES.forEach((name, value) -> export(script, name, value));
    export(script, "HOME", scratch.toString());
    export(script, "TMPDIR", scratch.toString());
    List<String> words = new ArrayList<>(Shell.pinned(launch.lane()));
    words.addAll(before);
    words.addAll(
        List.of(Shell.SHELL, "-c", Shell.limits(launch.job(), launch.nonce()), Shell.SHELL));
    String box = launch.folder().resolve("box") + "/";
    for (String word : launch.job().command()) {
      words.add(
          PLACE
              .matcher(word)
              .replaceAll(
                  m -> Matcher.quoteReplacement(m.group().equals(Job.BOX) ? box : scratch + "/")));
    }
    script.append("exec");
    words.forEach(word -> script.append(' ').append(Shell.quoted(word)));
    return script.toString();
  }

  private static void export(StringBuilder script, String name, String value) {
    script.append("export ").append(name).append('=').append(Shell.quoted(value)).append('\n');
  }
}
