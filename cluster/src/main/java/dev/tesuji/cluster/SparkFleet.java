package dev.tesuji.cluster;

import dev.tesuji.check.BadInput;
import dev.tesuji.generate.EngineCapacity;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.rollout.TurnEngine;
import dev.tesuji.rollout.TurnEngines;
import dev.tesuji.run.Halted;
import dev.tesuji.train.LeafRunner;
import dev.tesuji.weights.LoadedModel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.package$;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.ShutdownHookManager;
import org.jspecify.annotations.Nullable;
import scala.Function2;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;
import tools.jackson.databind.node.ObjectNode;

/// The executors of a Spark cluster, on which the rollouts of a run are drawn, and the gradients of
/// updates that are cut into leaves are computed. The driver keeps everything else: problems,
/// grading, optimizers.
public final class SparkFleet implements TurnEngines, AutoCloseable {
  private static final int CONNECT_MS = 5_000;
  private static final long LOOK_MS = 200;
  private static final int BEFORE_SPARK = 1_000; // the larger runs first
  private static final long PATIENCE_MINUTES = 10;

  private final FleetSettings settings;
  private final JavaSparkContext spark;
  private final WeightStore store;
  private final AtomicInteger groups = new AtomicInteger();
  private final FleetAccount account;
  private long lonelySince; // nanoseconds; when the last executor was lost
  private boolean lonely;

  private final CountDownLatch closed = new CountDownLatch(1);

  private SparkFleet(FleetSettings settings, JavaSparkContext spark) {
    this.settings = settings;
    ShutdownHookManager.addShutdownHook(BEFORE_SPARK, this::awaitClosed);
    this.spark = spark;
    store = WeightStore.at(settings.weights());
    account = new FleetAccount(settings.master());
    spark.sc().addSparkListener(new FleetListener(account));
  }

  /// Takes executors of a cluster, and waits until they are there.
  ///
  /// @throws BadInput when there is no master, it does not take this program, or has too few cores
  public static SparkFleet connect(FleetSettings settings) {
    requireMaster(settings.master());
    SparkFleet fleet = new SparkFleet(settings, register(settings));
    try {
      fleet.awaitExecutors();
      return fleet;
    } catch (RuntimeException e) {
      fleet.close();
      throw e;
    }
  }

