package dev.tesuji.alphago.stage;

import dev.tesuji.alphago.learn.Example;
import dev.tesuji.alphago.learn.GameFile;
import dev.tesuji.alphago.learn.ImitationTrainer;
import dev.tesuji.alphago.learn.LossWeights;
import dev.tesuji.alphago.learn.NetLearner;
import dev.tesuji.alphago.learn.PlayedGame;
import dev.tesuji.alphago.net.PolicyValueNet;
import dev.tesuji.check.BadInput;
import dev.tesuji.play.Game;
import dev.tesuji.play.GameState;
import dev.tesuji.random.Purpose;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.stage.RunContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Imitation of a teacher.
///
/// @param settings the settings
/// @param context where it is run
public record ImitationStage(ImitationSettings settings, RunContext context) implements GameStage {
  private static final int HELD_OUT = 10; // one game of so many

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
    return new Description("" + settings.steps(), "games of stage " + settings.games(), "");
  }

  @Override
  public OpenTrainer open(RunDirectory run, Path from) {
    Path file = run.data(settings.games()).resolve(TeacherGamesStage.FILE);
    ImitationTrainer.Data data = data(GameFile.read(file, game()));
    if (data.train().isEmpty()) {
      throw new BadInput(file + ": must have games to learn from, got none");
    }
    PolicyValueNet net = Networks.open(from, game(), settings.network(), context, name());
    NetLearner learner = new NetLearner(net, settings.optimizer(), LossWeights.DEFAULT);
    ImitationTrainer trainer =
        new ImitationTrainer(
            data,
            learner,
            new ImitationTrainer.Pace(settings.steps(), settings.updates(), settings.batchSize()),
            context.streams(name()).seed(Purpose.EXAMPLES));
    return new OpenTrainer(
        trainer, List.of(net, trainer), null, () -> Networks.save(net, run, name()));
  }

  private ImitationTrainer.Data data(List<PlayedGame> games) {
    List<Example> train = new ArrayList<>();
    List<Example> heldOut = new ArrayList<>();
    int used = 0;
    for (PlayedGame game : games) {
      if (game.number() % HELD_OUT == HELD_OUT - 1) {
        heldOut.addAll(examples(game));
      } else if (used < settings.use()) {
        train.addAll(examples(game));
        used++;
      }
    }
    return new ImitationTrainer.Data(train, heldOut);
  }

  /// Returns what the teacher did at each state, but for the opening.
  private static List<Example> examples(PlayedGame game) {
    List<GameState> states = game.states();
    List<Example> examples = new ArrayList<>();
    for (int i = game.opening(); i + 1 < states.size(); i++) {
      int action = states.get(i + 1).lastAction();
      examples.add(Example.of(states.get(i), action, 1, game.outcome()));
    }
    return examples;
  }
}
