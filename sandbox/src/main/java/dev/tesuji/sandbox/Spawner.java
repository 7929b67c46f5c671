package dev.tesuji.sandbox;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Starts processes by the C library's `posix_spawn`, without the helper program and the shell by
/// which Java would.
///
/// A process has the descriptors that it is given, and no other one of this process.
final class Spawner {
  /// The first descriptor after the standard streams.
  static final int FIRST = 3;

  private static final int ROOM = 1024; // bytes, for what the library keeps: below 400 everywhere
  private static final int CLOSE_ON_EXEC = 0x80000; // O_CLOEXEC
  private static final int RESET_SIGNALS = 0x04 | 0x08; // POSIX_SPAWN_SETSIGDEF, SETSIGMASK
  private static final int WORD = 8;
  private static final int MOST_CORES = 8192;

  /// What it calls. The one with `closefrom` came with glibc 2.34; libraries without it start
  /// processes by a shell.
  private static final List<String> NAMES =
      List.of(
          "posix_spawn/6",
          "posix_spawn_file_actions_init/1",
          "posix_spawn_file_actions_adddup2/3",
          "posix_spawn_file_actions_addchdir_np/2",
          "posix_spawn_file_actions_addclosefrom_np/2",
          "posix_spawn_file_actions_destroy/1",
          "posix_spawnattr_init/1",
          "posix_spawnattr_setflags/2",
          "posix_spawnattr_setsigdefault/2",
          "posix_spawnattr_setsigmask/2",
          "posix_spawnattr_destroy/1",
          "sigemptyset/1",
          "sigfillset/1",
          "pipe2/2",
          "fchown/3",
          "memfd_create/2",
          "pwrite/4",
          "close/1",
          "waitid/4",
          "waitpid/3",
          "kill/2",
          "sched_setaffinity/3");

  private static final Optional<Spawner> HERE = find();

  private final Map<String, MethodHandle> functions;

  private Spawner(Map<String, MethodHandle> functions) {
    this.functions = functions;
  }

  /// Returns the spawner of this system; nothing where its C library cannot.
  static Optional<Spawner> here() {
    return HERE;
  }

  private static Optional<Spawner> find() {
    Map<String, MethodHandle> found = new HashMap<>();
    for (String name : NAMES) {
      String[] parts = name.split("/", -1);
      Optional<MethodHandle> function =
          LibC.function(parts[0], Integer.parseInt(parts[1]), ValueLayout.JAVA_INT);
      if (function.isEmpty()) {
        return Optional.empty();
      }
      found.put(parts[0], function.get());
    }
    return Optional.of(new Spawner(Map.copyOf(found)));
  }

  int call(String name, Object... arguments) {
    MethodHandle function = functions.get(name);
    if (function == null) {
      throw new IllegalArgumentException("no function " + name);
    }
    return (int) LibC.call(function, arguments);
  }

