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

/// What pages point to is there.
class LinkLawsTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern RECIPE = Pattern.compile("recipes/[\\w-]+\\.yaml");

  @Test
  void relativeLinksLeadToFiles() throws IOException {
    Path root = root();
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path page : pages(root)) {
      String text = Files.readString(page);
      Matcher link = LINK.matcher(text);
      while (link.find()) {
        String target = link.group(1).replaceFirst("#.*", "");
        if (!target.isEmpty() && !target.matches("[a-z]+:.*")) {
          links++;
          check(page, page.resolveSibling(target), broken);
        }
      }
      Matcher recipe = RECIPE.matcher(text);
      while (recipe.find()) {
        links++;
        check(page, root.resolve(recipe.group()), broken);
      }
    }
    assertThat(broken).isEmpty();
    assertThat(links).isGreaterThan(30);
  }

  private static void check(Path page, Path target, List<String> broken) {
    if (!Files.exists(target)) {
      broken.add(page + " points to " + target + ", which is not there");
    }
  }

  private static List<Path> pages(Path root) throws IOException {
    List<Path> pages = new ArrayList<>(List.of(root.resolve("README.md")));
    try (Stream<Path> docs = Files.walk(root.resolve("docs"))) {
      docs.filter(f -> f.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    assertThat(pages).hasSizeGreaterThan(9);
    return pages;
  }

  private static Path root() {
    String root = System.getProperty("tesuji.root");
    return Path.of(root == null ? ".." : root);
  }
}
