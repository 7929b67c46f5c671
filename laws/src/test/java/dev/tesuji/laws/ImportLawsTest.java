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
          "dev.tesuji.random",
          "dev.tesuji.check",
          "dev.tesuji.files",
          "dev.tesuji.json",
          "dev.tesuji.endpoint",
          "dev.tesuji.hub",
          "dev.tesuji.yaml",
          "dev.tesuji.statistics",
          "dev.tesuji.run",
          "dev.tesuji.tracking",
          "dev.tesuji.tensor",
          "dev.tesuji.kernel",
          "dev.tesuji.jinja",
          "dev.tesuji.gguf",
          "dev.tesuji.folder",
          "dev.tesuji.constrain.automaton",
          "dev.tesuji.constrain.rules",
          "dev.tesuji.constrain.schema",
          "dev.tesuji.constrain",
          "dev.tesuji.play",
          "dev.tesuji.play.go",
          "dev.tesuji.play.sgf",
          "dev.tesuji.play.gtp",
          "dev.tesuji.play.connectfour",
          "dev.tesuji.toolcall",
          "dev.tesuji.text",
          "dev.tesuji.chat",
          "dev.tesuji.compute",
          "dev.tesuji.nn",
          "dev.tesuji.compute.torch",
          "dev.tesuji.compute.cpu",
          "dev.tesuji.compute.choice",
          "dev.tesuji.weights",
          "dev.tesuji.generate",
          "dev.tesuji.serve.http",
          "dev.tesuji.serve.go",
          "dev.tesuji.serve.answer",
          "dev.tesuji.serve.api",
          "dev.tesuji.serve.model",
          "dev.tesuji.serve",
          "dev.tesuji.dataset",
          "dev.tesuji.agreement",
          "dev.tesuji.active",
          "dev.tesuji.labels",
          "dev.tesuji.labels.shared",
          "dev.tesuji.annotate",
          "dev.tesuji.studio.web",
          "dev.tesuji.studio.access",
          "dev.tesuji.studio.runfolder",
          "dev.tesuji.studio",
          "dev.tesuji.answer",
          "dev.tesuji.math",
          "dev.tesuji.language",
          "dev.tesuji.sandbox",
          "dev.tesuji.code",
          "dev.tesuji.instruction",
          "dev.tesuji.report",
          "dev.tesuji.report.compare",
          "dev.tesuji.overlap",
          "dev.tesuji.env",
          "dev.tesuji.tools",
          "dev.tesuji.openenv",
          "dev.tesuji.mcp",
          "dev.tesuji.reward",
          "dev.tesuji.programming",
          "dev.tesuji.audit",
          "dev.tesuji.chainsums",
          "dev.tesuji.tokenized",
          "dev.tesuji.optim",
          "dev.tesuji.policy",
          "dev.tesuji.rollout",
          "dev.tesuji.curriculum",
          "dev.tesuji.evaluate",
          "dev.tesuji.harness",
          "dev.tesuji.train",
          "dev.tesuji.alphago.net",
          "dev.tesuji.alphago.search",
          "dev.tesuji.alphago.learn",
          "dev.tesuji.testtime",
          "dev.tesuji.sft",
          "dev.tesuji.preference",
          "dev.tesuji.rewardmodel",
          "dev.tesuji.rl.algorithm",
          "dev.tesuji.rl.grpo",
          "dev.tesuji.rl.rloo",
          "dev.tesuji.rl.reinforce",
          "dev.tesuji.rl.ppo",
          "dev.tesuji.rl.prime",
          "dev.tesuji.rl",
          "dev.tesuji.rejection",
          "dev.tesuji.distill",
          "dev.tesuji.recipe",
          "dev.tesuji.stage",
          "dev.tesuji.runner",
          "dev.tesuji.compare",
          "dev.tesuji.alphago.stage",
          "dev.tesuji.countdown",
          "dev.tesuji.wordproblems",
          "dev.tesuji.world",
          "dev.tesuji.overoptimisation",
          "dev.tesuji.calculator",
          "dev.tesuji.pebble",
          "dev.tesuji.environments",
          "dev.tesuji.demo",
          "dev.tesuji.bench",
          "dev.tesuji.cluster",
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
  void whoComputesIsChosenInOnePlace() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.tesuji.compute..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.tesuji.compute.torch..", "dev.tesuji.compute.cpu..")
        .check(ALL);
  }

  @Test
  void onlyTheTensorLayerKnowsLibtorch() {
    only("org.bytedeco..", "dev.tesuji.tensor");
  }

  @Test
  void onlyKernelsKnowVectors() {
    only("jdk.incubator.vector..", "dev.tesuji.kernel");
  }

  @Test
  void onlyTheTokenizerKnowsItsLibrary() {
    only("ai.djl..", "dev.tesuji.text");
  }

  @Test
  void onlyDataSetsKnowDuckDb() {
    only("org.duckdb..", "dev.tesuji.dataset");
  }

  @Test
  void onlySharedLabelsKnowPostgres() {
    only("org.postgresql..", "dev.tesuji.labels.shared");
  }

  @Test
  void onlyMathematicsKnowsComputerAlgebra() {
    only("org.matheclipse..", "dev.tesuji.math");
  }

  @Test
  void onlyTheLanguagePackageKnowsItsDetector() {
    only("com.github.pemistahl..", "dev.tesuji.language");
  }

  @Test
  void onlyRecipesKnowYaml() {
    only("org.snakeyaml..", "dev.tesuji.yaml");
  }

  @Test
  void onlyCommandsKnowPicocli() {
    only("picocli..", "dev.tesuji.cli", "dev.tesuji.bench");
  }

  @Test
  void onlyTheClusterKnowsSpark() {
    only("org.apache.spark..", "dev.tesuji.cluster");
  }

  @Test
  void onlyTheServersNetworkKnowsVertx() {
    only("io.vertx..", "dev.tesuji.serve.http");
  }

  @Test
  void onlyAccountsKnowHowPasswordsAreKept() {
    only("org.springframework..", "dev.tesuji.studio.access");
  }

  @Test
  void demonstrationsAreHandedInFromOutside() {
    String[] demo = {
      "dev.tesuji.chainsums",
      "dev.tesuji.countdown",
      "dev.tesuji.wordproblems",
      "dev.tesuji.world",
      "dev.tesuji.overoptimisation",
      "dev.tesuji.calculator",
      "dev.tesuji.pebble",
      "dev.tesuji.demo"
    };
    noClasses()
        .that()
        .resideOutsideOfPackages(demo)
        .and()
        .resideOutsideOfPackages("dev.tesuji.cli", "dev.tesuji.bench", "dev.tesuji.examples")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(demo)
        .check(ALL);
  }

  private static void only(String library, String... owners) {
    noClasses()
        .that()
        .resideOutsideOfPackages(owners)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(ALL);
    String prefix = library.substring(0, library.length() - 2);
    for (String owner : owners) {
      boolean used =
          ALL.stream()
              .filter(c -> c.getPackageName().equals(owner))
              .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
              .anyMatch(d -> d.getTargetClass().getPackageName().startsWith(prefix));
      assertThat(used).as(owner + " uses " + library).isTrue();
    }
  }
}
