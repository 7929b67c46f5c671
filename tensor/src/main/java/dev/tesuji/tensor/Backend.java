package dev.tesuji.tensor;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.global.torch;

/// The computing libraries: libtorch, its threads and the library behind its matrix products.
public final class Backend {
  private static final Pattern VERSION = Pattern.compile("TORCH_VERSION=([0-9.]+)");

  private Backend() {}

  /// Returns libtorch's version.
  public static String version() {
    Native.load();
    try (BytePointer config = torch.show_config()) {
      Matcher version = VERSION.matcher(config.getString());
      return version.find() ? version.group(1) : "unknown";
    }
  }

  /// Names the library behind float32 matrix products.
  public static String blas() {
    return Native.blas();
  }

  /// Returns the number of threads that one operation uses.
  public static int threads() {
    Native.load();
    return torch.get_num_threads();
  }
}
