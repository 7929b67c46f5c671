package dev.tesuji.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A program to run and what it is given.
///
/// Its files lie in [#BOX], which it cannot change, and it may write into [#SCRATCH], which is
/// empty, small and gone afterwards. Arguments that name them are rewritten where a jail has them
/// elsewhere.
///
/// @param command the program by its full path, and its arguments
/// @param files the contents of its files by their names, at most [#MOST_FILES]
/// @param readable folders outside `/usr` that the program needs, such as that of its interpreter
/// @param limits what it may take
/// @param forks whether it may start processes where the jail can tell; compilers do
public record Job(
    List<String> command,
    Map<String, byte[]> files,
    List<Path> readable,
    Limits limits,
    boolean forks) {
  /// The folder with its files.
  public static final String BOX = "/box/";

  /// The folder that it may write into, and begins in.
  public static final String SCRATCH = "/tmp/";

  /// As many files as a shell can open by descriptors of one digit, besides the filter's.
  public static final int MOST_FILES = 6;

  /// Copies the collections and checks the files' names.
  public Job {
    command = List.copyOf(command);
    files = Map.copyOf(files);
    readable = List.copyOf(readable);
    if (command.isEmpty() || files.size() > MOST_FILES) {
      throw new IllegalArgumentException(
          "a job must have a command and at most " + MOST_FILES + " files, got " + files.size());
    }
    for (String name : files.keySet()) {
      if (!name.matches("[A-Za-z0-9_.]+")) {
        throw new IllegalArgumentException(
            "a job's file must have a plain name, got '" + name + "'");
      }
    }
  }

  /// Returns the same job, which may start processes.
  public Job forking() {
    return new Job(command, files, readable, limits, true);
  }
}
