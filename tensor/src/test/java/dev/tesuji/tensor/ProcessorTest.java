package dev.tesuji.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessorTest {
  private static final String XEON =
      "processor\t: 0\nmodel name\t: Xeon\nflags\t\t: sse2 avx2 avx512f avx512_vnni";

  @Test
  void itsKindIsItsWidestInstructions() {
    assertThat(Processor.of(XEON, "amd64")).hasToString("Xeon (AVX-512)");
    assertThat(Processor.of(XEON + " avx512_bf16", "amd64").kind()).isEqualTo("AVX-512 bf16");
    assertThat(Processor.of(XEON + " avx512_bf16 amx_bf16", "amd64").kind()).isEqualTo("AMX");
    assertThat(Processor.of("model name : Core\nflags : fma  avx2", "amd64").kind())
        .isEqualTo("AVX2");
    assertThat(Processor.of("Features : asimd", "aarch64")).hasToString("aarch64 (aarch64)");
    assertThat(Processor.of("", "amd64").instructions()).isEmpty();
  }

  @Test
  void anX86WithoutInstructionsForBfloat16IsSlowInIt() {
    assertThat(Processor.of(XEON, "amd64").isSlowInBfloat16()).isTrue();
    assertThat(Processor.of(XEON + " avx512_bf16", "amd64").isSlowInBfloat16()).isFalse();
    assertThat(Processor.of("", "aarch64").isSlowInBfloat16()).isFalse();
  }
}
