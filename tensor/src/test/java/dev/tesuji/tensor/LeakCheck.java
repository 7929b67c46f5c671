package dev.tesuji.tensor;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Runs each test in a scope of its own and fails it when a native object outlives that scope.
///
/// Use: `@ExtendWith(LeakCheck.class)` on a test class. Tensors that a test makes need no scope of
/// their own; owners that it opens (models, caches) must be closed by the test.
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
  private static final ExtensionContext.Namespace SPACE =
      ExtensionContext.Namespace.create(LeakCheck.class);

  private record Start(Scope scope, long objects) {}

  @Override
  public void beforeEach(ExtensionContext context) {
    loadTensors();
    Start start = new Start(Scope.open(), Memory.nativeObjects());
    context.getStore(SPACE).put("start", start);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Start start = requireNonNull(context.getStore(SPACE).remove("start", Start.class));
    start.scope().close();
    long leaked = Memory.nativeObjects() - start.objects();
    if (leaked > 0 && context.getExecutionException().isEmpty()) {
      throw new AssertionError(leaked + " native objects outlive the test: who owns them?");
    }
  }

  /// Makes what lives as long as the process, before anything is counted.
  private static void loadTensors() {
    try {
      MethodHandles.lookup().ensureInitialized(Tensor.class);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
