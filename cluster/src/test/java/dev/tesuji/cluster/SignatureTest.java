package dev.tesuji.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignatureTest {
  private static Signature of(Map<String, String> facts) {
    return new Signature(new LinkedHashMap<>(facts));
  }

  @Test
  void equalMachinesDoNotDiffer() {
    assertThat(of(Map.of("products", "bfloat16")).difference(of(Map.of("products", "bfloat16"))))
        .isEmpty();
  }

  @Test
  void eachDifferenceIsNamed() {
    Map<String, String> here = new LinkedHashMap<>();
    here.put("java", "25.0.3+9");
    here.put("instruction set", "avx2 avx512f");
    here.put("products", "bfloat16");
    Map<String, String> there = new LinkedHashMap<>(here);
    there.put("instruction set", "avx2");
    there.remove("products");
    assertThat(new Signature(here).difference(new Signature(there)))
        .isEqualTo(
            "instruction set 'avx2', but 'avx2 avx512f' where the driver is; products 'unknown',"
                + " but 'bfloat16' where the driver is");
  }
}
