package dev.tesuji.sandbox;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Puts Landlock's walls and a filter of system calls around its own thread, and becomes a program.
///
/// The kernel takes a thread's walls along when it becomes another program, and ends the other
/// threads of the virtual machine.
final class LandlockLauncher {
  private static final long CREATE_RULESET = 444; // the same on every architecture
  private static final long ADD_RULE = 445;
  private static final long RESTRICT_SELF = 446;
  private static final long ASK_VERSION = 1;
  private static final long PATH_BENEATH = 1;

  private static final long EXECUTE_AND_READ = 0b1101;
  private static final long READ = 0b0100;
  private static final long READ_AND_WRITE = 0b0110;
  private static final long[] ALL_BY_VERSION = {
    0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff, 0xffff, 0xffff
  };
  private static final int WITH_NETWORK = 4;
  private static final int WITH_SCOPES = 6;

  private static final int NO_NEW_PRIVILEGES = 38;
  private static final int PARENT_DEATH_SIGNAL = 1;
  private static final int SIGKILL = 9;
  private static final int O_PATH = 0x200000;
  private static final int FAILED = 94;

  private final MethodHandle syscall = LibC.function("syscall", 7);
  private final MethodHandle prctl = LibC.function("prctl", 5);
  private final Arena arena = Arena.global();

  private LandlockLauncher() {}

  /// Returns whether the kernel has Landlock.
  static boolean isThere() {
    return new LandlockLauncher().version() > 0;
  }

  /// Becomes a program.
  ///
  /// @param arguments the user to become, or `-`; the file with the filter; a folder to write into,
  ///   or `-`; paths to read; the program and its arguments
  public static void main(String[] arguments) {
    try {
      new LandlockLauncher().launch(arguments);
      System.err.println("the program could not be started");
    } catch (IOException e) {
      System.err.println(e.getMessage());
    }
    Runtime.getRuntime().halt(FAILED);
  }

  private void launch(String[] arguments) throws IOException {
    MemorySegment filter = filter(Path.of(arguments[1]));
    List<String> command = Arrays.asList(arguments).subList(4, arguments.length);
    MemorySegment words = arena.allocate(8L * (command.size() + 1), 8);
    for (int i = 0; i < command.size(); i++) {
      words.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(command.get(i)));
    }
    MethodHandle become = LibC.function("execv", 2);
    long program = arena.allocateFrom(command.getFirst()).address();
    LibC.call(become, arena.allocateFrom("/nowhere").address(), words.address()); // links it
    int rules = rules(arguments[2], arguments[3].split(File.pathSeparator, -1));
    LibC.Numbers numbers = LibC.Numbers.here();
    if (!arguments[0].equals("-")) {
      long user = Long.parseLong(arguments[0]);
      String refused = LibC.become(syscall, user);
      must(refused, refused.isEmpty() ? 0 : -1);
    }
    LibC.call(prctl, PARENT_DEATH_SIGNAL, SIGKILL, 0, 0, 0);
    must("no_new_privs", LibC.call(prctl, NO_NEW_PRIVILEGES, 1, 0, 0, 0));
    must("Landlock", system(RESTRICT_SELF, rules, 0));
    must("seccomp", system(numbers.seccomp(), 1, 0, filter.address()));
    LibC.call(become, program, words.address());
  }

  private int version() {
    return (int) Math.max(0, system(CREATE_RULESET, 0, 0, ASK_VERSION));
  }

  private int rules(String writable, String[] readable) throws IOException {
    int version = Math.min(version(), ALL_BY_VERSION.length - 1);
    MemorySegment attributes = arena.allocate(24, 8);
    attributes.setAtIndex(ValueLayout.JAVA_LONG, 0, ALL_BY_VERSION[version]);
    attributes.setAtIndex(ValueLayout.JAVA_LONG, 1, version >= WITH_NETWORK ? 3 : 0);
    attributes.setAtIndex(ValueLayout.JAVA_LONG, 2, version >= WITH_SCOPES ? 3 : 0);
    long size = version >= WITH_SCOPES ? 24 : version >= WITH_NETWORK ? 16 : 8;
    long rules = system(CREATE_RULESET, attributes.address(), size, 0);
    must("Landlock's rules", Math.min(rules, 0));
    for (String path : readable) {
      allow(rules, path, Files.isDirectory(Path.of(path)) ? EXECUTE_AND_READ : READ);
    }
    allow(rules, "/dev/null", READ_AND_WRITE);
    allow(rules, "/dev/zero", READ);
    allow(rules, "/dev/urandom", READ);
    if (!writable.equals("-")) {
      allow(rules, writable, ALL_BY_VERSION[version]);
    }
    return (int) rules;
  }

  private void allow(long rules, String path, long access) throws IOException {
    MethodHandle open = LibC.function("open", 2);
    int descriptor = (int) LibC.call(open, arena.allocateFrom(path).address(), O_PATH);
    if (descriptor < 0) {
      return; // not on this system
    }
    MemorySegment rule = arena.allocate(16, 8);
    rule.set(ValueLayout.JAVA_LONG, 0, access);
    rule.set(ValueLayout.JAVA_INT, 8, descriptor);
    must("the rule for " + path, system(ADD_RULE, rules, PATH_BENEATH, rule.address(), 0));
  }

  private MemorySegment filter(Path file) throws IOException {
    byte[] steps = Files.readAllBytes(file);
    MemorySegment code = arena.allocate(steps.length, 8);
    MemorySegment.copy(steps, 0, code, ValueLayout.JAVA_BYTE, 0, steps.length);
    MemorySegment program = arena.allocate(16, 8);
    program.set(ValueLayout.JAVA_SHORT, 0, (short) (steps.length / 8));
    program.set(ValueLayout.ADDRESS, 8, code);
    return program;
  }

  private static void must(String what, long result) throws IOException {
    if (result < 0) {
      throw new IOException(what + " was refused by the kernel");
    }
  }

  private long system(long number, Object... arguments) {
    return LibC.system(syscall, number, arguments);
  }
}
