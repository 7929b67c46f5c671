package dev.tesuji.cli;

import dev.tesuji.labels.Judgement;
import dev.tesuji.labels.Labelling;
import dev.tesuji.labels.Project;
import dev.tesuji.labels.shared.Database;
import dev.tesuji.labels.shared.SharedStore;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The option that names a database in which several servers share labels.
final class DatabaseOption {
  @Option(
      names = "--database",
      paramLabel = "URL",
      defaultValue = "${env:TESUJI_LABELS_DATABASE}",
      description = {
        "The PostgreSQL database that has judgements and accounts, where several servers share"
            + " them: postgresql://USER@HOST:PORT/NAME. Default: the environment variable"
            + " TESUJI_LABELS_DATABASE; without one, the projects' own files."
      })
  @Nullable String url;

  /// Returns the database; null for files.
  @Nullable Database database() {
    return url == null || url.isEmpty() ? null : Database.of(url);
  }

  /// Reads what stands of a project.
  List<Judgement> judgements(Project project) {
    Database database = database();
    if (database == null) {
      return project.judgements();
    }
    Path name = project.root().toAbsolutePath().normalize().getFileName();
    try (Labelling labelling =
        new Labelling(project, new SharedStore(database, project, String.valueOf(name)))) {
      return labelling.judgements();
    }
  }
}
