package dev.tesuji.alphago.stage;

import dev.tesuji.alphago.learn.ImitationTrainer;
import dev.tesuji.alphago.learn.LossWeights;
import dev.tesuji.alphago.learn.NetLearner;
import dev.tesuji.alphago.learn.PolicyGames;
import dev.tesuji.alphago.net.FoldedNet;
import dev.tesuji.alphago.net.NetConfig;
import dev.tesuji.alphago.net.PolicyValueNet;
import dev.tesuji.alphago.search.NetEvaluator;
import dev.tesuji.play.Game;
import dev.tesuji.random.Purpose;
import dev.tesuji.random.Streams;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.stage.RunContext;
import java.nio.file.Path;
import java.util.List;

/// A network that says who wins.
///
/// @param settings the settings
/// @param context where it is run
public record ValueNetStage(ValueNetSettings settings, RunContext context) implements GameStage {
  @Override
  public Game game() {
    return settings.game().game();
  }

  @Override
  public long bytes() {
    return 500L << 20;
  }

  @Override
  public Description describe() {
    String states = settings.wholeGames() ? "all states" : "a state";
    return new Description(
        "" + settings.steps(), states + " of each game", settings.games() + " games");
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from) {
    Streams streams = context.streams(name());
    ImitationTrainer.Data data;
    try (PolicyValueNet policy = Networks.open(from, game(), settings.network(), context, name());
        FoldedNet folded = policy.fold()) {
      long seed = context.recipe().streams().seed(Purpose.COMPLETIONS); // the same for both kinds
      data =
          PolicyGames.play(
              game(), new NetEvaluator(folded), settings.games(), settings.wholeGames(), seed);
    }
    NetConfig config =
        NetConfig.of(game(), settings.network().channels(), settings.network().blocks());
    PolicyValueNet net =
        PolicyValueNet.create(config, Networks.dtype(context), streams.seed(Purpose.WEIGHTS));
    ImitationTrainer trainer =
        new ImitationTrainer(
            data,
            new NetLearner(net, settings.optimizer(), LossWeights.VALUE),
            new ImitationTrainer.Pace(settings.steps(), settings.updates(), settings.batchSize()),
            streams.seed(Purpose.EXAMPLES));
    return new OpenTrainer(
        trainer, List.of(net, trainer), null, () -> Networks.save(net, run, name()));
  }
}
