package dev.tesuji.laws;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Circles of types: a reader who opens one type of a circle must read them all.
class CycleLawsTest {
  private static final int LARGEST = 3;

  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.tesuji");

  @Test
  void circlesInsideAPackageHaveAtMostThreeTypes() {
    Map<String, Map<String, Set<String>>> packages = new TreeMap<>();
    Map<String, Set<String>> families = new HashMap<>();
    for (JavaClass type : ALL) {
      String from = outermost(type);
      Map<String, Set<String>> uses =
          packages.computeIfAbsent(type.getPackageName(), _ -> new TreeMap<>());
      Set<String> used = uses.computeIfAbsent(from, _ -> new TreeSet<>());
      type.getDirectDependenciesFromSelf().stream()
          .map(d -> d.getTargetClass().getBaseComponentType())
          .filter(target -> target.getPackageName().equals(type.getPackageName()))
          .map(CycleLawsTest::outermost)
          .filter(target -> !target.equals(from))
          .forEach(used::add);
      members(type, families);
    }
    assertThat(packages).hasSizeGreaterThan(30);
    List<String> large = new ArrayList<>();
    packages.forEach((name, uses) -> {
      for (Set<String> circle : new Circles(uses).found()) {
        if (size(circle, families) > LARGEST) {
          large.add(name + ": " + circle);
        }
      }
    });
    assertThat(large).isEmpty();
  }

  /// Counts a sealed type and those that it permits as one: the compiler keeps such a circle whole.
  private static int size(Set<String> circle, Map<String, Set<String>> families) {
    Set<String> others = new HashSet<>(circle);
    int counted = 0;
    for (String type : circle) {
      Set<String> permitted = new HashSet<>(families.getOrDefault(type, Set.of()));
      permitted.retainAll(others);
      if (!permitted.isEmpty()) {
        others.removeAll(permitted);
        others.remove(type);
        counted++;
      }
    }
    return counted + others.size();
  }

  private static void members(JavaClass type, Map<String, Set<String>> families) {
    Class<?> loaded = type.reflect();
    if (loaded.isSealed()) {
      Set<String> family = families.computeIfAbsent(outermost(type), _ -> new HashSet<>());
      for (Class<?> member : loaded.getPermittedSubclasses()) {
        String name = member.getName();
        int nested = name.indexOf('$');
        family.add(nested < 0 ? name : name.substring(0, nested));
      }
    }
  }

  private static String outermost(JavaClass type) {
    JavaClass outer = type;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer.getName();
  }

  /// Tarjan's strongly connected components.
  private static final class Circles {
    private final Map<String, Set<String>> uses;
    private final Map<String, Integer> index = new HashMap<>();
    private final Map<String, Integer> low = new HashMap<>();
    private final Deque<String> open = new ArrayDeque<>();
    private final List<Set<String>> found = new ArrayList<>();

    Circles(Map<String, Set<String>> uses) {
      this.uses = uses;
    }

    List<Set<String>> found() {
      for (String type : uses.keySet()) {
        if (!index.containsKey(type)) {
          visit(type);
        }
      }
      return found;
    }

    private void visit(String type) {
      index.put(type, index.size());
      low.put(type, index.get(type));
      open.push(type);
      for (String other : uses.getOrDefault(type, Set.of())) {
        if (!index.containsKey(other)) {
          visit(other);
          low.merge(type, low.get(other), Math::min);
        } else if (open.contains(other)) {
          low.merge(type, index.get(other), Math::min);
        }
      }
      if (low.get(type).equals(index.get(type))) {
        Set<String> circle = new TreeSet<>();
        String member;
        do {
          member = open.pop();
          circle.add(member);
        } while (!member.equals(type));
        if (circle.size() > 1) {
          found.add(circle);
        }
      }
    }
  }
}
