package dev.tesuji.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class ScopeTest {
  @Test
  void aTensorIsFreedWithItsScope() {
    Tensor t;
    try (Scope _ = Scope.open()) {
      t = Tensor.ones(Dtype.FLOAT32, 2);
    }
    assertThatIllegalStateException()
        .isThrownBy(t::item)
        .withMessage(
            "this tensor was closed, with its scope or by hand: keep it in an outer scope to use it"
                + " longer");
    assertThat(t).hasToString("closed tensor");
  }

  @Test
  void aKeptTensorLivesInTheScopeAround() {
    try (Scope _ = Scope.open()) {
      Tensor kept;
      try (Scope inner = Scope.open()) {
        kept = inner.keep(Tensor.of(new float[] {3}));
      }
      assertThat(kept.item()).isEqualTo(3);
    }
  }

  @Test
  void keepWithoutAScopeAroundIsAnError() {
    try (Scope only = Scope.open()) {
      Tensor t = Tensor.ones(Dtype.FLOAT32);
      assertThatIllegalStateException()
          .isThrownBy(() -> only.keep(t))
          .withMessageStartingWith("keep needs a scope around this one");
    }
  }

  @Test
  void makingATensorOutsideAnyScopeIsAnError() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Tensor.ones(Dtype.FLOAT32))
        .withMessageStartingWith("a tensor was made outside any scope");
  }

  @Test
  void anOwnerHoldsItsTensorsUntilItCloses() {
    Scope owner = Scope.owner();
    Tensor t;
    try (Scope _ = Scope.open()) {
      t = owner.adopt(Tensor.of(new long[] {7}));
    }
    try (owner) {
      assertThat(t.item()).isEqualTo(7);
    }
    assertThatIllegalStateException().isThrownBy(t::item);
  }

  @Test
  void aClosedOwnerTakesNothing() {
    Scope owner = Scope.owner();
    owner.close();
    try (Scope _ = Scope.open()) {
      Tensor t = Tensor.ones(Dtype.FLOAT32);
      assertThatIllegalStateException()
          .isThrownBy(() -> owner.adopt(t))
          .withMessage("the scope that should own this tensor is closed");
    }
  }

  @Test
  void scopesCloseInnermostFirst() {
    try (Scope outer = Scope.open()) {
      try (Scope _ = Scope.open()) {
        assertThatIllegalStateException()
            .isThrownBy(outer::close)
            .withMessageStartingWith("scopes must close in the reverse order");
      }
    }
  }

  @Test
  void anotherThreadMayNotCloseAScope() throws InterruptedException {
    try (Scope scope = Scope.open()) {
      Throwable[] thrown = new Throwable[1];
      Thread thread =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  scope.close();
                } catch (IllegalStateException e) {
                  thrown[0] = e;
                }
              });
      thread.join();
      assertThat(thrown[0]).hasMessageContaining("on the thread that opened them");
    }
  }

  @Test
  void closingATensorTwiceIsHarmless() {
    try (Scope _ = Scope.open()) {
      Tensor t = Tensor.ones(Dtype.FLOAT32);
      t.close();
      t.close();
      assertThat(t).hasToString("closed tensor");
    }
  }

  @Test
  void freeingIntermediatesDoesNotHarmTheBackwardPass() {
    try (Scope _ = Scope.open()) {
      Tensor x = Tensor.of(new float[] {1, 2, 3}).requiresGrad(true);
      Tensor loss;
      try (Scope inner = Scope.open()) {
        loss = inner.keep(x.square().mul(2).sum());
      }
      loss.backward();
      assertThat(x.grad().toFloats()).containsExactly(4, 8, 12);
    }
  }
}
