package dev.tesuji.laws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// How large things may grow.
class SizeLawsTest {
  private static final int FILE = 500;
  private static final int TENSOR = 900; // one wrapper over a hundred of libtorch's functions
  private static final int METHOD = 60;
  private static final int NINE_IN_TEN_METHODS = 25;
  private static final int PARAMETERS = 5;
  private static final int KERNEL_PARAMETERS = 7; // addresses and sizes, which no object may hold
  private static final int COMPONENTS = 12;

  private record Method(String where, int lines, int parameters, int allowed) {}

  private record Shape(String where, int components) {}

  private final List<Method> methods = new ArrayList<>();
  private final List<Shape> shapes = new ArrayList<>();

  @Test
  void filesStayReadable() throws IOException {
    for (Path file : sources()) {
      int limit = file.endsWith("Tensor.java") ? TENSOR : FILE;
      assertThat(Files.readAllLines(file).size()).as(file.toString()).isLessThanOrEqualTo(limit);
    }
  }

  @Test
  void methodsStayShort() throws IOException {
    scan();
    assertThat(methods).hasSizeGreaterThan(500);
    assertThat(methods)
        .allSatisfy(m -> assertThat(m.lines()).as(m.where()).isLessThanOrEqualTo(METHOD));
    List<Integer> lines = new ArrayList<>(methods.stream().map(Method::lines).toList());
    Collections.sort(lines);
    assertThat(lines.get(lines.size() * 9 / 10)).isLessThanOrEqualTo(NINE_IN_TEN_METHODS);
  }

  @Test
  void nothingTakesMoreThanFiveParameters() throws IOException {
    scan();
    assertThat(methods)
        .filteredOn(m -> !isTensorOperation(m))
        .allSatisfy(m -> assertThat(m.parameters()).as(m.where()).isLessThanOrEqualTo(m.allowed()));
  }

  /// Attention takes what libtorch's function of that name takes.
  private static boolean isTensorOperation(Method m) {
    return m.where().endsWith("Tensor.attention");
  }

  @Test
  void recordsHaveAtMostTwelveComponents() throws IOException {
    scan();
    assertThat(shapes).hasSizeGreaterThan(30);
    assertThat(shapes)
        .allSatisfy(s -> assertThat(s.components()).as(s.where()).isLessThanOrEqualTo(COMPONENTS));
  }

  private void scan() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources()));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new Measure(unit, positions).scan(unit, null);
      }
    }
  }

  private final class Measure extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private String type = "";
    private boolean record;

    Measure(CompilationUnitTree unit, SourcePositions positions) {
      this.unit = unit;
      this.positions = positions;
    }

    @Override
    public @Nullable Void visitClass(ClassTree tree, @Nullable Void nothing) {
      String outer = type;
      boolean outerRecord = record;
      type = outer.isEmpty() ? tree.getSimpleName().toString() : outer + "." + tree.getSimpleName();
      record = tree.getKind() == Tree.Kind.RECORD;
      if (record) {
        long components =
            tree.getMembers().stream()
                .filter(m -> m instanceof VariableTree v && !isStatic(v))
                .count();
        shapes.add(new Shape(type, (int) components));
      }
      super.visitClass(tree, null);
      type = outer;
      record = outerRecord;
      return null;
    }

    private static boolean isStatic(VariableTree v) {
      return v.getModifiers().getFlags().contains(Modifier.STATIC);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree tree, @Nullable Void nothing) {
      if (tree.getBody() != null && positions.getEndPosition(unit, tree) >= 0) {
        long first = line(positions.getStartPosition(unit, tree.getBody()));
        long last = line(positions.getEndPosition(unit, tree.getBody()));
        boolean constructsRecord = record && tree.getName().contentEquals("<init>");
        methods.add(
            new Method(
                type + "." + tree.getName(),
                (int) (last - first + 1),
                constructsRecord ? 0 : tree.getParameters().size(),
                isKernel() ? KERNEL_PARAMETERS : PARAMETERS));
      }
      return super.visitMethod(tree, null);
    }

    private boolean isKernel() {
      return unit.getPackageName().toString().equals("dev.tesuji.kernel");
    }

    private long line(long position) {
      return unit.getLineMap().getLineNumber(position);
    }
  }

  private static List<Path> sources() throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path module : modules()) {
      try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
        files.filter(f -> f.toString().endsWith(".java")).forEach(all::add);
      }
    }
    assertThat(all).hasSizeGreaterThan(60);
    return all;
  }

  /// Returns the folders with code: a module that is added is under the law at once.
  private static List<Path> modules() throws IOException {
    try (Stream<Path> folders = Files.list(root())) {
      return folders.filter(f -> Files.isDirectory(f.resolve("src/main/java"))).sorted().toList();
    }
  }

  private static Path root() {
    String root = System.getProperty("tesuji.root");
    return Path.of(root == null ? ".." : root);
  }
}
