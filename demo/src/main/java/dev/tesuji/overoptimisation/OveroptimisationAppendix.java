package dev.tesuji.overoptimisation;

import dev.tesuji.compare.Appendix;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The page of over-optimisation, beside that of a comparison.
public final class OveroptimisationAppendix implements Appendix {
  @Override
  public void write(String name, Path folder, Map<String, Path> runs) {
    OveroptimisationReport report = OveroptimisationReport.read(runs);
    if (report.hasAny()) {
      report.write(name, folder);
    }
  }

  @Override
  public Optional<String> table(Map<String, Path> runs) {
    OveroptimisationReport report = OveroptimisationReport.read(runs);
    return report.hasAny() ? Optional.of(report.table()) : Optional.empty();
  }

  @Override
  public String page() {
    return "overoptimisation.html";
  }
}
