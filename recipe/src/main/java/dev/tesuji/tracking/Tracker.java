package dev.tesuji.tracking;

import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Brings a tracker up to what a run directory holds.
///
/// Used by one thread at a time, in the process that holds the run directory.
public final class Tracker implements AutoCloseable {
  private static final int PARAMETERS = 100; // of a request
  private static final String REPORT = "report.json";
  private static final List<String> ARTIFACTS =
      List.of("recipe.yaml", REPORT, "report.html", RunDirectory.HALTED);

  private final Path folder;
  private final TrackingSettings settings;
  private final TrackingSettings.Place place;
  private final Consumer<String> notes;
  private final MlflowClient client;
  private final TrackingState state;
  private final MetricsTail metrics;

  private Tracker(
      Path folder,
      TrackingSettings settings,
      TrackingSettings.Place place,
      Map<String, String> environment,
      Consumer<String> notes) {
    this.folder = folder;
    this.settings = settings;
    this.place = place;
    this.notes = notes;
    client = new MlflowClient(place.server(), environment);
    state = TrackingState.open(folder, place);
    metrics = new MetricsTail(folder.resolve("metrics.jsonl"));
  }

  /// Makes the tracker of a run; none where neither recipe nor environment names a server.
  ///
  /// @param folder the run directory, which this process holds
  /// @param environment the process's
  /// @param notes takes sentences about what the tracker will never take
  public static Optional<Tracker> of(
      Path folder,
      TrackingSettings settings,
      Map<String, String> environment,
      Consumer<String> notes) {
    return settings
        .place(environment)
        .map(place -> new Tracker(folder, settings, place, environment, notes));
  }

  /// The state of a run in the tracker's words.
  public enum Status {
    /// Steps are being made.
    RUNNING,
    /// It has a report.
    FINISHED,
    /// Its guardian has halted it, or it has failed.
    FAILED,
    /// It was stopped.
    KILLED
  }

  /// Returns the state of a run that no process works on.
  public static Status atRest(Path folder) {
    return Files.exists(folder.resolve(REPORT))
        ? Status.FINISHED
        : Files.exists(folder.resolve(RunDirectory.HALTED)) ? Status.FAILED : Status.KILLED;
  }

  /// Returns the server's address.
  public String server() {
    return place.server().toString();
  }

  /// Returns the run's id on the server; empty where it is not there yet.
  public String run() {
    return state.run;
  }

  /// Returns how many requests were answered so far.
  long answered() {
    return client.answered();
  }

  /// Sends everything that has not arrived.
  ///
  /// @throws dev.tesuji.check.BadInput when the run directory cannot be read or written
  void catchUp(Status status) throws TrackerFailure, InterruptedException {
    begin();
    sendParameters();
    sendMetrics();
    if (status == Status.RUNNING) {
      sendArtifacts(List.of(ARTIFACTS.getFirst())); // the others change until the end
    } else {
      sendArtifacts(ARTIFACTS);
      if (status == Status.FINISHED && settings.sendsModel()) {
        sendModel();
      }
    }
    if (!state.status.equals(status.toString())) {
      long end = TrackingState.changed(folder.resolve(REPORT));
      client.update(state.run, status.toString(), end);
      state.status = status.toString();
      state.save();
    }
  }

  /// Brings the tracker up to a run that no process works on.
  ///
  /// @return why not all has arrived; nothing where it has
  public Optional<String> catchUpAtRest() throws InterruptedException {
    try {
      catchUp(atRest(folder));
      return Optional.empty();
    } catch (TrackerFailure e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private void begin() throws TrackerFailure, InterruptedException {
    if (!state.run.isEmpty()) {
      return;
    }
    String experiment = client.experiment(place.experiment());
    String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    MlflowClient.Place made = client.createRun(experiment, name, state.start);
    state.run = made.run();
    state.root = made.artifacts();
    state.status = Status.RUNNING.toString();
    state.save();
  }

  private void sendParameters() throws TrackerFailure, InterruptedException {
    if (state.parameters) {
      return;
    }
    ArrayNode some = Json.MAPPER.createArrayNode();
    for (Map.Entry<String, String> e :
        RecipeParameters.read(folder.resolve(ARTIFACTS.getFirst())).entrySet()) {
      some.addObject().put("key", e.getKey()).put("value", e.getValue());
      if (some.size() == PARAMETERS) {
        log("params", some);
        some = Json.MAPPER.createArrayNode();
      }
    }
    if (!some.isEmpty()) {
      log("params", some);
    }
    state.parameters = true;
    state.save();
  }

  private void sendMetrics() throws TrackerFailure, InterruptedException {
    while (true) {
      MetricsTail.Batch batch = metrics.next(state);
      if (batch.offset() == state.offset) {
        return;
      }
      if (!batch.metrics().isEmpty()) {
        log("metrics", batch.metrics());
      }
      state.offset = batch.offset();
      state.last = batch.last();
      state.seconds = batch.seconds();
      state.save();
    }
  }

  /// Sends metrics or parameters; what the server will never take is told once and left out.
  private void log(String what, ArrayNode objects) throws TrackerFailure, InterruptedException {
    try {
      client.log(state.run, what, objects);
    } catch (TrackerFailure e) {
      leaveOut(e);
    }
  }

  private void leaveOut(TrackerFailure e) throws TrackerFailure {
    if (!e.isRefused()) {
      throw e;
    }
    if (state.refused == 0) {
      notes.accept("The tracker will not take all: " + e.getMessage());
    }
    state.refused++;
  }

  private void sendArtifacts(List<String> names) throws TrackerFailure, InterruptedException {
    for (String name : names) {
      send(name, folder.resolve(name));
    }
  }

  private void send(String name, Path file) throws TrackerFailure, InterruptedException {
    String version = version(file);
    if (version.isEmpty() || version.equals(state.artifacts.get(name))) {
      return;
    }
    try {
      client.upload(state.root, name, file);
    } catch (TrackerFailure e) {
      leaveOut(e);
    }
    state.artifacts.put(name, version);
    state.save();
  }

  /// Returns what changes with a file; empty where there is none.
  private static String version(Path file) {
    try {
      return Files.isRegularFile(file)
          ? Files.size(file) + " bytes of " + Files.getLastModifiedTime(file)
          : "";
    } catch (IOException e) {
      return "";
    }
  }

  private void sendModel() throws TrackerFailure, InterruptedException {
    JsonNode report = Json.readObject(folder.resolve(REPORT));
    Path model = Path.of(report.path("model").asString(""));
    if (!Files.isDirectory(model)) {
      return;
    }
    String name = "models/" + model.getFileName();
    for (Path file : files(model)) {
      send(name + "/" + model.relativize(file).toString().replace('\\', '/'), file);
    }
    String registered = settings.registerAs();
    if (registered != null && !state.registered) {
      try {
        client.register(registered, state.root + "/" + name, state.run);
      } catch (TrackerFailure e) {
        leaveOut(e);
      }
      state.registered = true;
      state.save();
    }
  }

  private static List<Path> files(Path model) {
    try (Stream<Path> found = Files.walk(model)) {
      return new ArrayList<>(found.filter(Files::isRegularFile).sorted().toList());
    } catch (IOException e) {
      throw SafeFiles.failed(model, e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
