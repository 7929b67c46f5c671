package dev.tesuji.yaml;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Gives the value of one component where it is absent, for records of which only some components
/// have a default; a record that has all of them has a constant `DEFAULT`.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
  /// The value as it would be written: a scalar, `{}` for the defaults of a record, or `[]` for an
  /// empty list.
  String value();
}
