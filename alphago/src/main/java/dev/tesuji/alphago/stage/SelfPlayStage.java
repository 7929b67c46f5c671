package dev.tesuji.alphago.stage;

import dev.tesuji.alphago.learn.PolicyGradientTrainer;
import dev.tesuji.alphago.net.PolicyValueNet;
import dev.tesuji.play.Game;
import dev.tesuji.random.Purpose;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.stage.RunContext;
import java.nio.file.Path;
import java.util.List;

/// Self-play by policy gradient.
///
/// @param settings the settings
/// @param context where it is run
public record SelfPlayStage(SelfPlaySettings settings, RunContext context) implements GameStage {
  @Override
  public Game game() {
    return settings.game().game();
  }

  @Override
  public long bytes() {
    return settings.play().games() * (1L << 20) + (200L << 20);
  }

  @Override
  public Description describe() {
    String games = settings.steps() * settings.play().games() + " games";
    return new Description("" + settings.steps(), "self-play of " + game().name(), games);
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from) {
    PolicyValueNet net = Networks.open(from, game(), settings.network(), context, name());
    PolicyGradientTrainer trainer =
        new PolicyGradientTrainer(
            game(),
            settings.play(),
            net,
            new PolicyGradientTrainer.Run(
                settings.optimizer(),
                settings.steps(),
                context.streams(name()).seed(Purpose.EXAMPLES)));
    return new OpenTrainer(
        trainer, List.of(net, trainer), null, () -> Networks.save(net, run, name()));
  }
}
