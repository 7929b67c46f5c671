package dev.tesuji.laws;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Who may import whom.
class ImportLawsTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.tesuji");

  /// The packages from the ground up: each may import those before it, and none after it.
  private static final List<String> FLOORS =
      List.of(
          "dev.tesuji.tensor",
          "dev.tesuji.random",
          "dev.tesuji.kernel",
          "dev.tesuji.files",
          "dev.tesuji.text",
          "dev.tesuji.jinja",
          "dev.tesuji.chat",
          "dev.tesuji.model",
          "dev.tesuji.weights",
          "dev.tesuji.generate",
          "dev.tesuji.dataset",
          "dev.tesuji.env",
          "dev.tesuji.math",
          "dev.tesuji.reward",
          "dev.tesuji.audit",
          "dev.tesuji.optim",
          "dev.tesuji.policy",
          "dev.tesuji.evaluate",
          "dev.tesuji.train",
          "dev.tesuji.testtime",
          "dev.tesuji.sft",
          "dev.tesuji.preference",
          "dev.tesuji.rewardmodel",
          "dev.tesuji.world",
          "dev.tesuji.rl.algorithm",
          "dev.tesuji.rl.grpo",
          "dev.tesuji.rl.rloo",
          "dev.tesuji.rl.reinforce",
          "dev.tesuji.rl.ppo",
          "dev.tesuji.rl.prime",
          "dev.tesuji.rl",
          "dev.tesuji.rejection",
          "dev.tesuji.overoptimisation",
          "dev.tesuji.distill",
          "dev.tesuji.recipe",
          "dev.tesuji.compare",
          "dev.tesuji.cli");

  @Test
  void theLawsSeeTheWholeHouse() {
    assertThat(ALL.size()).as("classes seen").isGreaterThan(120);
    Set<String> packages =
        ALL.stream().map(JavaClass::getPackageName).collect(Collectors.toCollection(TreeSet::new));
    assertThat(FLOORS).as("every package has a floor").containsAll(packages);
  }

  @Test
  void aPackageNeverLooksUp() {
    List<String> above = new ArrayList<>(FLOORS);
    for (String floor : FLOORS) {
      above.remove(floor);
      if (!above.isEmpty()) {
        noClasses()
            .that()
            .resideInAPackage(floor)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(above.toArray(new String[0]))
            .allowEmptyShould(false)
            .check(ALL);
      }
    }
  }

  @Test
  void packagesHaveNoCycles() {
    SlicesRuleDefinition.slices().matching("dev.tesuji.(**)").should().beFreeOfCycles().check(ALL);
  }

  @Test
  void onlyTheTensorLayerKnowsLibtorch() {
    only("dev.tesuji.tensor", "org.bytedeco..");
  }

  @Test
  void onlyKernelsKnowVectors() {
    only("dev.tesuji.kernel", "jdk.incubator.vector..");
  }

  @Test
  void onlyTheTokenizerKnowsItsLibrary() {
    only("dev.tesuji.text", "ai.djl..");
  }

  @Test
  void onlyDataSetsKnowDuckDb() {
    only("dev.tesuji.dataset", "org.duckdb..");
  }

  @Test
  void onlyMathematicsKnowsComputerAlgebra() {
    only("dev.tesuji.math", "org.matheclipse..");
  }

  @Test
  void onlyRewardsKnowTheLanguageDetector() {
    only("dev.tesuji.reward", "com.github.pemistahl..");
  }

  @Test
  void onlyRecipesKnowYaml() {
    only("dev.tesuji.recipe", "org.snakeyaml..");
  }

  @Test
  void onlyTheCommandLineKnowsPicocli() {
    only("dev.tesuji.cli", "picocli..");
  }

  private static void only(String owner, String library) {
    noClasses()
        .that()
        .resideOutsideOfPackage(owner)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(ALL);
    boolean used =
        ALL.stream()
            .filter(c -> c.getPackageName().equals(owner))
            .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
            .anyMatch(d ->
                d.getTargetClass()
                    .getPackageName()
                    .startsWith(library.substring(0, library.length() - 2)));
    assertThat(used).as(owner + " uses " + library).isTrue();
  }
}
