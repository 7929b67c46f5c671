package dev.tesuji.train;

import dev.tesuji.json.Json;
import dev.tesuji.statistics.Interval;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Watches a stage's metrics and says when there is no point in going on.
///
/// What it watches for, each for some steps in a row: entropy near that of random text or near
/// zero, completions that run into the length limit, no group with signal. A state that the stage
/// began in is no collapse: entropy and length count only once they have been otherwise. And every
/// some steps it poses held-out problems: the reward must not have risen while what is measured on
/// them fell, beyond what chance explains. The best measurement says which checkpoint to go back
/// to.
///
/// One that only warns adds `guardian/SIGN` to a step's metrics and lets the run go on.
public final class Guardian {
  /// Marks a step at which the reward had risen and what is measured on held-out problems fallen.
  public static final String FELL = "guardian/held_out_fell";

  /// The step of the best measurement so far, among the metrics of a step that was measured.
  public static final String BEST_STEP = "guardian/best_step";

  private final GuardianConfig config;
  private final double highestEntropy; // ln(vocabulary)
  private final @Nullable HeldOutMetric heldOut;
  private final Map<Sign, Streak> streaks = new EnumMap<>(Sign.class);
  private @Nullable Interval best;
  private @Nullable String warning; // the first that nobody has heard
  private boolean warned;
  private int bestStep;
  private double bestReward = Double.NaN; // the mean of the steps up to it
  private double rewards; // summed since the last measurement
  private int rewarded; // steps since then

  /// Signs that a run has gone wrong.
  private enum Sign {
    NOISE,
    COLLAPSE,
    ENDLESS,
    NO_SIGNAL,
    POLICY_COLLAPSE,
    ENDLESS_GAMES,
    PASSES_EARLY
  }

  /// How long a sign has held.
  ///
  /// @param armed whether it has been otherwise before
  /// @param steps how many steps in a row it has held
  private record Streak(boolean armed, int steps) {}

  /// Makes a guardian.
  ///
  /// @param vocabularySize V
  /// @param heldOut what is measured on held-out problems; null to do without
  public Guardian(GuardianConfig config, int vocabularySize, @Nullable HeldOutMetric heldOut) {
    this.config = config;
    this.heldOut = config.measures() ? heldOut : null;
    highestEntropy = Math.log(vocabularySize);
    for (Sign sign : Sign.values()) {
      streaks.put(sign, new Streak(sign == Sign.NO_SIGNAL, 0));
    }
  }

  /// Makes one that only sees to it that numbers are numbers.
  static Guardian ofNumbers() {
    return new Guardian(GuardianConfig.OFF, 2, null);
  }

  /// Measures the policy on held-out problems when it is time to.
  ///
  /// @param step steps made so far
  /// @param metrics takes what was found, [#BEST_STEP] and `timing_s/testing`
  /// @return why the run should halt, in one sentence, or nothing
  Optional<String> measure(int step, Metrics metrics) {
    if (heldOut == null || step % config.heldOutEvery() != 0) {
      return Optional.empty();
    }
    long start = System.nanoTime();
    Interval now = heldOut.measure(metrics);
    metrics.put("timing_s/testing", (System.nanoTime() - start) / 1e9);
    double reward = rewards / rewarded; // NaN before the first step
    rewards = 0;
    rewarded = 0;
    if (best == null || now.mean() > best.mean()) {
      best = now;
      bestStep = step;
      bestReward = reward;
    }
    metrics.put(BEST_STEP, bestStep);
    if (now.high() < best.low() && reward > bestReward) {
      return trouble(FELL, fall(heldOut.name(), reward, best, now), metrics);
    }
    return Optional.empty();
  }

  private String fall(String measured, double reward, Interval from, Interval to) {
    return String.format(
        Locale.ROOT,
        "the reward rose from %.3f to %.3f while the %s on held-out problems fell from %.3f (95 %%"
            + " interval %.3f to %.3f) to %.3f (%.3f to %.3f), so it pays for something else than"
            + " that; mend the rewards",
        bestReward,
        reward,
        measured,
        from.mean(),
        from.low(),
        from.high(),
        to.mean(),
        to.low(),
        to.high());
  }

  /// Marks a step as one of trouble.
  ///
  /// @return why the run should halt; nothing where the guardian only warns
  private Optional<String> trouble(String mark, String why, Metrics metrics) {
    metrics.put(mark, 1);
    return switch (config.action()) {
      case HALT -> Optional.of(why);
      case WARN -> {
        if (!warned) {
          warning = why;
          warned = true;
        }
        yield Optional.empty();
      }
      case OFF -> Optional.empty();
    };
  }

  private static String mark(Sign sign) {
    return "guardian/" + sign.name().toLowerCase(Locale.ROOT);
  }

  /// Returns what the guardian has warned of since this was last asked, the first time that it did.
  Optional<String> takeWarning() {
    Optional<String> taken = Optional.ofNullable(warning);
    warning = null;
    return taken;
  }