  /// Refuses a standalone master's address where nobody answers; others are found by Spark.
  private static void requireMaster(String master) {
    if (!master.startsWith("spark://") || master.contains(",")) {
      return;
    }
    URI address;
    try {
      address = URI.create(master);
    } catch (IllegalArgumentException e) {
      throw malformed(master, e);
    }
    if (address.getHost() == null || address.getPort() <= 0) {
      throw malformed(master, null);
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), CONNECT_MS);
    } catch (IOException e) {
      throw new BadInput(
          "no Spark master answers at "
              + master
              + " ("
              + e.getMessage()
              + "); start one with ./tesuji spark-cluster start, which prints its address, or"
              + " correct --master",
          e);
    }
  }

  private static BadInput malformed(String master, @Nullable Throwable e) {
    return new BadInput("--master must be like spark://HOST:7077, got '" + master + "'", e);
  }

  private static JavaSparkContext register(FleetSettings settings) {
    CompletableFuture<JavaSparkContext> made = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("registers")
        .start(() -> {
          try {
            made.complete(new JavaSparkContext(conf(settings)));
          } catch (Throwable e) { // Spark throws whatever it likes
            made.completeExceptionally(e);
          }
        });
    try {
      return made.get(settings.waitSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new BadInput(
          "the cluster at "
              + settings.master()
              + " did not take this program within "
              + settings.waitSeconds()
              + " s: its master and workers must be Spark "
              + package$.MODULE$.SPARK_VERSION()
              + " for Scala 2.13 on JDK 25; start such a one (./tesuji spark-cluster start for"
              + " this machine), or wait longer (--wait)",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static SparkConf conf(FleetSettings s) {
    SparkConf conf =
        new SparkConf()
            .setMaster(s.master())
            .setAppName("tesuji")
            .set("spark.executor.cores", Integer.toString(s.cores()))
            .set("spark.executor.instances", Integer.toString(s.executors()))
            .set("spark.cores.max", Integer.toString(s.executors() * s.cores()))
            .set("spark.executor.memory", s.memory())
            .set("spark.executor.extraClassPath", s.classPath())
            .set("spark.executor.extraJavaOptions", ExecutorOptions.of(s.cores()))
            .set("spark.executorEnv.OMP_NUM_THREADS", Integer.toString(s.cores()))
            .set("spark.executorEnv.GLIBC_TUNABLES", "glibc.malloc.hugetlb=1")
            .set("spark.driver.maxResultSize", "0")
            .set("spark.ui.enabled", "false");
    if (s.master().contains("//127.0.0.1:") || s.master().contains("//localhost:")) {
      conf.set("spark.driver.host", "127.0.0.1").set("spark.driver.bindAddress", "127.0.0.1");
    }
    s.conf().forEach(conf::set);
    return conf;
  }

  private void awaitExecutors() {
    long start = System.nanoTime();
    int here = executors();
    while (here < settings.executors()) {
      if (System.nanoTime() - start > Duration.ofSeconds(settings.waitSeconds()).toNanos()) {
        throw new BadInput(
            here
                + " of "
                + settings.executors()
                + " executors with "
                + settings.cores()
                + " cores each came within "
                + settings.waitSeconds()
                + " s from "
                + settings.master()
                + ": ask for fewer (--executors), for fewer cores or less memory of each"
                + " (--executor-cores, --executor-memory), or add workers; where the cluster has"
                + " room, look into the executors' own logs on the workers");
      }
      pause();
      here = executors();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Keeps Spark from stopping at Ctrl-C before the run has ended its step.
  private BoxedUnit awaitClosed() {
    try {
      if (!closed.await(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        System.err.println("The fleet is given up; resume from the last checkpoint.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return BoxedUnit.UNIT;
  }

  /// Returns how many executors are there.
  public int executors() {
    if (spark.sc().isStopped()) {
      return 0;
    }
    int all = spark.sc().statusTracker().getExecutorInfos().length;
    return settings.master().startsWith("local") ? all : all - 1; // without the driver
  }

  /// Returns how many chunks were drawn so far.
  public int chunksDrawn() {
    return account.chunks();
  }

  /// Returns how many of them were drawn anew, because their executor was lost or failed.
  public int chunksDrawnAgain() {
    return account.again();
  }

  FleetSettings settings() {
    return settings;
  }

  @Override
  public Optional<ObjectNode> account() {
    return Optional.of(account.toJson());
  }

  @Override
  public String note() {
    return account.note(executors());
  }

  @Override
  public TurnEngine open(LoadedModel model, EngineCapacity capacity) {
    return new FleetEngine(this, model, capacity);
  }

  /// Computes the gradients of a model that learns.
  public LeafRunner leafRunner(LoadedModel model) {
    return new FleetLeafRunner(this, model);
  }

  /// Publishes a model's weights; rollouts, an evaluation and an update may do so at once.
  ModelVersion publish(LoadedModel model) {
    WeightStore.Version weights;
    synchronized (store) {
      weights = store.publish(model, account::published);
    }
    CausalLm decoder = model.decoder();
    return new ModelVersion(
        weights,
        decoder.device().toString(),
        decoder.dtype().name(),
        decoder.product().name(),
        Signature.here(weights.hash(), decoder, package$.MODULE$.SPARK_VERSION()));
  }

  /// Leaves of an update are back, in so many bytes.
  void learned(Attempt by, long bytes) {
    account.learned(by, bytes);
  }

  String nextGroup(String what) {
    return what + "-" + groups.incrementAndGet();
  }

  /// A chunk is back.
  void drew(Chunk.Drawn drawn) {
    account.drew(drawn, System.nanoTime() / 1e9);
  }

  /// The function of the tasks of a job.
  record Function<W, R>(Function2<TaskContext, Iterator<W>, R> task, Class<R> result) {}

  /// Runs a job on a thread of its own.
  ///
  /// @param work by task
  /// @param back takes the result of each task once, on any thread
  /// @param failed is told when Spark gives up
  <W, R> void run(
      String group,
      List<W> work,
      Function<W, R> function,
      BiConsumer<Integer, R> back,
      Consumer<Throwable> failed) {
    Thread.ofPlatform()
        .daemon()
        .name(group)
        .start(() -> {
          try {
            spark.setJobGroup(group, group, /* interruptOnCancel= */ true);
            RDD<W> parts = spark.parallelize(work, work.size()).rdd();
            Function2<Object, R, BoxedUnit> handler =
                (task, result) -> {
                  back.accept((Integer) task, result);
                  return BoxedUnit.UNIT;
                };
            spark
                .sc()
                .runJob(
                    parts, function.task(), handler, ClassTag$.MODULE$.apply(function.result()));
          } catch (Throwable e) { // of Scala's, undeclared
            failed.accept(e);
          }
        });
  }

  void cancel(String group) {
    if (!spark.sc().isStopped()) {
      spark.sc().cancelJobGroup(group);
    }
  }

  /// Gives up when all executors are lost and none comes back for as long as one waits for any.
  synchronized void requireAlive() {
    if (executors() > 0) {
      lonely = false;
      return;
    }
    long now = System.nanoTime();
    if (!lonely) {
      lonely = true;
      lonelySince = now;
    }
    if (spark.sc().isStopped()
        || now - lonelySince > Duration.ofSeconds(settings.waitSeconds()).toNanos()) {
      throw new Halted(
          "All executors of "
              + settings.master()
              + " are lost, and none came back within "
              + settings.waitSeconds()
              + " s; what was done up to the last checkpoint is saved. Bring workers back, and go"
              + " on with");
    }
  }

  /// Refuses an executor that would compute other bits.
  static BadInput refused(String refusal) {
    return new BadInput(
        refusal
            + "; it would compute other bits. Give the machines of the fleet"
            + " the same installation and kind of processor, or leave that one out");
  }

  /// Says in one sentence why a job failed.
  ///
  /// @param what the fleet could not do
  RuntimeException failure(String what, Throwable why) {
    Throwable root = why;
    while (root.getMessage() == null && root.getCause() != null) {
      root = root.getCause();
    }
    String said = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    String cause =
        said.lines()
            .filter(line -> line.contains("Exception: "))
            .reduce((_, last) -> last)
            .orElse(said.lines().findFirst().orElse(""));
    return new Halted(
        "The fleet could not "
            + what
            + ": "
            + cause.strip()
            + "; what was done up to the last checkpoint is saved. When that is mended, go on with");
  }

  @Override
  public void close() {
    spark.close();
    store.clear();
    closed.countDown();
  }
}
