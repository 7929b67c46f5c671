package dev.tesuji.compute.choice;

import dev.tesuji.compute.TokenMath;
import dev.tesuji.compute.cpu.CpuTokenMath;
import dev.tesuji.compute.torch.TorchTokenMath;
import dev.tesuji.tensor.Device;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Finds the fastest arithmetic of tokens for a device.
public final class TokenMaths {
  private static final Map<Device, TokenMath> KNOWN = new ConcurrentHashMap<>();

  private TokenMaths() {}

  /// Returns the arithmetic of tokens whose tensors lie on a device.
  public static TokenMath on(Device device) {
    return KNOWN.computeIfAbsent(device, d -> CpuTokenMath.of(d).orElseGet(TorchTokenMath::new));
  }
}
