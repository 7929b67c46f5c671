package dev.tesuji.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How large the processor's caches are.
public final class Caches {
  private static final Path SHARED = Path.of("/sys/devices/system/cpu/cpu0/cache/index3/size");
  private static final long USUAL = 16 << 20; // where the system does not tell
  private static final long SHARED_BYTES = read(SHARED);

  private Caches() {}

  /// Returns the bytes of the cache that cores share.
  public static long shared() {
    return SHARED_BYTES;
  }

  private static long read(Path file) {
    try {
      String text = Files.readString(file).strip(); // such as 32768K
      return Long.parseLong(text.replace("K", "")) * 1024;
    } catch (IOException | NumberFormatException e) {
      return USUAL;
    }
  }
}
