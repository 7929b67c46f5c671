package dev.tesuji.yaml;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks the component that a bare value in a recipe stands for: `data: FILE` in the place of
/// `data: {path: FILE}`. Where a list of such records is asked for, one may stand for the list.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Shorthand {}
