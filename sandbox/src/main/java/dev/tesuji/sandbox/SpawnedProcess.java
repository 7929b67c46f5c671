package dev.tesuji.sandbox;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A process that a [Spawner] has started.
final class SpawnedProcess extends Process {
  private final Spawner spawner;
  private final long pid;
  private final OutputStream input;
  private final InputStream output;
  private final InputStream errors;
  private final CompletableFuture<Integer> end = new CompletableFuture<>();

  private SpawnedProcess(
      Spawner spawner, long pid, OutputStream input, InputStream output, InputStream errors) {
    this.spawner = spawner;
    this.pid = pid;
    this.input = input;
    this.output = output;
    this.errors = errors;
    Threads.start("sandbox-reaper", this::reap);
  }

  /// Starts a process on a lane's thread.
  ///
  /// @param words the program by its full path, and its arguments
  /// @param more descriptors that it has besides the standard streams
  /// @throws IOException when it cannot be started
  static SpawnedProcess start(
      Spawner spawner, Jail.Place lane, List<String> words, List<Integer> more) throws IOException {
    try (Ends ends = new Ends(spawner)) {
      Spawner.Pipe in = ends.pipe();
      Spawner.Pipe out = ends.pipe();
      Spawner.Pipe err = ends.pipe();
      List<Integer> descriptors =
          new ArrayList<>(List.of(in.reading(), out.writing(), err.writing()));
      if (lane.user() != 0) {
        descriptors.forEach(d -> spawner.give(d, lane.user())); // who may open /dev/stdin then
      }
      descriptors.addAll(more);
      OutputStream input = new FileOutputStream(Spawner.place(in.writing()).toFile());
      InputStream output =
          new BufferedInputStream(new FileInputStream(Spawner.place(out.reading()).toFile()));
      InputStream errors = new FileInputStream(Spawner.place(err.reading()).toFile());
      try {
        long pid = lane.onThread(() -> spawner.spawn(words, descriptors));
        return new SpawnedProcess(spawner, pid, input, output, errors);
      } catch (IOException e) {
        input.close();
        output.close();
        errors.close();
        throw e;
      }
    }
  }

  /// Descriptors that are closed here once a process has its own.
  static final class Ends implements AutoCloseable {
    private final Spawner spawner;
    private final List<Integer> open = new ArrayList<>();

    Ends(Spawner spawner) {
      this.spawner = spawner;
    }

    int file(byte[] content) throws IOException {
      int file = spawner.file(content);
      open.add(file);
      return file;
    }

    Spawner.Pipe pipe() throws IOException {
      Spawner.Pipe pipe = spawner.pipe();
      open.add(pipe.reading());
      open.add(pipe.writing());
      return pipe;
    }

    @Override
    public void close() {
      open.forEach(spawner::close);
      open.clear();
    }
  }

  private void reap() {
    spawner.awaitEnd(pid);
    synchronized (this) { // so that nobody ends another process of its number
      end.complete(spawner.reap(pid));
    }
  }

  @Override
  public OutputStream getOutputStream() {
    return input;
  }

  @Override
  public InputStream getInputStream() {
    return output;
  }

  @Override
  public InputStream getErrorStream() {
    return errors;
  }

  @Override
  public int waitFor() throws InterruptedException {
    try {
      return end.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
    try {
      end.get(timeout, unit);
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public int exitValue() {
    if (!end.isDone()) {
      throw new IllegalThreadStateException("the process has not ended");
    }
    return end.join();
  }

  @Override
  public boolean isAlive() {
    return !end.isDone();
  }

  @Override
  public void destroy() {
    synchronized (this) {
      if (!end.isDone()) {
        spawner.kill(pid);
      }
    }
  }

  @Override
  public Process destroyForcibly() {
    destroy();
    return this;
  }

  @Override
  public long pid() {
    return pid;
  }
}
