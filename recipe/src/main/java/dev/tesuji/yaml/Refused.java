package dev.tesuji.yaml;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Names a key that others have and this record cannot, and says why: a better answer to who writes
/// it than that it is unknown.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Refused {
  /// The key.
  String key();

  /// Why it cannot be given, and what to write in its place.
  String because();
}
