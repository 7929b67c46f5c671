package dev.tesuji.yaml;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks an interface whose kinds are those that a [Kinds] lists, so that other packages can add
/// some; the kinds of a sealed interface without this mark are its permitted records.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Open {}
