package dev.tesuji.sandbox;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Optional;

/// Functions of the C library that take and return numbers and addresses.
final class LibC {
  private LibC() {}

  /// The numbers of system calls that differ by architecture, and act on one thread alone where the
  /// library's functions of their names act on all.
  record Numbers(long seccomp, long setgroups, long setgid, long setuid) {
    static Numbers here() {
      return System.getProperty("os.arch").equals("aarch64")
          ? new Numbers(277, 159, 149, 147)
          : new Numbers(317, 116, 119, 117);
    }
  }

  /// Makes a system call with words, which may be addresses.
  ///
  /// @param syscall the function of that name, with seven parameters
  static long system(MethodHandle syscall, long number, Object... arguments) {
    Object[] all = new Object[7];
    Arrays.fill(all, 0);
    all[0] = number;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return call(syscall, all);
  }

  /// Makes the calling thread, and what it starts, those of a user, with no other groups.
  ///
  /// @param syscall the function of that name, with seven parameters
  /// @return the name of the call that the kernel refused; empty where it refused none
  static String become(MethodHandle syscall, long user) {
    Numbers numbers = Numbers.here();
    if (system(syscall, numbers.setgroups(), 0, 0) != 0) {
      return "setgroups";
    }
    if (system(syscall, numbers.setgid(), user, user, user) != 0) {
      return "setgid";
    }
    return system(syscall, numbers.setuid(), user, user, user) == 0 ? "" : "setuid";
  }

  /// Returns a function that takes and returns machine words, for [#call].
  static MethodHandle function(String name, int parameters) {
    return function(name, parameters, ValueLayout.JAVA_LONG).orElseThrow();
  }

  /// Returns a function that takes machine words and returns an `int`; empty where the library has
  /// none of that name.
  @SuppressWarnings("restricted") // a call out of Java, as the launcher allows
  static Optional<MethodHandle> function(String name, int parameters, ValueLayout returned) {
    Linker linker = Linker.nativeLinker();
    ValueLayout[] words = new ValueLayout[parameters];
    Arrays.fill(words, ValueLayout.JAVA_LONG);
    return linker
        .defaultLookup()
        .find(name)
        .map(found -> spread(linker.downcallHandle(found, FunctionDescriptor.of(returned, words))));
  }

  /// Returns a function that takes its words as one array.
  private static MethodHandle spread(MethodHandle function) {
    int parameters = function.type().parameterCount();
    return function
        .asType(function.type().changeReturnType(long.class))
        .asType(MethodType.genericMethodType(parameters).changeReturnType(long.class))
        .asSpreader(Object[].class, parameters);
  }

  /// Calls a function with words, which may be addresses.
  ///
  /// @param function as [#function] returns it
  static long call(MethodHandle function, Object... arguments) {
    Object[] words = new Object[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] =
          switch (arguments[i]) {
            case MemorySegment address -> address.address();
            case Number number -> number.longValue();
            default -> throw new IllegalArgumentException("no word: " + arguments[i]);
          };
    }
    try {
      return (long) function.invokeExact(words);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
