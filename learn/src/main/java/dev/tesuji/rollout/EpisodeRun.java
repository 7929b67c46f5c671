package dev.tesuji.rollout;

import static java.util.Objects.requireNonNull;

import dev.tesuji.answer.Verdict;
import dev.tesuji.env.Ending;
import dev.tesuji.env.Env;
import dev.tesuji.env.Episode;
import dev.tesuji.env.Segment;
import dev.tesuji.env.Step;
import dev.tesuji.env.Trajectory;
import dev.tesuji.env.Turn;
import dev.tesuji.generate.Completion;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Response;
import dev.tesuji.text.CompletionText;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// An episode under way: what has been read and sampled of it, and what the environment says.
///
/// Turns are noted on the thread that drives; the environment answers and judges respond on
/// another, one turn at a time.
final class EpisodeRun {
  final GroupRun group;
  final int sample;
  private final Env env;
  private final PosedProblem posed;
  private final Episode episode;
  private Trajectory trajectory;
  private CompletableFuture<Step> answer = new CompletableFuture<>(); // to the last turn
  private volatile @Nullable Graded graded;
  private volatile Ending ending = Ending.ANSWERED;
  private final List<Double> points = new ArrayList<>(); // of the turns; guarded by itself

  EpisodeRun(GroupRun group, int sample, Env env, CompletionText text) {
    this.group = group;
    this.sample = sample;
    this.env = env;
    posed = group.posed();
    episode = env.reset(posed.problem(), text);
    trajectory = Trajectory.of(posed.prompt());
    if (posed.prefill().length > 0) {
      trajectory = trajectory.append(Segment.read(posed.prefill()));
    }
  }

  Trajectory trajectory() {
    return trajectory;
  }

  /// Notes what the policy wrote, and has the environment answer.
  void take(Completion turn, Helpers helpers) {
    trajectory = trajectory.append(Segment.sampled(turn.tokens(), turn.logProbs()));
    int[] begun = trajectory.turns() == 1 ? posed.prefill() : new int[0];
    answer(new Turn(joined(begun, turn.tokens()), turn.reason()), helpers);
  }

  /// Has the environment end an episode for whose next turn there is no room.
  void cutOff(Helpers helpers) {
    answer(new Turn(new int[0], FinishReason.LENGTH), helpers);
  }

  /// Those who work on an episode besides the thread that drives.
  ///
  /// @param threads run the environment and the judge
  /// @param judge grades the response when the episode is over
  /// @param answered is told, on any thread, when the environment has answered a turn or failed
  record Helpers(Executor threads, Judge judge, Consumer<EpisodeRun> answered) {}

  private void answer(Turn turn, Helpers helpers) {
    CompletableFuture<Step> answered = new CompletableFuture<>();
    answer = answered;
    helpers.threads.execute(() -> {
      try {
        Step step = episode.step(turn);
        switch (step) {
          case Step.Observation _ -> requireMore(turn);
          case Step.End _ -> {}
        }
        synchronized (points) {
          points.add(step.points());
        }
        answered.complete(step);
        helpers.answered.accept(this);
        if (step instanceof Step.End end) {
          ending = end.ending();
          graded = judged(end, turn, helpers.judge);
          group.finishedOne();
        }
      } catch (RuntimeException | Error e) {
        if (answered.completeExceptionally(e)) {
          helpers.answered.accept(this);
        }
        group.failed(e);
      }
    });
  }

  /// Has a response judged; one of an episode that ended through no fault of the policy is not.
  private Graded judged(Step.End end, Turn turn, Judge judge) {
    Response response = new Response(posed.problem(), end.response(), written(), turn.reason());
    if (!end.ending().isOurs()) {
      return judge.judge(response);
    }
    String trouble = end.ending() + (end.trouble().isEmpty() ? "" : ": " + end.trouble());
    return Graded.withheld(response, Verdict.VERIFIER_ERROR, trouble);
  }

  private void requireMore(Turn turn) {
    if (turn.reason() == FinishReason.LENGTH || trajectory.turns() >= env.turns()) {
      throw new IllegalStateException(
          "an environment must end an episode after a turn that was cut off and after "
              + env.turns()
              + " turns, and went on after turn "
              + trajectory.turns());
    }
  }

  /// Waits for the environment's answer to the last turn; notes an observation.
  ///
  /// @return whether the policy has another turn
  boolean awaitObservation() {
    if (!(answer.exceptionally(_ -> new Step.End("")).join() instanceof Step.Observation read)) {
      return false;
    }
    int[] ids = read.tokens();
    trajectory = trajectory.append(read.anew() ? Segment.anew(ids) : Segment.read(ids));
    return true;
  }

  /// Returns the policy's own tokens, with those that its first turn was begun with.
  private int[] written() {
    return joined(posed.prefill(), trajectory.sampled());
  }

  private static int[] joined(int[] first, int[] second) {
    return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
  }

  Rollout rollout() {
    double[] ofTurns = new double[trajectory.turns()];
    synchronized (points) { // a turn for which there was no room has points and no tokens
      for (int i = 0; i < points.size(); i++) {
        ofTurns[Math.min(i, ofTurns.length - 1)] += points.get(i);
      }
    }
    Graded found = requireNonNull(graded, "every episode of the group is judged");
    return new Rollout(trajectory, found, null, ofTurns, ending);
  }

  void close() {
    episode.close();
  }
}
