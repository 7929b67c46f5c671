package dev.tesuji.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How large the processor's caches are.
public final class Caches {
  private static final Path FOLDER = Path.of("/sys/devices/system/cpu/cpu0/cache");
  private static final long USUAL = 16 << 20; // where the system does not tell
  private static final long USUAL_OWN = 1 << 20;
  private static final long PART = 16 << 20; // what a core can have for itself at full speed
  private static final long OWN_BYTES = read("index2", USUAL_OWN);
  private static final long SHARED_BYTES =
      Math.min(read("index3", USUAL), PART * Runtime.getRuntime().availableProcessors());

  private Caches() {}

  /// Returns the bytes of a core's own cache.
  static long own() {
    return OWN_BYTES;
  }

  /// Returns the bytes of the cache that cores share: where a virtual machine is told of one that
  /// all cores of a large processor share, what its own can make use of.
  public static long shared() {
    return SHARED_BYTES;
  }

  private static long read(String cache, long usual) {
    try {
      String text =
          Files.readString(FOLDER.resolve(cache).resolve("size")).strip(); // such as 32768K
      return Long.parseLong(text.replace("K", "")) * 1024;
    } catch (IOException | NumberFormatException e) {
      return usual;
    }
  }
}
