package dev.tesuji.laws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// How things are said, and that nothing points outside the checkout.
class WordLawsTest {
  /// A doc comment and the first line of what it is about.
  private static final Pattern DOCUMENTED =
      Pattern.compile(
          "(?m)^( *)/// (\\S[^\n]*)\n(?:\\1///[^\n]*\n)*((?:\\1@[^\n]*\n)*)\\1(\\S[^\n]*)");

  private static final Pattern TYPE =
      Pattern.compile("\\b(?:class|interface|record|enum|@interface)\\s+(\\w+)");

  private static final Pattern INDIRECT = Pattern.compile("^(What|Whether|Says whether)\\b");

  @Test
  void aTypesDocumentationSaysWhatTheTypeIs() throws IOException {
    List<String> indirect = new ArrayList<>();
    int types = 0;
    for (Path file : sources()) {
      Matcher documented = DOCUMENTED.matcher(Files.readString(file));
      while (documented.find()) {
        Matcher type = TYPE.matcher(documented.group(4));
        if (type.find() && !documented.group(4).contains("=")) {
          types++;
          if (INDIRECT.matcher(documented.group(2)).find()) {
            indirect.add(
                root().relativize(file) + ": " + type.group(1) + ": " + documented.group(2));
          }
        }
      }
    }
    assertThat(types).as("documented types").isGreaterThan(500);
    assertThat(indirect).isEmpty();
  }

  @Test
  void nothingNeedsAPathOutsideTheCheckout() throws IOException {
    List<String> outside = new ArrayList<>();
    for (Path page : pages()) {
      String text = Files.readString(page);
      if (text.contains("../shared") || text.matches("(?s).*(?:^|\\s)/(?:work|home|root)/.*")) {
        outside.add(root().relativize(page).toString());
      }
    }
    assertThat(outside).isEmpty();
  }

  private static List<Path> sources() throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> modules = Files.list(root())) {
      for (Path module :
          modules.filter(m -> Files.isDirectory(m.resolve("src/main/java"))).toList()) {
        try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
          files.filter(f -> f.toString().endsWith(".java")).forEach(all::add);
        }
      }
    }
    assertThat(all).hasSizeGreaterThan(400);
    return all;
  }

  /// Returns the recipes and the pages for readers.
  private static List<Path> pages() throws IOException {
    List<Path> all = new ArrayList<>();
    for (String folder : List.of("docs", "recipes", "models")) {
      try (Stream<Path> files = Files.walk(root().resolve(folder))) {
        files.filter(f -> f.toString().matches(".*\\.(md|yaml)")).forEach(all::add);
      }
    }
    try (Stream<Path> files = Files.list(root())) {
      files.filter(f -> f.toString().endsWith(".md")).forEach(all::add);
    }
    assertThat(all).hasSizeGreaterThan(30);
    return all;
  }

  private static Path root() {
    String root = System.getProperty("tesuji.root");
    return Path.of(root == null ? ".." : root);
  }
}
