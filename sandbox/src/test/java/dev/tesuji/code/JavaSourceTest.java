package dev.tesuji.code;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The classes that a Java program names.
class JavaSourceTest {
  @Test
  void theFileIsNamedAfterThePublicClass() {
    JavaSource source =
        JavaSource.of(
            "// public class Wrong\nclass Helper {}\npublic final class Sum { public static void"
                + " main(String[] a) {} }");
    assertThat(source.fileName()).isEqualTo("Sum.java");
    assertThat(source.mainClass()).isEqualTo("Sum");
  }

  @Test
  void theClassWithMainIsRunWhereverItStands() {
    JavaSource source =
        JavaSource.of("class A { static class B {} static void main(String[] a) {} }\nclass C {}");
    assertThat(source.fileName()).isEqualTo("Main.java");
    assertThat(source.mainClass()).isEqualTo("A");
  }

  @Test
  void aPackageIsPartOfTheName() {
    assertThat(JavaSource.of("package x.y;\nclass A { void main() {} }").mainClass())
        .isEqualTo("x.y.A");
  }
}
