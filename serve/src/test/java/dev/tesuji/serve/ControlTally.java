package dev.tesuji.serve;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/// Counts the cases of a client that pass where llama.cpp's server is asked as a control, and says
/// so in a line when all tests have ended.
///
/// @param client the client's name; classes that name the same one are counted together
record ControlTally(String client) implements TestWatcher {
  private static final ExtensionContext.Namespace TALLIES =
      ExtensionContext.Namespace.create(ControlTally.class);

  /// How many cases of a client passed and failed.
  private record Count(String client, String program, AtomicInteger passed, AtomicInteger failed)
      implements AutoCloseable {
    @Override
    public void close() {
      say(client, program, passed.get(), passed.get() + failed.get());
    }
  }

  /// Says how many cases passed, where there is a control.
  static void say(String client, int passed, int cases) {
    String program = program();
    if (program != null) {
      say(client, program, passed, cases);
    }
  }

  private static void say(String client, String program, int passed, int cases) {
    System.err.println(
        "CONTROL: "
            + client
            + ": "
            + passed
            + " of "
            + cases
            + " cases passed on llama.cpp "
            + LlamaServer.version(program));
  }

  private static @Nullable String program() {
    return System.getProperty("tesuji.llama.server");
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    count(context, true);
  }

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    count(context, false);
  }

  private void count(ExtensionContext context, boolean passes) {
    String program = program();
    if (program != null) {
      Count count =
          context
              .getRoot()
              .getStore(TALLIES)
              .computeIfAbsent(
                  client,
                  name -> new Count(name, program, new AtomicInteger(), new AtomicInteger()),
                  Count.class);
      (passes ? count.passed() : count.failed()).incrementAndGet();
    }
  }
}
