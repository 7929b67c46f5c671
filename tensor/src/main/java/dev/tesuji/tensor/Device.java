package dev.tesuji.tensor;

import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch_cuda;

/// Where a tensor's numbers live: `cpu`, or `cuda:INDEX` in a build with the Maven profile `cuda`;
/// or nowhere, `meta`.
///
/// @param kind the kind of processor
/// @param index which one of its kind, from 0
public record Device(Kind kind, int index) {
  /// The kinds of processor that libtorch was built for here.
  public enum Kind {
    CPU,
    CUDA,
    META
  }

  /// The processor that every machine has.
  public static final Device CPU = new Device(Kind.CPU, 0);

  /// No memory at all: a tensor here has a type and a shape and no elements. A model made here is a
  /// plan, to be checked before memory is taken for it.
  public static final Device META = new Device(Kind.META, 0);

  /// Reads `cpu`, `cuda`, `cuda:1` or `auto` (a GPU where one answers, else the CPU).
  ///
  /// @throws IllegalArgumentException when the text is none of these, or names a GPU that is absent
  public static Device named(String text) {
    Device device = planned(text);
    int present = device.isCpu() ? 0 : cudaCount();
    if (!device.isCpu() && device.index() >= present) {
      throw new IllegalArgumentException(
          "device must exist, got '"
              + text
              + "' where "
              + (present == 0
                  ? "no CUDA device answers (a GPU needs a build with ./mvnw -Pcuda)"
                  : "the last one is cuda:" + (present - 1)));
    }
    return device;
  }

  /// Reads the same as [#named], of a machine that may be another: a GPU need not be here.
  ///
  /// @throws IllegalArgumentException when the text is none of these
  public static Device planned(String text) {
    return switch (text) {
      case "cpu" -> CPU;
      case "auto" -> cudaCount() > 0 ? new Device(Kind.CUDA, 0) : CPU;
      default -> {
        if (!text.matches("cuda(:\\d{1,3})?")) {
          throw new IllegalArgumentException(
              "device must be auto, cpu, cuda or cuda:INDEX, got '" + text + "'");
        }
        int index = text.equals("cuda") ? 0 : Integer.parseInt(text.substring("cuda:".length()));
        yield new Device(Kind.CUDA, index);
      }
    };
  }

  /// Counts the CUDA devices that this build of libtorch can use; 0 in a CPU build.
  public static int cudaCount() {
    Native.load();
    return torch.hasCUDA() ? torch_cuda.device_count() : 0;
  }

  /// Returns whether this is the CPU.
  public boolean isCpu() {
    return kind == Kind.CPU;
  }

  @Override
  public String toString() {
    return switch (kind) {
      case CPU -> "cpu";
      case CUDA -> "cuda:" + index;
      case META -> "meta";
    };
  }
}
