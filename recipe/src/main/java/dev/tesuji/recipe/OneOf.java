package dev.tesuji.recipe;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a component that a recipe writes under the name of its kind: `grpo: {...}` or `ppo: {...}`
/// in the place of the component's own name.
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
@interface OneOf {
  /// The kinds, each a record.
  Class<? extends Record>[] value();
}
