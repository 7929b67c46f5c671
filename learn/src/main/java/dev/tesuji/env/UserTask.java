package dev.tesuji.env;

import dev.tesuji.answer.Verdict;
import dev.tesuji.check.BadInput;
import dev.tesuji.text.CompletionText;
import dev.tesuji.text.Tokenizer;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A task that a user writes in Java, found by the name of its class.
///
/// The class is public and implements [Task]. It is a record, whose components are its settings
/// (`DEFAULT`, if it has one, gives those that are absent); or it has a public constructor that
/// takes the settings as a `Map<String, String>`; or, where it has no settings, a public
/// constructor without parameters. [#grade] is called from many threads at once.
///
/// What it throws or leaves out (null) is reported in one sentence that names the class and the
/// method. Every method is tried once when the class is loaded.
public final class UserTask implements Task {
  private final String className;
  private final Task task;

  private UserTask(String className, Task task) {
    this.className = className;
    this.task = task;
  }

  /// Finds a task and tries it.
  ///
  /// @param className such as `com.acme.Riddles`
  /// @param classPath jars and folders to look in besides Tesuji's own class path
  /// @param settings what its constructor is given
  /// @param records makes one of a class that is a record, of the settings
  /// @throws IllegalArgumentException when there is no such task
  /// @throws BadInput when it fails on its first problem
  public static Task load(
      String className,
      List<Path> classPath,
      Map<String, String> settings,
      Function<Class<?>, Object> records) {
    try {
      Class<?> found = Class.forName(className, true, loader(classPath));
      if (!Modifier.isPublic(found.getModifiers())) {
        throw bad(className, "must be public", null);
      }
      if (!Task.class.isAssignableFrom(found)) {
        throw bad(className, "must implement " + Task.class.getName(), null);
      }
      Object made = found.isRecord() ? records.apply(found) : made(found, className, settings);
      UserTask task = new UserTask(className, (Task) made);
      task.tryAll();
      return task;
    } catch (ClassNotFoundException e) {
      throw bad(className, "was not found; give the jar or folder that it is in as 'classPath'", e);
    } catch (InvocationTargetException e) {
      throw bad(className, "could not be made: " + BadInput.brief(e.getCause()), e);
    } catch (ReflectiveOperationException | LinkageError e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw bad(className, "could not be used: " + BadInput.brief(why), e);
    } catch (IllegalStateException e) {
      Throwable why = e.getCause() instanceof InvocationTargetException i ? i.getCause() : e;
      throw bad(className, "could not be made: " + BadInput.brief(why), e);
    }
  }

  private static Object made(Class<?> found, String className, Map<String, String> settings)
      throws ReflectiveOperationException {
    for (Constructor<?> constructor : found.getConstructors()) {
      Class<?>[] types = constructor.getParameterTypes();
      if (types.length == 1 && types[0] == Map.class) {
        return constructor.newInstance(settings);
      }
    }
    try {
      Constructor<?> plain = found.getConstructor();
      if (!settings.isEmpty()) {
        throw bad(
            className,
            "must have a public constructor that takes a Map<String, String>, or be a record, to"
                + " be given settings, got "
                + String.join(", ", settings.keySet()),
            null);
      }
      return plain.newInstance();
    } catch (NoSuchMethodException e) {
      throw bad(
          className,
          "must be a record, or have a public constructor without parameters or one that takes a"
              + " Map<String, String>",
          e);
    }
  }

  private static ClassLoader loader(List<Path> classPath) {
    URL[] urls = new URL[classPath.size()];
    for (int i = 0; i < urls.length; i++) {
      Path path = classPath.get(i);
      if (!Files.exists(path)) {
        throw new IllegalArgumentException("classPath must exist, got " + path);
      }
      try {
        urls[i] = path.toUri().toURL();
      } catch (MalformedURLException e) {
        throw new IllegalArgumentException("classPath must be files, got " + path, e);
      }
    }
    return new URLClassLoader(urls, UserTask.class.getClassLoader()); // as long as the task
  }

  /// Returns the task itself, without what names its faults.
  Task task() {
    return task;
  }

  private static IllegalArgumentException bad(
      String className, String problem, @Nullable Throwable cause) {
    return new IllegalArgumentException("task class '" + className + "' " + problem, cause);
  }

  /// Calls every method on the first problem.
  private void tryAll() {
    name();
    if (size() < 1) {
      throw new BadInput(at("size()") + " must be at least 1, got " + size());
    }
    Problem problem = problem(0);
    heldOut(1);
    prompt(problem);
    String gold = response(goldResponse(problem));
    extract(gold);
    grade(problem, gold);
    measures(problem, gold);
  }

  private String at(String method) {
    return "task class '" + className + "': " + method;
  }

  private <T> T call(String method, Supplier<@Nullable T> body) {
    T value;
    try {
      value = body.get();
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw new BadInput(at(method) + " threw " + BadInput.brief(e), e);
    }
    if (value == null) {
      throw new BadInput(at(method) + " must return a value, got null");
    }
    return value;
  }

  @Override
  public String name() {
    return call("name()", task::name);
  }

  @Override
  public long size() {
    return call("size()", task::size);
  }

  @Override
  public Problem problem(long index) {
    return call("problem(" + index + ")", () -> task.problem(index));
  }

  @Override
  public List<Problem> heldOut(int count) {
    List<Problem> problems = call("heldOut(" + count + ")", () -> task.heldOut(count));
    for (Problem problem : problems) {
      call("heldOut(" + count + ")", () -> problem);
    }
    return problems;
  }

  @Override
  public List<Problem> leftOut() {
    return call("leftOut()", task::leftOut);
  }

  @Override
  public String prompt(Problem problem) {
    return call("prompt of problem " + problem.id(), () -> task.prompt(problem));
  }

  @Override
  public List<ObjectNode> messages(Problem problem) {
    return call("messages of problem " + problem.id(), () -> task.messages(problem));
  }

  @Override
  public int[] promptTokens(Problem problem, Tokenizer tokenizer) {
    return call(
        "promptTokens of problem " + problem.id(), () -> task.promptTokens(problem, tokenizer));
  }

  @Override
  public Episode reset(Problem problem, CompletionText text) {
    Episode episode = call("reset of problem " + problem.id(), () -> task.reset(problem, text));
    return new Episode() {
      @Override
      public Step step(Turn turn) {
        return call("step of problem " + problem.id(), () -> episode.step(turn));
      }

      @Override
      public void close() {
        episode.close();
      }
    };
  }

  @Override
  public int turns() {
    return call("turns()", task::turns);
  }

  @Override
  public List<String> turnEnds() {
    return call("turnEnds()", task::turnEnds);
  }

  @Override
  public String response(String completion) {
    return call("response of a completion", () -> task.response(completion));
  }

  @Override
  public String extract(String response) {
    return call("extract of a response", () -> task.extract(response));
  }

  @Override
  public Verdict grade(Problem problem, String response) {
    return call("grade of problem " + problem.id(), () -> task.grade(problem, response));
  }

  @Override
  public Map<String, Double> measures(Problem problem, String response) {
    return call("measures of problem " + problem.id(), () -> task.measures(problem, response));
  }

  @Override
  public String goldResponse(Problem problem) {
    return call("goldResponse of problem " + problem.id(), () -> task.goldResponse(problem));
  }
}
