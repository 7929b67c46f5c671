package dev.tesuji.check;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a component of a settings record whose own settings stand in a recipe beside those of the
/// record that has it: several algorithms share a record of settings, and recipes stay flat.
///
/// A component of a sealed type is written as the name of its kind under the component's name, with
/// the kind's settings beside it (`loss: cispo`, `cap: 5`); settings of the other kinds are
/// refused.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Unwrapped {}
