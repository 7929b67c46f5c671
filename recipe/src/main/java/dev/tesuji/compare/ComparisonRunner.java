package dev.tesuji.compare;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.recipe.Comparison;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.report.compare.ComparisonReport;
import dev.tesuji.report.compare.Results;
import dev.tesuji.report.compare.SeedResult;
import dev.tesuji.report.compare.SeedsReport;
import dev.tesuji.report.compare.VariantResult;
import dev.tesuji.run.Progress;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.run.StopSignal;
import dev.tesuji.run.Stopped;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Runs a comparison, or one recipe over several seeds: every variant with every seed, some side by
/// side; and reports.
public final class ComparisonRunner {
  private static final int BAD_INPUT = 2;
  private static final int STOPPED = 130;
  private static final int POLL_MILLIS = 50;

  private final Comparison comparison;
  private final Path out;
  private final boolean resume;
  private final Launcher launcher;
  private final List<Appendix> appendices;
  private final PrintStream console;

  /// Prepares a comparison.
  ///
  /// @param out the folder that all runs lie in
  /// @param resume whether it continues the comparison that is there
  /// @param surroundings what it works with
  public ComparisonRunner(
      Comparison comparison, Path out, boolean resume, Surroundings surroundings) {
    this.comparison = comparison;
    this.out = out;
    this.resume = resume;
    launcher = surroundings.launcher();
    appendices = surroundings.appendices();
    console = surroundings.console();
  }

  /// The objects that a comparison works with.
  ///
  /// @param launcher starts runs
  /// @param appendices further pages that runs may fill
  /// @param console where to tell what happens
  public record Surroundings(Launcher launcher, List<Appendix> appendices, PrintStream console) {
    /// Copies the list.
    public Surroundings {
      appendices = List.copyOf(appendices);
    }
  }

  /// A run that is under way.
  private record Running(PlannedRun entry, Process process, LogTail printed, long start) {
    double seconds() {
      return (System.nanoTime() - start) / 1e9;
    }
  }

  /// Runs what is left of the comparison.
  ///
  /// @param stop asks all runs to save and stop after the step they are in
  /// @return whether every run came to its end
  /// @throws BadInput when something that was handed in is wrong
  /// @throws Stopped when a stop was requested; everything is saved
  public boolean run(StopSignal stop) {
    try (RunDirectory all = resume ? RunDirectory.resume(out) : RunDirectory.create(out)) {
      checkSeveral(all);
      List<PlannedRun> entries = entries();
      entries.forEach(PlannedRun::checkSame);
      SafeFiles.replace(all.recipe(), comparison.toYaml());
      return new Session(entries, stop).run();
    }
  }

  /// Refuses a folder in which a single run was begun.
  private static void checkSeveral(RunDirectory all) {
    if (Files.exists(all.recipe()) && !Comparison.isIn(all.recipe(), List.of())) {
      throw BadInput.in(
          all.root(), "holds a single run, not one with 'seeds' or 'variants'; give another --out");
    }
  }

  /// Returns the runs in the order in which they are made.
  private List<PlannedRun> entries() {
    List<PlannedRun> entries = new ArrayList<>();
    for (int i = 0; i < comparison.plan().seeds().size(); i++) {
      for (Comparison.Variant v : comparison.variants()) {
        Recipe recipe = v.recipes().get(i);
        entries.add(new PlannedRun(v, recipe, out.resolve("runs").resolve(recipe.name())));
      }
    }
    return entries;
  }

  /// A comparison under way.
  private final class Session {
    private final List<PlannedRun> entries;
    private final StopSignal stop;
    private final Deque<PlannedRun> waiting = new ArrayDeque<>();
    private final List<Running> running = new ArrayList<>();
    private final Results report =
        comparison.isOneRecipe()
            ? new SeedsReport(comparison.name(), comparison.toYaml(), out)
            : new ComparisonReport(comparison.name(), out);
    private final double secondsBefore = report.secondsBefore();
    private final long start = System.nanoTime();
    private final int threads = comparison.plan().threadsPerRun();
    private final int places =
        threads == 0 ? 1 : Math.max(1, Runtime.getRuntime().availableProcessors() / threads);

    Session(List<PlannedRun> entries, StopSignal stop) {
      this.entries = entries;
      this.stop = stop;
      entries.stream().filter(e -> !e.isOver()).forEach(waiting::add);
    }

