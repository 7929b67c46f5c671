package dev.tesuji.alphago.stage;

import dev.tesuji.alphago.net.NetConfig;
import dev.tesuji.alphago.net.PolicyValueNet;
import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.play.Game;
import dev.tesuji.random.Purpose;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.stage.RunContext;
import dev.tesuji.tensor.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The networks of a run.
final class Networks {
  private Networks() {}

  /// Returns the type that towers compute in: bfloat16, unless the recipe says float32.
  static Dtype dtype(RunContext context) {
    return context.recipe().computeType(Dtype.BFLOAT16);
  }

  /// Loads the network that a stage starts from, or makes one where it starts from nothing.
  ///
  /// @param from where an earlier stage has put it
  static PolicyValueNet open(
      Path from, Game game, NetworkSettings settings, RunContext context, String stage) {
    if (!Files.exists(from.resolve("config.json"))) {
      NetConfig config = NetConfig.of(game, settings.channels(), settings.blocks());
      long seed = context.streams(stage).seed(Purpose.WEIGHTS);
      return PolicyValueNet.create(config, dtype(context), seed);
    }
    return load(from, game, context);
  }

  /// Loads a network that must know a game.
  static PolicyValueNet load(Path directory, Game game, RunContext context) {
    PolicyValueNet net = PolicyValueNet.load(directory, dtype(context));
    String refusal = net.config().refusal(game);
    if (!refusal.isEmpty()) {
      net.close();
      throw new BadInput(directory + ": " + refusal);
    }
    return net;
  }

  /// Returns the name of what a stage had made after some steps; 0 for all of them.
  static String snapshot(String stage, int steps) {
    return steps == 0 ? stage : stage + "-step-" + steps;
  }

  /// Writes what a stage has made.
  static void save(PolicyValueNet net, RunDirectory run, String stage) {
    Path folder = run.model(stage);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw SafeFiles.failed(folder, e);
    }
    net.save(folder);
  }
}
