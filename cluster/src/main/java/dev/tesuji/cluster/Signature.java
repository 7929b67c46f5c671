package dev.tesuji.cluster;

import dev.tesuji.kernel.Kernels;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.tensor.Backend;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Processor;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The things that two machines must have alike to draw the same bits.
///
/// @param facts by their names, in the order in which they are compared
record Signature(Map<String, String> facts) implements Serializable {
  private static final long serialVersionUID = 1;

  private static final List<String> FLAGS =
      List.of("avx2", "avx512f", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_bf16");

  private static final String INSTRUCTIONS = instructions(); // an executor is asked for each chunk

  /// Describes this machine with a model in its memory.
  ///
  /// @param model hash of the weights
  /// @param spark the version of Spark here
  static Signature here(String model, CausalLm decoder, String spark) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("tesuji", FleetSettings.VERSION);
    facts.put("spark", spark);
    facts.put("java", String.valueOf(Runtime.version()));
    facts.put("libtorch", Backend.version());
    facts.put("architecture", System.getProperty("os.arch", ""));
    facts.put("instruction set", INSTRUCTIONS);
    facts.put("kernels", kernels(decoder));
    facts.put("products", String.valueOf(decoder.product()));
    facts.put("weights", decoder.dtype() + " " + model);
    return new Signature(facts);
  }

  private static String kernels(CausalLm decoder) {
    return decoder.compute().getClass().getSimpleName()
        + (Kernels.available(Dtype.FLOAT32) ? " float32" : "")
        + (Kernels.available(Dtype.BFLOAT16) ? " bfloat16" : "")
        + " by "
        + Kernels.vectorLanes();
  }

  /// Names the instructions of this processor that the kernels choose by.
  private static String instructions() {
    if (Processor.here().instructions().isEmpty()) {
      return "unknown";
    }
    Set<String> here = new TreeSet<>(Processor.here().instructions());
    here.retainAll(FLAGS);
    return here.isEmpty() ? "none of " + String.join(" ", FLAGS) : String.join(" ", here);
  }

  /// Says, by name, what of another machine differs from this; empty where nothing does.
  String difference(Signature other) {
    List<String> different = new ArrayList<>();
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      String theirs = other.facts.getOrDefault(fact.getKey(), "unknown");
      if (!theirs.equals(fact.getValue())) {
        different.add(
            fact.getKey() + " '" + theirs + "', but '" + fact.getValue() + "' where the driver is");
      }
    }
    return String.join("; ", different);
  }
}
