package dev.tesuji.yaml;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a component that is written under the name of its kind: `grpo: {...}` or `ppo: {...}` in
/// the place of the component's own name.
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Variants {
  /// The kinds, each a record; empty for the kinds of the component's type ([Kinds]).
  Class<? extends Record>[] value() default {};
}