  /// Looks at the metrics of a step.
  ///
  /// @return why the run should halt, in one sentence, or nothing
  Optional<String> observe(Metrics m) {
    double reward = m.get("reward");
    if (!Double.isNaN(reward)) {
      bestReward = Double.isNaN(bestReward) ? reward : bestReward;
      rewards += reward;
      rewarded++;
    }
    for (String number : new String[] {"loss", "grad_norm"}) {
      if (Double.isNaN(m.get(number)) && m.get("trained") > 0) {
        return Optional.of(
            "the "
                + (number.equals("loss") ? "loss" : "gradient")
                + " is no longer a finite number; lower the learning rate");
      }
    }
    if (config.action() == GuardianConfig.Action.OFF) {
      return Optional.empty();
    }
    double entropy = m.get("entropy");
    note(Sign.NOISE, entropy, entropy >= config.maxEntropyShare() * highestEntropy);
    note(Sign.COLLAPSE, entropy, entropy <= config.minEntropy());
    double clipped = m.get("completions/clipped_ratio");
    note(Sign.ENDLESS, clipped, clipped >= config.maxClipped());
    double flat = m.get("frac_reward_zero_std");
    note(Sign.NO_SIGNAL, flat, flat == 1 && m.get("env/all/by_group/frac_all_good") < 1);
    noteGames(m);
    return streaks.entrySet().stream()
        .filter(e -> e.getValue().steps() >= config.patience())
        .findFirst()
        .flatMap(e -> trouble(mark(e.getKey()), sentence(e.getKey(), m), m));
  }

  /// Counts for or against the signs of games that two play.
  private void noteGames(Metrics m) {
    double entropy = m.get("games/entropy");
    note(Sign.POLICY_COLLAPSE, entropy, entropy <= config.minEntropy());
    double endless = m.get("games/endless");
    note(Sign.ENDLESS_GAMES, endless, endless >= config.maxClipped());
    double early = m.get("games/passed_early");
    note(Sign.PASSES_EARLY, early, early >= config.maxClipped());
  }

  /// Counts a step for or against a sign; one without the measurement is neither.
  private void note(Sign sign, double measured, boolean holds) {
    Streak streak = streaks.get(sign);
    if (Double.isNaN(measured) || streak == null) {
      return;
    }
    streaks.put(
        sign,
        holds
            ? new Streak(streak.armed(), streak.armed() ? streak.steps() + 1 : 0)
            : new Streak(true, 0));
  }

  private String sentence(Sign sign, Metrics m) {
    String lately = " in each of the last " + config.patience() + " steps";
    return switch (sign) {
      case NOISE ->
          String.format(
              Locale.ROOT,
              "the entropy was near that of random text%s (%.3f, of ln(vocabulary) %.3f); lower the"
                  + " learning rate, or hold the policy back with klCoefficient",
              lately,
              m.get("entropy"),
              highestEntropy);
      case COLLAPSE ->
          String.format(
              Locale.ROOT,
              "the entropy was near zero%s (%.5f), so that all completions of a prompt are the same;"
                  + " lower the learning rate, or raise clipHigh",
              lately,
              m.get("entropy"));
      case ENDLESS ->
          String.format(
              Locale.ROOT,
              "completions ran into the length limit%s (%.0f %% of them); raise maxNewTokens, or pay"
                  + " for ending with an overlong reward",
              lately,
              100 * m.get("completions/clipped_ratio"));
      case NO_SIGNAL ->
          String.format(
              Locale.ROOT,
              "no group had signal%s (all completions of a prompt got the same reward, accuracy"
                  + " %.3f); if there was signal before, lower the learning rate, else take easier"
                  + " problems, a larger groupSize or a better base",
              lately,
              m.get("accuracy"));
      case POLICY_COLLAPSE ->
          String.format(
              Locale.ROOT,
              "the policy's entropy was near zero%s (%.5f), so that all games are the same; lower the"
                  + " learning rate, or raise klCoefficient",
              lately,
              m.get("games/entropy"));
      case ENDLESS_GAMES ->
          String.format(
              Locale.ROOT,
              "games ran into the limit of moves%s (%.0f %% of them), so that they teach nothing about"
                  + " ending; lower the learning rate",
              lately,
              100 * m.get("games/endless"));
      case PASSES_EARLY ->
          String.format(
              Locale.ROOT,
              "both players passed on a board that was nearly empty%s (%.0f %% of the games); set the"
                  + " komi so that neither wins without playing, or lower the learning rate",
              lately,
              100 * m.get("games/passed_early"));
    };
  }

  /// Returns the step of the best measurement on held-out problems; nothing where none was made.
  Optional<Integer> bestStep() {
    return best == null ? Optional.empty() : Optional.of(bestStep);
  }

  /// Says what the best measurement was, such as `accuracy 0.512`.
  String bestMeasured() {
    return best == null || heldOut == null
        ? ""
        : String.format(Locale.ROOT, "%s %.3f", heldOut.name(), best.mean());
  }

  /// Returns what it must remember.
  ObjectNode state() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    streaks.forEach((sign, streak) ->
        json.putObject(sign.name()).put("armed", streak.armed()).put("steps", streak.steps()));
    if (best != null) {
      json.put("best_step", bestStep);
      json.putArray("best").add(best.mean()).add(best.low()).add(best.high());
    }
    json.put("best_reward", Double.isNaN(bestReward) ? null : (Double) bestReward);
    return json.put("rewards", rewards).put("rewarded", rewarded);
  }

  /// Goes back to what [#state] held; a checkpoint without any leaves it as it is.
  void restore(JsonNode state) {
    if (!state.isObject()) {
      return;
    }
    for (Sign sign : Sign.values()) {
      JsonNode s = state.path(sign.name());
      streaks.put(sign, new Streak(s.path("armed").asBoolean(), s.path("steps").asInt()));
    }
    JsonNode b = state.path("best");
    best =
        b.isArray()
            ? new Interval(b.get(0).doubleValue(), b.get(1).doubleValue(), b.get(2).doubleValue())
            : null;
    bestStep = state.path("best_step").asInt();
    bestReward =
        state.path("best_reward").isNumber() ? state.path("best_reward").doubleValue() : Double.NaN;
    rewards = state.path("rewards").asDouble();
    rewarded = state.path("rewarded").asInt();
  }
}
