package dev.tesuji.reward;

import dev.tesuji.check.BadInput;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Finds rewards that users write in Java; the package's essay has an example.
///
/// They are called from many threads at once. One that asks another machine says how long it may
/// wait ([Reward#patience]).
public final class UserReward {
  private static final String MEMBER = "::";

  private UserReward() {}

  /// Finds a reward.
  ///
  /// @param name a class that implements [Reward] and has a public constructor without parameters,
  ///   such as `com.acme.Brevity`; or a public static field with one, such as
  ///   `com.acme.Brevity::POLITE`
  /// @param classPath jars and folders to look in besides Tesuji's own class path
  /// @throws IllegalArgumentException when there is no such reward
  public static Reward load(String name, List<Path> classPath) {
    int at = name.indexOf(MEMBER);
    String className = at < 0 ? name : name.substring(0, at);
    try {
      Class<?> found = Class.forName(className, true, loader(classPath));
      Object reward =
          at < 0
              ? found.getConstructor().newInstance()
              : constant(found, name.substring(at + MEMBER.length()));
      if (reward instanceof Reward r) {
        return r;
      }
      throw bad(name, "must implement " + Reward.class.getName());
    } catch (ClassNotFoundException e) {
      throw bad(name, "was not found; give the jar or folder that it is in as 'classPath'", e);
    } catch (NoSuchMethodException e) {
      throw bad(name, "must have a public constructor without parameters", e);
    } catch (NoSuchFieldException e) {
      throw bad(name, "must name a public static field", e);
    } catch (InvocationTargetException e) {
      throw bad(name, "could not be made: " + BadInput.brief(e.getCause()), e);
    } catch (ReflectiveOperationException | LinkageError e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw bad(name, "could not be used: " + BadInput.brief(why), e);
    }
  }

  private static Object constant(Class<?> type, String field) throws ReflectiveOperationException {
    var found = type.getField(field);
    if (!Modifier.isStatic(found.getModifiers())) {
      throw new NoSuchFieldException(field);
    }
    return found.get(null);
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
    return new URLClassLoader(urls, UserReward.class.getClassLoader()); // as long as the reward
  }

  private static IllegalArgumentException bad(String name, String problem) {
    return new IllegalArgumentException("reward class '" + name + "' " + problem);
  }

  private static IllegalArgumentException bad(String name, String problem, Throwable cause) {
    return new IllegalArgumentException("reward class '" + name + "' " + problem, cause);
  }
}