  /// Holds the calling thread, and what it starts, to a processor. Returns whether it could.
  boolean pin(int core) {
    if (core >= MOST_CORES) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment set = arena.allocate(MOST_CORES / Byte.SIZE, WORD);
      set.set(ValueLayout.JAVA_BYTE, core / Byte.SIZE, (byte) (1 << core % Byte.SIZE));
      return call("sched_setaffinity", 0, set.byteSize(), set) == 0;
    }
  }

  /// A pipe.
  ///
  /// @param reading the descriptor of its end for reading
  /// @param writing that for writing
  record Pipe(int reading, int writing) {}

  /// Makes a pipe, which no process that is started inherits by itself.
  Pipe pipe() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
      if (call("pipe2", ends, CLOSE_ON_EXEC) != 0) {
        throw new IOException("no more pipes");
      }
      return new Pipe(
          ends.getAtIndex(ValueLayout.JAVA_INT, 0), ends.getAtIndex(ValueLayout.JAVA_INT, 1));
    }
  }

  void close(int descriptor) {
    call("close", descriptor);
  }

  /// Makes a file without a name, which no process that is started inherits by itself. Who reads
  /// its descriptor begins at its beginning.
  int file(byte[] content) throws IOException {
    int closing = 1; // MFD_CLOEXEC
    try (Arena arena = Arena.ofConfined()) {
      int file = call("memfd_create", arena.allocateFrom("tesuji"), closing);
      if (file < 0) {
        throw new IOException("no more files");
      }
      MemorySegment bytes = arena.allocate(Math.max(1, content.length));
      MemorySegment.copy(content, 0, bytes, ValueLayout.JAVA_BYTE, 0, content.length);
      int at = 0;
      while (at < content.length) {
        int written = call("pwrite", file, bytes.asSlice(at), content.length - at, at);
        if (written <= 0) {
          close(file);
          throw new IOException("no room for a file of " + content.length + " bytes");
        }
        at += written;
      }
      return file;
    }
  }

  /// Gives a descriptor's file to a user.
  void give(int descriptor, int user) {
    call("fchown", descriptor, user, user);
  }

  /// Makes the calling thread, and what it starts, those of a user that owns nothing. Returns
  /// whether it could.
  static boolean become(int user) {
    return LibC.become(LibC.function("syscall", 7), user).isEmpty();
  }

  /// Starts a process in the root folder, with a search path and nothing else in its environment.
  ///
  /// @param words the program by its full path, and its arguments
  /// @param descriptors those of this process that become its own, from 0 on
  /// @return its number
  /// @throws IOException when it cannot be started
  long spawn(List<String> words, List<Integer> descriptors) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment actions = arena.allocate(ROOM, WORD);
      MemorySegment attributes = arena.allocate(ROOM, WORD);
      MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
      call("posix_spawn_file_actions_init", actions);
      call("posix_spawnattr_init", attributes);
      try {
        open(arena, actions, descriptors);
        resetSignals(arena, attributes);
        int error =
            call(
                "posix_spawn",
                number,
                arena.allocateFrom(words.getFirst()),
                actions,
                attributes,
                words(arena, words),
                words(arena, List.of("PATH=/usr/local/bin:/usr/bin:/bin")));
        if (error != 0) {
          throw new IOException(words.getFirst() + " cannot be started: error " + error);
        }
        return number.get(ValueLayout.JAVA_INT, 0);
      } finally {
        call("posix_spawn_file_actions_destroy", actions);
        call("posix_spawnattr_destroy", attributes);
      }
    }
  }

  private void open(Arena arena, MemorySegment actions, List<Integer> descriptors) {
    int count = descriptors.size();
    int highest = descriptors.stream().mapToInt(i -> i).max().orElse(0);
    int parked = 1 + Math.max(count, highest); // so that none is overwritten before it is moved
    for (int i = 0; i < count; i++) {
      call("posix_spawn_file_actions_adddup2", actions, descriptors.get(i), parked + i);
    }
    for (int i = 0; i < count; i++) {
      call("posix_spawn_file_actions_adddup2", actions, parked + i, i);
    }
    call("posix_spawn_file_actions_addclosefrom_np", actions, count);
    call("posix_spawn_file_actions_addchdir_np", actions, arena.allocateFrom("/"));
  }

  private void resetSignals(Arena arena, MemorySegment attributes) {
    MemorySegment signals = arena.allocate(ROOM, WORD);
    call("sigemptyset", signals);
    call("posix_spawnattr_setsigmask", attributes, signals);
    call("sigfillset", signals);
    call("posix_spawnattr_setsigdefault", attributes, signals);
    call("posix_spawnattr_setflags", attributes, RESET_SIGNALS);
  }

  private static MemorySegment words(Arena arena, List<String> texts) {
    MemorySegment words = arena.allocate((texts.size() + 1L) * WORD, WORD);
    for (int i = 0; i < texts.size(); i++) {
      words.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(texts.get(i)));
    }
    return words;
  }

  /// Waits for the end of a process, which stays to be reaped.
  void awaitEnd(long pid) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment about = arena.allocate(ROOM, WORD);
      int byNumber = 1; // P_PID
      int exited = 4; // WEXITED
      int staying = 0x01000000; // WNOWAIT
      boolean ended = false;
      while (!ended && call("kill", pid, 0) == 0) { // again where a signal came between
        ended = call("waitid", byNumber, pid, about, exited | staying) == 0;
      }
    }
  }

  /// Reaps a process that has ended. Returns its status as Java has it: from 128 on, 128 and the
  /// signal that ended it.
  int reap(long pid) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
      call("waitpid", pid, status, 0);
      int value = status.get(ValueLayout.JAVA_INT, 0);
      int signal = value & 0x7f;
      return signal == 0 ? value >> 8 & 0xff : 128 + signal;
    }
  }

  /// Ends a process.
  void kill(long pid) {
    call("kill", pid, 9);
  }

  /// Returns the place of an open descriptor of this process.
  static Path place(int descriptor) {
    return Path.of("/proc/self/fd", Integer.toString(descriptor));
  }
}
