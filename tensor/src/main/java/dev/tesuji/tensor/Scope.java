package dev.tesuji.tensor;

import org.jspecify.annotations.Nullable;

/// A lifetime: the tensors made while it is open are freed when it closes.
///
/// Scopes nest like blocks, one stack per thread. What must outlive its scope is handed to the one
/// around it with [#keep], or to a longer-lived owner with [#adopt]:
///
/// {@snippet :
/// try (Scope step = Scope.open()) {
///   Tensor loss = loss(batch);      // and a hundred intermediates
///   return step.keep(loss);         // survives; the rest is freed here
/// }
/// }
///
/// An *owner* ([#owner]) is a scope that is in no stack: a model or a cache holds one and closes it
/// with itself. Tensors reach it only through [#adopt], from any thread.
public final class Scope implements AutoCloseable {
  private static final ThreadLocal<@Nullable Scope> INNERMOST = new ThreadLocal<>();

  private final @Nullable Scope outer;
  private final @Nullable Thread thread;
  private @Nullable Tensor first;
  private boolean closed;

  private Scope(@Nullable Scope outer, @Nullable Thread thread) {
    this.outer = outer;
    this.thread = thread;
  }

  /// Opens a scope inside the innermost one of this thread.
  public static Scope open() {
    Scope scope = new Scope(INNERMOST.get(), Thread.currentThread());
    INNERMOST.set(scope);
    return scope;
  }

  /// Makes an owner: a lifetime outside the stack of scopes, ended only by [#close].
  public static Scope owner() {
    return new Scope(null, null);
  }

  /// Returns the innermost open scope of this thread.
  ///
  /// @throws IllegalStateException when none is open: every tensor belongs to a scope
  static Scope innermost() {
    Scope scope = INNERMOST.get();
    if (scope == null) {
      throw new IllegalStateException(
          "a tensor was made outside any scope: open one with try (Scope scope = Scope.open())");
    }
    return scope;
  }

  /// Hands the tensor to the scope around this one and returns it.
  ///
  /// @throws IllegalStateException when there is no scope around this one
  public Tensor keep(Tensor tensor) {
    if (outer == null) {
      throw new IllegalStateException(
          "keep needs a scope around this one: open it first, or hand the tensor to an owner with"
              + " adopt");
    }
    return outer.adopt(tensor);
  }

  /// Takes the tensor from the scope it is in and returns it.
  ///
  /// @throws IllegalStateException when this scope or the tensor is closed
  public Tensor adopt(Tensor tensor) {
    tensor.requireOpen();
    tensor.scope().remove(tensor);
    add(tensor);
    return tensor;
  }

  /// Frees the tensors that are still in this scope.
  ///
  /// @throws IllegalStateException when a scope inside this one is still open, or another thread
  ///   opened it
  @Override
  public void close() {
    if (closed) {
      return;
    }
    if (thread != null) {
      if (!thread.equals(Thread.currentThread()) || !this.equals(INNERMOST.get())) {
        throw new IllegalStateException(
            "scopes must close in the reverse order of their opening, on the thread that opened"
                + " them");
      }
      if (outer == null) {
        INNERMOST.remove();
      } else {
        INNERMOST.set(outer);
      }
    }
    synchronized (this) {
      closed = true;
      for (Tensor t = first; t != null; ) {
        Tensor next = t.next;
        t.free();
        t = next;
      }
      first = null;
    }
  }

  synchronized void add(Tensor tensor) {
    if (closed) {
      throw new IllegalStateException("the scope that should own this tensor is closed");
    }
    tensor.enter(this);
    tensor.previous = null;
    tensor.next = first;
    if (first != null) {
      first.previous = tensor;
    }
    first = tensor;
  }

  synchronized void remove(Tensor tensor) {
    if (tensor.previous == null) {
      first = tensor.next;
    } else {
      tensor.previous.next = tensor.next;
    }
    if (tensor.next != null) {
      tensor.next.previous = tensor.previous;
    }
  }
}
