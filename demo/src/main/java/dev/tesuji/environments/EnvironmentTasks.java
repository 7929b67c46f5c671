package dev.tesuji.environments;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.env.DialogueTask;
import dev.tesuji.env.HistoryMode;
import dev.tesuji.env.Task;
import dev.tesuji.programming.CodeTask;
import dev.tesuji.recipe.CodeTaskConfig;
import dev.tesuji.recipe.Speech;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.stage.Registry;
import dev.tesuji.yaml.Named;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The environments that ship with Tesuji, in recipes.
public sealed interface EnvironmentTasks extends TaskConfig.Speaking {
  /// Adds the environments to a registry.
  static Registry addTo(Registry registry) {
    return registry
        .with(TaskConfig.class, WordleGame.class)
        .with(TaskConfig.class, MergingGame.class)
        .with(TaskConfig.class, CellarGame.class)
        .with(TaskConfig.class, TicTacToeGame.class)
        .with(TaskConfig.class, LibraryQuestions.class)
        .with(TaskConfig.class, DebuggedPrograms.class);
  }

  /// A word of five letters that is found by guessing ([Wordle]).
  ///
  /// @param guesses the most guesses
  @Named("wordle")
  record WordleGame(int guesses, @Unwrapped Speech speech) implements EnvironmentTasks {
    /// The usual settings, in plain texts.
    public static final WordleGame DEFAULT =
        new WordleGame(Wordle.DEFAULT.guesses(), Speech.DEFAULT);

    @Override
    public Wordle open(@Nullable Path data) {
      return new Wordle(guesses);
    }
  }

  /// Tiles that slide and merge ([Merging]).
  ///
  /// @param target the tile that wins, a power of two
  /// @param moves the most moves
  @Named("2048")
  record MergingGame(int target, int moves, @Unwrapped Speech speech) implements EnvironmentTasks {
    /// The usual settings, in plain texts.
    public static final MergingGame DEFAULT =
        new MergingGame(Merging.DEFAULT.target(), Merging.DEFAULT.moves(), Speech.DEFAULT);

    @Override
    public Merging open(@Nullable Path data) {
      return new Merging(target, moves);
    }
  }

  /// A text game: a chest and its key in some rooms ([Cellar]).
  ///
  /// @param side how many rooms the grid is wide and deep
  /// @param moves the most moves
  @Named("cellar")
  record CellarGame(int side, int moves, @Unwrapped Speech speech) implements EnvironmentTasks {
    /// The usual settings, in plain texts.
    public static final CellarGame DEFAULT =
        new CellarGame(Cellar.DEFAULT.side(), Cellar.DEFAULT.moves(), Speech.DEFAULT);

    @Override
    public Cellar open(@Nullable Path data) {
      return new Cellar(side, moves);
    }
  }

  /// Tic-tac-toe against a pool of players, the policy's earlier selves among them ([TicTacToe]).
  ///
  /// @param strengths with which probability, in percent, each player of the pool plays the best
  ///   move
  /// @param opponents earlier policies of the pool: `self` is the model that the stage begins with,
  ///   another name that of an earlier stage, else a model's directory
  /// @param selves after how many steps of its own stage the policy joins the pool, as it is then;
  ///   0 for never
  @Named("ticTacToe")
  record TicTacToeGame(
      List<Integer> strengths, List<String> opponents, int selves, @Unwrapped Speech speech)
      implements EnvironmentTasks {
    /// The usual settings, in plain texts.
    public static final TicTacToeGame DEFAULT =
        new TicTacToeGame(TicTacToe.DEFAULT.strengths(), List.of(), 0, Speech.DEFAULT);

    private static final String SELF = "self";

    /// Copies the lists.
    public TicTacToeGame {
      strengths = List.copyOf(strengths);
      opponents = List.copyOf(opponents);
      Require.that(
          opponents.isEmpty() || speech.equals(Speech.DEFAULT),
          "opponents",
          "absent unless texts are plain: earlier policies read plain texts",
          opponents);
      Require.atLeast(0, "selves", selves);
      Require.that(
          selves == 0 || speech.equals(Speech.DEFAULT),
          "selves",
          "0 unless texts are plain: earlier policies read plain texts",
          selves);
    }

    @Override
    public TicTacToe open(@Nullable Path data) {
      return new TicTacToe(
          strengths, opponents.stream().map(Path::of).toList(), new Selves(selves, null));
    }

    @Override
    public Task open(@Nullable Path data, @Nullable Path model) {
      if ((opponents.isEmpty() && selves == 0)
          || model == null) { // without a model nothing is played
        return EnvironmentTasks.super.open(data, model);
      }
      return new TicTacToe(
          strengths,
          opponents.stream().map(name -> named(name, model)).toList(),
          new Selves(selves, model));
    }

    private static Path named(String name, Path model) {
      Path stage = model.resolveSibling(name);
      return name.equals(SELF) ? model : Files.isDirectory(stage) ? stage : Path.of(name);
    }
  }

  /// Questions that a search answers ([Library]).
  ///
  /// @param people how many pages are about people
  /// @param passages how many passages a search gives
  /// @param searches the most turns
  @Named("library")
  record LibraryQuestions(int people, int passages, int searches, @Unwrapped Speech speech)
      implements EnvironmentTasks {
    /// The usual settings, in plain texts.
    public static final LibraryQuestions DEFAULT =
        new LibraryQuestions(
            Library.DEFAULT.people(),
            Library.DEFAULT.passages(),
            Library.DEFAULT.searches(),
            Speech.DEFAULT);

    @Override
    public Library open(@Nullable Path data) {
      return new Library(people, passages, searches);
    }
  }

  /// Programming problems with a debugger loop ([Debugger]): those of the kind `code`, written
  /// again until their tests pass.
  ///
  /// @param attempts the most programs
  /// @param code how problems are read and programs run, as of the kind `code`
  @Named("debugger")
  record DebuggedPrograms(int attempts, @Unwrapped CodeTaskConfig.Code code, HistoryMode history)
      implements EnvironmentTasks {
    /// Four programs.
    public static final DebuggedPrograms DEFAULT =
        new DebuggedPrograms(4, CodeTaskConfig.Code.DEFAULT, HistoryMode.AS_TEMPLATE);

    /// Checks the range.
    public DebuggedPrograms {
      Require.atLeast(1, "attempts", attempts);
    }

    @Override
    public Speech speech() {
      return Speech.DEFAULT;
    }

    @Override
    public String template() {
      return code.template();
    }

    @Override
    public HistoryMode history() {
      return history;
    }

    @Override
    public DialogueTask open(@Nullable Path data) {
      return new Debugger((CodeTask) code.open(data), attempts);
    }
  }
}
