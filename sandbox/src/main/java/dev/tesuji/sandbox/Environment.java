package dev.tesuji.sandbox;

import java.util.Map;
import java.util.TreeMap;

/// The environment that programs see: nothing of the host's.
final class Environment {
  /// Texts are UTF-8, hashes are the same each time, and libraries start one thread.
  static final Map<String, String> VARIABLES =
      new TreeMap<>(
          Map.of(
              "PATH", "/usr/local/bin:/usr/bin:/bin",
              "LANG", "C.UTF-8",
              "LC_ALL", "C.UTF-8",
              "PYTHONHASHSEED", "0",
              "PYTHONDONTWRITEBYTECODE", "1",
              "OMP_NUM_THREADS", "1",
              "OPENBLAS_NUM_THREADS", "1"));

  private Environment() {}
}
