package dev.tesuji.sandbox;

import java.nio.file.Path;

/// Programs that see the host's own files: their box and their scratch are folders of it.
final class OnHost {
  private OnHost() {}

  /// Returns the script that starts a program, with its arguments rewritten to where things lie.
  static String script(Jail.Launch launch, Path scratch) {
    StringBuilder script = new StringBuilder(Shell.enter(launch.lane()));
    Environment.VARIABLES.forEach((name, value) -> export(script, name, value));
    export(script, "HOME", scratch.toString());
    export(script, "TMPDIR", scratch.toString());
    script.append("exec");
    for (String word : Shell.pinned(launch.lane())) {
      script.append(' ').append(Shell.quoted(word));
    }
    script.append(" /bin/sh -c ").append(Shell.quoted(Shell.limits(launch.job(), launch.nonce())));
    script.append(" sh");
    String box = launch.folder().resolve("box") + "/";
    for (String word : launch.job().command()) {
      String there = word.replace(Job.BOX, box).replace(Job.SCRATCH, scratch + "/");
      script.append(' ').append(Shell.quoted(there));
    }
    return script.toString();
  }

  private static void export(StringBuilder script, String name, String value) {
    script.append("export ").append(name).append('=').append(Shell.quoted(value)).append('\n');
  }
}
