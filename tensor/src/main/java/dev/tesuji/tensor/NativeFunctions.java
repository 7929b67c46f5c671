package dev.tesuji.tensor;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// Functions inside libtorch that it exports but that have no binding.
public final class NativeFunctions {
  private NativeFunctions() {}

  /// Finds a function of libtorch's CPU library.
  ///
  /// @param symbol its (mangled) name
  /// @return null when this build of libtorch does not have it
  @SuppressWarnings("restricted")
  public static @Nullable MethodHandle find(String symbol, FunctionDescriptor type) {
    Native.load();
    return SymbolLookup.loaderLookup()
        .find(symbol)
        .map(f -> Linker.nativeLinker().downcallHandle(f, type))
        .orElse(null);
  }
}