    boolean run() {
      announce();
      try {
        while (!waiting.isEmpty() || !running.isEmpty()) {
          while (!waiting.isEmpty() && running.size() < places && !stop.requested()) {
            start(waiting.remove());
          }
          await().ifPresent(this::finish);
          if (stop.requested()) {
            stopAll();
            throw new Stopped(
                "Stopped with " + count() + " of " + entries.size() + " runs made, all saved.");
          }
        }
      } finally {
        stopAll();
      }
      console.println();
      console.print(report.table(report()));
      for (Appendix appendix : appendices) {
        appendix.table(ended()).ifPresent(t -> console.print("\n" + t));
      }
      return count() == entries.size();
    }

    private void announce() {
      console.printf(
          Locale.ROOT,
          "%s with seeds %s: %d runs, %d of them made before, %d at a time%n",
          comparison.isOneRecipe()
              ? "Running " + comparison.name()
              : "Comparing " + comparison.variants().size() + " variants",
          comparison.plan().seeds(),
          entries.size(),
          entries.size() - waiting.size(),
          places);
      for (PlannedRun halted : entries.stream().filter(PlannedRun::isHalted).toList()) {
        console.println(
            halted.recipe().name()
                + " was halted and is left out; to run it anew, delete "
                + halted.folder());
      }
    }

    private long count() {
      return entries.stream().filter(PlannedRun::isFinished).count();
    }

    private void start(PlannedRun entry) {
      Path file = out.resolve("recipes").resolve(entry.recipe().name() + ".yaml");
      SafeFiles.replace(file, entry.recipe().toYaml());
      try {
        Files.createDirectories(out.resolve("runs"));
        Process process =
            launcher.start(
                new Launcher.Order(file, entry.folder(), entry.log(), threads, entry.isBegun()));
        running.add(new Running(entry, process, new LogTail(entry.log()), System.nanoTime()));
      } catch (IOException e) {
        throw new BadInput("run " + entry.recipe().name() + " could not be started: " + e, e);
      }
    }

    /// Waits a little and returns a run that has ended, if one has.
    private Optional<Running> await() {
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        stop.request();
      }
      running.forEach(this::passOn);
      return running.stream().filter(r -> !r.process().isAlive()).findFirst();
    }

    /// Shows what the runs of one recipe print, where they go one after the other.
    private void passOn(Running run) {
      if (comparison.isOneRecipe() && places == 1) {
        run.printed().passOn(console);
      }
    }

    private void finish(Running run) {
      running.remove(run);
      passOn(run);
      int status = run.process().exitValue();
      PlannedRun entry = run.entry();
      if (status == STOPPED || (stop.requested() && !entry.isOver())) {
        stop.request(); // somebody asked one of the runs
        return;
      }
      if (status == BAD_INPUT) {
        throw new BadInput("run " + entry.recipe().name() + ": " + entry.trouble());
      }
      SeedResult track = entry.track();
      console.printf(
          Locale.ROOT,
          "[%d/%d] %s: %s, in %s%n",
          entries.size() - waiting.size() - running.size(),
          entries.size(),
          entry.recipe().name(),
          track
              .accuracy()
              .map(a ->
                  String.format(
                      Locale.ROOT,
                      "accuracy %.3f -> %.3f",
                      track.points().getFirst().accuracy(),
                      a))
              .orElse(entry.isFinished() ? "has ended, accuracy not evaluated" : track.trouble()),
          Progress.time(run.seconds()));
      report();
    }

    private List<VariantResult> report() {
      List<VariantResult> standings = new ArrayList<>();
      for (Comparison.Variant v : comparison.variants()) {
        List<PlannedRun> own = entries.stream().filter(e -> e.variant().equals(v)).toList();
        List<SeedResult> tracks =
            own.stream()
                .filter(e -> e.isBegun() && !waiting.contains(e))
                .filter(e -> running.stream().noneMatch(r -> r.entry().equals(e)))
                .map(PlannedRun::track)
                .toList();
        standings.add(new VariantResult(v.name(), v.changes(), own.size(), tracks));
      }
      double seconds = secondsBefore + (System.nanoTime() - start) / 1e9;
      report.write(standings, seconds);
      appendices.forEach(a -> a.write(comparison.name(), out, ended()));
      return standings;
    }

    /// Returns the folders of the runs that have ended, by their names.
    private Map<String, Path> ended() {
      Map<String, Path> runs = new LinkedHashMap<>();
      for (PlannedRun e : entries) {
        if (!waiting.contains(e) && running.stream().noneMatch(r -> r.entry().equals(e))) {
          runs.put(e.recipe().name(), e.folder());
        }
      }
      return runs;
    }

    /// Asks all runs to save and end, and waits for them.
    private void stopAll() {
      running.forEach(r -> r.process().destroy());
      for (Running r : running) {
        r.process().onExit().join();
      }
      running.clear();
    }
  }
}
