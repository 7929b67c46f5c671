package dev.tesuji.alphago.stage;

import dev.tesuji.alphago.learn.AlphaZeroTrainer;
import dev.tesuji.alphago.net.PolicyValueNet;
import dev.tesuji.play.Game;
import dev.tesuji.random.Purpose;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.stage.RunContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Self-play with search.
///
/// @param settings the settings
/// @param context where it is run
public record AlphaZeroStage(AlphaZeroSettings settings, RunContext context) implements GameStage {
  private static final long BYTES_PER_POSITION = 1500;

  @Override
  public Game game() {
    return settings.game().game();
  }

  @Override
  public long bytes() {
    return settings.play().window() * BYTES_PER_POSITION + (200L << 20);
  }

  @Override
  public Description describe() {
    String positions =
        String.format(
            Locale.ROOT, "%,d positions", (long) settings.steps() * settings.play().positions());
    return new Description("" + settings.steps(), "self-play of " + game().name(), positions);
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from) {
    PolicyValueNet net = Networks.open(from, game(), settings.network(), context, name());
    AlphaZeroTrainer trainer =
        AlphaZeroTrainer.of(
            game(),
            settings.play(),
            net,
            new AlphaZeroTrainer.Run(
                settings.optimizer(),
                settings.steps(),
                context.streams(name()).seed(Purpose.EXAMPLES),
                made -> keep(net, run, made)));
    return new OpenTrainer(
        trainer, List.of(net, trainer), null, () -> Networks.save(net, run, name()));
  }

  private void keep(PolicyValueNet net, RunDirectory run, int stepsMade) {
    if (settings.keeps(stepsMade)) {
      Networks.save(net, run, Networks.snapshot(name(), stepsMade));
    }
  }
}
