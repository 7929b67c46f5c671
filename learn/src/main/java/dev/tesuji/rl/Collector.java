package dev.tesuji.rl;

import dev.tesuji.generate.Completion;
import dev.tesuji.generate.Generator;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.Prompt;
import dev.tesuji.generate.Sampling;
import dev.tesuji.kernel.Profile;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Response;
import dev.tesuji.rl.PromptSource.Posed;
import dev.tesuji.text.CompletionText;
import dev.tesuji.weights.LoadedModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Draws completions of the next prompts and has them graded while others are still being drawn.
final class Collector {

  private final LoadedModel model;
  private final CompletionText completionText;
  private final PromptSource prompts;
  private final Grader grader;
  private final RlConfig config;
  private final long seed;

  Collector(LoadedModel model, PromptSource prompts, Grader grader, RlConfig config, long seed) {
    this.model = model;
    this.completionText = model.completionText();
    this.prompts = prompts;
    this.grader = grader;
    this.config = config;
    this.seed = seed;
  }

  /// The completions of one step.
  ///
  /// @param kept the groups to learn from
  /// @param flat groups that were left out: there is nothing to learn from them
  /// @param position the first position of the prompts that was not consumed
  record Collected(List<Group> kept, List<Group> flat, long position) {
    /// Returns all groups, kept or not.
    List<Group> all() {
      List<Group> all = new ArrayList<>(kept);
      all.addAll(flat);
      return all;
    }
  }

  /// Draws the groups of one step, beginning at a position of the prompts.
  Collected collect(long start) {
    boolean filters = config.samplingRounds() > 1 || config.algorithm().alwaysFilters();
    List<Group> kept = new ArrayList<>();
    List<Group> flat = new ArrayList<>();
    long position = start;
    for (int round = 0; round < config.samplingRounds(); round++) {
      int missing = config.promptsPerStep() - kept.size();
      if (missing == 0) {
        break;
      }
      for (Group group : draw(position, missing)) {
        boolean learned = config.algorithm().keeps(group.rewards(), group.accuracy());
        (filters && !learned ? flat : kept).add(group);
      }
      position += missing;
    }
    return new Collected(kept, flat, position);
  }

  private List<Group> draw(long position, int count) {
    List<Prompt> batch = new ArrayList<>();
    Map<Long, Posed> posed = new HashMap<>();
    for (long p = position; p < position + count; p++) {
      Posed next = prompts.at(p);
      posed.put(p, next);
      batch.add(new Prompt(p, next.tokens(), config.groupSize()));
    }
    Limits limits =
        new Limits(
            config.maxNewTokens(),
            model.endTokens(),
            Math.min(Limits.MOST_ROWS, count * config.groupSize()));
    Map<Long, List<Pending>> pending = draw(batch, posed, limits, config.sampling());
    Map<Long, List<Pending>> greedy = Map.of();
    if (config.algorithm().needsGreedyBaseline()) {
      List<Prompt> once = batch.stream().map(p -> new Prompt(p.id(), p.tokens(), 1)).toList();
      greedy = draw(once, posed, limits, Sampling.GREEDY);
    }
    List<Group> groups = new ArrayList<>();
    for (Map.Entry<Long, List<Pending>> group : pending.entrySet()) {
      List<Rollout> rollouts =
          group.getValue().stream()
              .sorted(java.util.Comparator.comparingInt(p -> p.completion().sample()))
              .map(Pending::await)
              .toList();
      List<Pending> best = greedy.get(group.getKey());
      groups.add(
          new Group(
              rollouts.getFirst().graded().response().problem(),
              rollouts,
              best == null ? null : best.getFirst().await()));
    }
    return groups;
  }

  private Map<Long, List<Pending>> draw(
      List<Prompt> batch, Map<Long, Posed> posed, Limits limits, Sampling sampling) {
    Generator generator = new Generator(model.decoder(), sampling, limits, seed);
    Map<Long, List<Pending>> pending = new TreeMap<>();
    generator.generate(
        batch,
        c ->
            pending.computeIfAbsent(c.prompt().id(), _ -> new ArrayList<>()).add(submit(c, posed)));
    return pending;
  }

  /// Hands a completion to the grader, which works on while others are drawn.
  private Pending submit(Completion c, Map<Long, Posed> posed) {
    try (Profile.Span _ = Profile.span("grading")) {
      Posed of = posed.get(c.prompt().id());
      if (of == null) {
        throw new IllegalStateException("a completion of a prompt that was not posed");
      }
      String text = prompts.task().response(completionText.of(c.tokens()));
      return new Pending(
          c, grader.submit(new Response(of.problem(), text, c.tokens(), c.reason())));
    }
  }

  private record Pending(Completion completion, Grader.Pending graded) {
    Rollout await() {
      try (Profile.Span _ = Profile.span("grading")) {
        return new Rollout(completion, graded.await());
      }
    }
  }
}
