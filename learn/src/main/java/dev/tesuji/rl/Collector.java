package dev.tesuji.rl;

import dev.tesuji.generate.Completion;
import dev.tesuji.generate.Generator;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.Prompt;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Response;
import dev.tesuji.rl.PromptSource.Posed;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.LoadedModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Draws completions of the next prompts and has them graded while others are still being drawn.
final class Collector {
  private static final int MOST_ROWS = 512;

  private final LoadedModel model;
  private final Tokenizer tokenizer;
  private final PromptSource prompts;
  private final Grader grader;
  private final RlConfig config;
  private final long seed;

  Collector(LoadedModel model, PromptSource prompts, Grader grader, RlConfig config, long seed) {
    this.model = model;
    this.tokenizer = model.requireTokenizer();
    this.prompts = prompts;
    this.grader = grader;
    this.config = config;
    this.seed = seed;
  }

  /// The completions of one step.
  ///
  /// @param kept the groups to learn from
  /// @param flat groups that were left out because all of their rewards are the same
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
    List<Group> kept = new ArrayList<>();
    List<Group> flat = new ArrayList<>();
    long position = start;
    for (int round = 0; round < config.samplingRounds(); round++) {
      int missing = config.promptsPerStep() - kept.size();
      if (missing == 0) {
        break;
      }
      for (Group group : draw(position, missing)) {
        boolean leftOut = config.samplingRounds() > 1 && group.isFlat();
        (leftOut ? flat : kept).add(group);
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
            Math.min(MOST_ROWS, count * config.groupSize()));
    Generator generator = new Generator(model.decoder(), config.sampling(), limits, seed);
    Map<Long, List<Pending>> pending = new TreeMap<>();
    generator.generate(
        batch,
        c -> {
          Posed of = posed.get(c.prompt().id());
          if (of == null) {
            throw new IllegalStateException("a completion of a prompt that was not posed");
          }
          Response response =
              new Response(
                  of.problem(),
                  prompts.task().response(tokenizer.decode(c.tokens())),
                  c.tokens(),
                  c.reason());
          pending
              .computeIfAbsent(c.prompt().id(), _ -> new ArrayList<>())
              .add(new Pending(c, grader.submit(response)));
        });
    List<Group> groups = new ArrayList<>();
    for (List<Pending> group : pending.values()) {
      List<Rollout> rollouts =
          group.stream()
              .sorted(java.util.Comparator.comparingInt(p -> p.completion().sample()))
              .map(Pending::await)
              .toList();
      groups.add(new Group(rollouts.getFirst().graded().response().problem(), rollouts));
    }
    return groups;
  }

  private record Pending(Completion completion, Grader.Pending graded) {
    Rollout await() {
      Graded g = graded.await();
      return new Rollout(completion, g);
    }
  }
}
