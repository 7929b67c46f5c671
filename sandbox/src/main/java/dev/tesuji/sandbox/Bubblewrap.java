package dev.tesuji.sandbox;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Namespaces made by `bwrap`: the program sees a system of its own, with `/usr` to read, its
/// files, a small folder to write into, its own processes, and no network.
///
/// Where this process is root, it first becomes a user that owns nothing, one for each lane: limits
/// on processes do not hold for root, whatever it calls itself inside a namespace.
///
/// @param bwrap the program
/// @param filter the filter of system calls; null on an architecture without one
/// @param root whether this process is root
record Bubblewrap(Path bwrap, byte @Nullable [] filter, boolean root) implements Jail {
  private static final int FIRST_USER = 64_200; // of a range that no distribution gives out
  private static final int FILTER_DESCRIPTOR = Spawner.FIRST;
  private static final long MEGABYTE = 1 << 20;
  private static final Pattern CHILD = Pattern.compile("\"child-pid\": *(\\d+)");
  private static final List<String> TOP = List.of("/bin", "/sbin", "/lib", "/lib32", "/lib64");

  /// What programs in `/usr` read of `/etc`.
  private static final List<String> SETTINGS =
      List.of("/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime", "/etc/java-25-openjdk");

  /// The devices that programs have. Each costs a mount at each start; terminals nobody needs.
  private static final List<String> DEVICES = List.of("/dev/null", "/dev/zero", "/dev/urandom");

  private static final Map<String, String> DEVICE_LINKS =
      new TreeMap<>(
          Map.of(
              "/dev/fd", "/proc/self/fd",
              "/dev/stdin", "/proc/self/fd/0",
              "/dev/stdout", "/proc/self/fd/1",
              "/dev/stderr", "/proc/self/fd/2",
              "/dev/random", "/dev/urandom",
              "/dev/shm", Job.SCRATCH));

  private static final List<String> ROOT = rootWords();

  @Override
  public String label() {
    return "bubblewrap";
  }

  @Override
  public int ownProcesses() {
    return 2; // bwrap outside, and the first process inside
  }

  @Override
  public boolean endsAtOnce() {
    return true; // its first process ends with it, and the others with that
  }

  @Override
  public Place settled(Place lane) {
    Place held = Jail.super.settled(lane);
    int user = FIRST_USER + lane.index();
    boolean becomes = root && Spawner.here().isPresent() && Spawner.become(user);
    return becomes ? held.as(user) : held;
  }

  @Override
  public Process start(Launch launch) throws IOException {
    Spawner spawner = Spawner.here().orElse(null);
    return spawner == null ? byShell(launch) : spawned(spawner, launch);
  }

  /// Starts it directly. Where there is a group, the jail waits before it begins the program until
  /// its first process has been put there.
  private SpawnedProcess spawned(Spawner spawner, Launch launch) throws IOException {
    try (SpawnedProcess.Ends given = new SpawnedProcess.Ends(spawner)) {
      List<Integer> descriptors = new ArrayList<>();
      if (filter != null) {
        descriptors.add(given.file(filter));
      }
      for (String name : launch.names()) {
        descriptors.add(given.file(launch.content(name)));
      }
      Cgroup group = launch.lane().group();
      if (group == null) {
        return SpawnedProcess.start(spawner, launch.lane(), words(launch, List.of()), descriptors);
      }
      int next = Spawner.FIRST + descriptors.size();
      List<String> waiting =
          List.of("--info-fd", Integer.toString(next), "--block-fd", Integer.toString(next + 1));
      Spawner.Pipe says = given.pipe();
      Spawner.Pipe waits = given.pipe();
      descriptors.add(says.writing());
      descriptors.add(waits.reading());
      try (InputStream first = new FileInputStream(Spawner.place(says.reading()).toFile());
          OutputStream go = new FileOutputStream(Spawner.place(waits.writing()).toFile())) {
        SpawnedProcess process =
            SpawnedProcess.start(spawner, launch.lane(), words(launch, waiting), descriptors);
        given.close();
        try {
          enter(group, first);
          go.write(1);
        } catch (IOException _) { // it has ended, and says itself why; or must not begin
          process.destroy();
        }
        return process;
      }
    }
  }

