package dev.tesuji.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AlgebraTest {
  private static final Expression X = Expression.number(1);

  /// Hangs at its first questions, deaf to interrupts where it is told to be.
  private static final class Hanging implements Algebra.Engine {
    private final boolean deaf;
    private final CountDownLatch released = new CountDownLatch(1);

    Hanging(boolean deaf) {
      this.deaf = deaf;
    }

    @Override
    public Optional<Boolean> answer(String question) {
      while (true) {
        try {
          released.await();
          return Optional.of(true);
        } catch (InterruptedException e) {
          if (!deaf) {
            return Optional.empty();
          }
        }
      }
    }

    @Override
    public void stop() {}
  }

  @Test
  void nothingIsLoadedBeforeTheFirstQuestion() throws OutOfTime {
    AtomicInteger loaded = new AtomicInteger();
    Algebra algebra =
        new Algebra(
            () -> {
              loaded.incrementAndGet();
              return new Answering();
            },
            Duration.ofSeconds(5));
    assertThat(loaded).hasValue(0);
    assertThat(algebra.isZero(X)).contains(true);
    assertThat(algebra.isZero(X)).contains(true);
    assertThat(loaded).hasValue(1);
  }

  @Test
  void aQuestionThatHangsIsInterruptedAndItsThreadKept() {
    AtomicInteger loaded = new AtomicInteger();
    Algebra algebra =
        new Algebra(
            () -> {
              loaded.incrementAndGet();
              return new Hanging(false);
            },
            Duration.ofMillis(20));
    for (int i = 0; i < 5; i++) {
      assertThatExceptionOfType(OutOfTime.class).isThrownBy(() -> algebra.isZero(X));
    }
    assertThat(loaded).hasValue(1);
  }

  @Test
  void aThreadThatCannotBeInterruptedIsReplacedButNotForever() throws OutOfTime {
    Hanging deaf = new Hanging(true);
    Algebra algebra = new Algebra(() -> deaf, Duration.ofMillis(20));
    for (int i = 0; i < Algebra.MOST_ABANDONED; i++) {
      assertThatExceptionOfType(OutOfTime.class).isThrownBy(() -> algebra.isZero(X));
    }
    assertThat(algebra.isZero(X)).as("too many threads hang already").isEmpty();
    deaf.released.countDown();
    Optional<Boolean> answer = Optional.empty();
    for (int i = 0; i < 500 && answer.isEmpty(); i++) {
      java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
      answer = algebra.isZero(X);
    }
    assertThat(answer).contains(true);
  }

  @Test
  void aSystemThatCannotBeLoadedIsNoVerdict() {
    Algebra broken =
        new Algebra(
            () -> {
              throw new IllegalStateException("no such library");
            },
            Duration.ofMinutes(1));
    for (int i = 0; i < 3; i++) {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> broken.isZero(X))
          .withMessageContaining("computer algebra could not be loaded")
          .withMessageContaining("no such library");
    }
  }

  @Test
  void aQuestionThatFailsCannotBeToldAndTheNextCan() throws OutOfTime {
    AtomicInteger asked = new AtomicInteger();
    Algebra algebra = new Algebra(() -> new Failing(asked), Duration.ofSeconds(5));
    assertThat(algebra.isZero(X)).isEmpty();
    assertThat(algebra.isZero(X)).contains(true);
  }

  private record Failing(AtomicInteger asked) implements Algebra.Engine {
    @Override
    public Optional<Boolean> answer(String question) {
      if (asked.incrementAndGet() == 1) {
        throw new StackOverflowError();
      }
      return Optional.of(true);
    }

    @Override
    public void stop() {}
  }

  @Test
  void largeExpressionsAreRefused() {
    Expression ten = Expression.number(10);
    Expression huge = new Expression.Power(ten, Expression.number(1_000_000));
    assertThat(AlgebraSyntax.isZero(huge)).isEmpty();
    assertThat(AlgebraSyntax.isZero(Expression.call("factorial", Expression.number(1_000_000))))
        .isEmpty();
    assertThat(AlgebraSyntax.isZero(new Expression.Power(ten, Expression.number(9))))
        .contains("PossibleZeroQ(((10))^((9)))");
  }

  @Test
  void namesNeverReachTheSystem() {
    assertThat(AlgebraSyntax.isZero(new Expression.Symbol("Exit()")))
        .contains("PossibleZeroQ(Simplify(var0))");
    assertThat(AlgebraSyntax.isZero(Expression.call("\\f", new Expression.Symbol("x"))))
        .hasValueSatisfying(text ->
            assertThat(text).matches("PossibleZeroQ\\(Simplify\\(far\\d\\(var\\d\\)\\)\\)"));
  }

  private static final class Answering implements Algebra.Engine {
    @Override
    public Optional<Boolean> answer(String question) {
      return Optional.of(true);
    }

    @Override
    public void stop() {}
  }
}
