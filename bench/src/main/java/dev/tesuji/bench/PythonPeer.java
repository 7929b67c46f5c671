package dev.tesuji.bench;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// A Python with transformers and TRL, and the script that measures them.
///
/// @param python the program
/// @param script `peers/trl_bench.py`
/// @param versions of the packages, as one phrase
record PythonPeer(String python, Path script, String versions) {
  private static final double PATIENCE = 120; // seconds to look for packages

  /// Looks whether it has all that is needed.
  ///
  /// @throws BadInput when it cannot be run, or lacks packages
  static PythonPeer open(String python, Path script) {
    if (!Files.isRegularFile(script)) {
      throw new BadInput(
          script + ": must be the peers' script of Tesuji's checkout, and is not there");
    }
    ChildProcess.Said said =
        ChildProcess.run(List.of(python, script.toString(), "check"), PATIENCE);
    if (said.trouble() != null) {
      throw new BadInput(
          "option --python must be a Python 3 that runs, got " + python + ": " + said.trouble());
    }
    JsonNode found = read(python, said.last());
    List<String> missing = new ArrayList<>();
    found.path("missing").forEach(m -> missing.add(m.asString()));
    if (!missing.isEmpty()) {
      throw new BadInput(
          python
              + " lacks "
              + String.join(", ", missing)
              + "; install them with: "
              + python
              + " -m pip install "
              + String.join(" ", missing));
    }
    String versions =
        found.path("versions").properties().stream()
            .map(v -> v.getKey() + " " + v.getValue().asString())
            .collect(Collectors.joining(", "));
    return new PythonPeer(python, script, versions);
  }

  private static JsonNode read(String python, String line) {
    try {
      JsonNode found = Json.MAPPER.readTree(line);
      if (found.path("missing").isArray()) {
        return found;
      }
    } catch (JacksonException e) {
      // said below
    }
    throw new BadInput(
        "option --python must be a Python 3, got "
            + python
            + ", which answers '"
            + BadInput.brief(line)
            + "'");
  }

  /// Returns the peer at some work, in a type.
  Contestant contestant(Bench.What what, String shape, String type, int runs) {
    String word =
        switch (what) {
          case GENERATE -> "gen";
          case TRAIN -> "sft";
          case GRPO -> "grpo";
        };
    List<String> command = new ArrayList<>(List.of(python, script.toString(), shape, word));
    command.addAll(List.of("--dtype", type, "--runs", Integer.toString(runs)));
    String name = what == Bench.What.GRPO ? "TRL" : "transformers";
    return new Contestant(name + ", " + type, command);
  }
}