  /// Puts the jail's first process into a group, once bwrap has said which it is.
  private static void enter(Cgroup group, InputStream says) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int c = says.read(); c >= 0 && c != '}'; c = says.read()) {
      text.append((char) c);
    }
    Matcher child = CHILD.matcher(text);
    if (!child.find()) {
      throw new IOException("bwrap did not say what it started");
    }
    group.enter(Long.parseLong(child.group(1)));
  }

  private Process byShell(Launch launch) throws IOException {
    StringBuilder script = new StringBuilder(Shell.enter(launch.lane()));
    int descriptor = FILTER_DESCRIPTOR;
    if (filter != null) {
      open(script, descriptor, Files.write(launch.folder().resolve("filter"), filter));
    }
    for (String name : launch.names()) {
      open(script, ++descriptor, launch.file(name));
    }
    script.append("exec");
    for (String word : words(launch, List.of())) {
      script.append(' ').append(Shell.quoted(word));
    }
    return Shell.start(launch.lane(), script.toString(), launch.folder());
  }

  private static void open(StringBuilder script, int descriptor, Path file) {
    script
        .append("exec ")
        .append(descriptor)
        .append('<')
        .append(Shell.quoted(file.toString()))
        .append(" || exit 95\n");
  }

  private List<String> words(Launch launch, List<String> more) {
    List<String> words = new ArrayList<>(Shell.pinned(launch.lane()));
    if (root && launch.lane().user() == 0) {
      int user = FIRST_USER + launch.lane().index();
      words.addAll(
          List.of(
              "/usr/bin/setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "--"));
    }
    words.add(bwrap.toString());
    words.addAll(
        List.of(
            "--unshare-user",
            "--unshare-ipc",
            "--unshare-pid",
            "--unshare-net",
            "--unshare-uts",
            "--unshare-cgroup-try",
            "--disable-userns",
            "--uid",
            "65534",
            "--gid",
            "65534",
            "--hostname",
            "box",
            "--cap-drop",
            "ALL",
            "--die-with-parent",
            "--new-session",
            "--clearenv"));
    words.addAll(more);
    environment(words);
    system(words, launch.job().readable());
    files(words, launch);
    words.addAll(
        List.of("--", Shell.SHELL, "-c", Shell.limits(launch.job(), launch.nonce()), "sh"));
    words.addAll(launch.job().command());
    return words;
  }

  private static void environment(List<String> words) {
    Environment.VARIABLES.forEach((name, value) -> words.addAll(List.of("--setenv", name, value)));
    words.addAll(List.of("--setenv", "HOME", Job.SCRATCH, "--setenv", "TMPDIR", Job.SCRATCH));
  }

  private static void system(List<String> words, List<Path> readable) {
    words.addAll(ROOT);
    for (Path folder : readable) {
      words.addAll(List.of("--ro-bind", folder.toString(), folder.toString()));
    }
    String bytes = Long.toString(SCRATCH_MEGABYTES * MEGABYTE);
    words.addAll(List.of("--proc", "/proc", "--size", bytes, "--tmpfs", Job.SCRATCH));
  }

  /// Returns the words that put the system's files in their places, which stay the same.
  private static List<String> rootWords() {
    List<String> words = new ArrayList<>(List.of("--ro-bind", "/usr", "/usr"));
    for (String top : TOP) {
      Path path = Path.of(top);
      if (Files.isSymbolicLink(path)) {
        words.addAll(List.of("--symlink", link(path), top));
      } else if (Files.isDirectory(path)) {
        words.addAll(List.of("--ro-bind", top, top));
      }
    }
    for (String settings : SETTINGS) {
      if (Files.exists(Path.of(settings))) {
        words.addAll(List.of("--ro-bind-try", settings, settings));
      }
    }
    for (String device : DEVICES) {
      words.addAll(List.of("--dev-bind", device, device));
    }
    DEVICE_LINKS.forEach((link, to) -> words.addAll(List.of("--symlink", to, link)));
    return List.copyOf(words);
  }

  private void files(List<String> words, Launch launch) {
    int descriptor = FILTER_DESCRIPTOR;
    words.addAll(List.of("--dir", Job.BOX));
    for (String name : launch.names()) {
      descriptor++;
      words.addAll(
          List.of("--perms", "0555", "--file", Integer.toString(descriptor), Job.BOX + name));
    }
    if (filter != null) {
      words.addAll(List.of("--seccomp", Integer.toString(FILTER_DESCRIPTOR)));
    }
    words.addAll(List.of("--remount-ro", "/", "--chdir", Job.SCRATCH));
  }

  private static String link(Path path) {
    try {
      return Files.readSymbolicLink(path).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
