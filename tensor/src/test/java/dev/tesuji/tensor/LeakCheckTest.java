package dev.tesuji.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.testkit.engine.EngineTestKit.engine;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.engine.discovery.DiscoverySelectors;

class LeakCheckTest {
  private static final Scope OWNER = Scope.owner();

  @ExtendWith(LeakCheck.class)
  static class Leaks {
    @Test
    void aTensorThatAnOwnerKeeps() {
      OWNER.adopt(Tensor.zeros(Dtype.FLOAT32, 2));
    }
  }

  @ExtendWith(LeakCheck.class)
  static class Clean {
    @Test
    void tensorsOfTheTestsOwnScope() {
      Tensor.zeros(Dtype.FLOAT32, 2).add(1).sum();
    }
  }

  @Test
  void aTestThatLeaksATensorFails() {
    assertThat(failures(Leaks.class)).isEqualTo(1);
    OWNER.close();
  }

  @Test
  void aTestThatClosesWhatItMadePasses() {
    assertThat(failures(Clean.class)).isZero();
  }

  private static long failures(Class<?> tests) {
    return engine("junit-jupiter")
        .selectors(DiscoverySelectors.selectClass(tests))
        .execute()
        .testEvents()
        .failed()
        .count();
  }
}
