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
