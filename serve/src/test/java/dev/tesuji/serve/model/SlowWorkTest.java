package dev.tesuji.serve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Long work of clients, and of such as go away.
@Timeout(30)
class SlowWorkTest {
  private static final long VERY_LONG = 1 << 21;

  private static <T> T await(CountDownLatch latch, T value) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return value;
  }

  @Test
  void whatWaitsIsNotDoneForAClientThatWentAway() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    CompletableFuture<Runnable> leaveFirst = new CompletableFuture<>();
    CompletableFuture<Integer> first = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        first.complete(
            SlowWork.on(
                VERY_LONG,
                leaveFirst::complete,
                () -> {
                  begun.countDown();
                  return await(finish, 1);
                }));
      } catch (InterruptedException e) {
        first.completeExceptionally(e);
      }
    });
    begun.await();
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Runnable> leave = new CompletableFuture<>();
    CompletableFuture<Throwable> second = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        SlowWork.on(
            VERY_LONG,
            leave::complete,
            () -> {
              done.set(true);
              return 2;
            });
        second.complete(new AssertionError("it must not be done"));
      } catch (InterruptedException e) {
        second.complete(e);
      }
    });
    leaveFirst.get().run();
    leave.get().run();
    assertThat(second.get()).isInstanceOf(InterruptedException.class);
    assertThat(first).isNotDone(); // what has begun takes its memory to its end
    finish.countDown();
    assertThat(first.get()).isEqualTo(1);
    assertThat(SlowWork.on(VERY_LONG, _ -> {}, () -> 3)).isEqualTo(3); // after the one that left
    assertThat(done).isFalse();
  }

  @Test
  void whatItThrowsIsThrown() {
    for (long size : List.of(1L, 1L << 16, VERY_LONG)) {
      assertThatThrownBy(() ->
              SlowWork.on(
                  size,
                  _ -> {},
                  () -> {
                    throw new IllegalArgumentException("too long");
                  }))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("too long");
    }
  }
}
