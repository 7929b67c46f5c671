package dev.tesuji.tensor;

import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;

/// Arguments of libtorch's functions: those that mean "not given", which live as long as the
/// process, and those that are made from Java values.
final class Handles {
  static final MemoryFormatOptional MEMORY_FORMAT = new MemoryFormatOptional();
  static final ScalarTypeOptional DTYPE = new ScalarTypeOptional();
  static final BoolOptional BOOL = new BoolOptional();
  static final BoolOptional TRUE = new BoolOptional(true);
  static final StringViewOptional STRING = new StringViewOptional();
  static final TensorOptional TENSOR = new TensorOptional();
  static final TensorArrayRefOptional TENSORS = new TensorArrayRefOptional();
  static final org.bytedeco.pytorch.Tensor UNDEFINED = new org.bytedeco.pytorch.Tensor();

  private Handles() {}

  /// Makes the constants, so that the count of native objects is steady afterwards.
  static void load() {
    UNDEFINED.defined();
  }

  /// Makes a list of tensors, to be closed by the caller.
  static TensorVector vector(List<org.bytedeco.pytorch.Tensor> tensors) {
    return new TensorVector(tensors.toArray(new org.bytedeco.pytorch.Tensor[0]));
  }

  /// Makes the options of a tensor on a device, to be closed by the caller.
  static TensorOptions options(Dtype dtype, Device device) {
    try (var place = new org.bytedeco.pytorch.Device(device.toString());
        DeviceOptional optional = new DeviceOptional(place)) {
      return dtype.options().device(optional);
    }
  }

  /// Makes a pointer to memory that it does not own.
  static Pointer address(long address) {
    return new Address(address);
  }

  private static final class Address extends Pointer {
    Address(long address) {
      this.address = address;
    }
  }
}
