package dev.tesuji.overoptimisation;

import dev.tesuji.env.Task;
import dev.tesuji.generate.Completion;
import dev.tesuji.generate.Generator;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.Prompt;
import dev.tesuji.generate.Sampling;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Response;
import dev.tesuji.rl.PromptSource.Posed;
import dev.tesuji.weights.LoadedModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How responses are drawn to be judged.
///
/// @param model who writes them; its weights may move between two draws
/// @param task the problems
/// @param maxNewTokens the length limit of a response
/// @param sampling how tokens are chosen
/// @param seed decides what is drawn
public record Drawing(
    LoadedModel model, Task task, int maxNewTokens, Sampling sampling, long seed) {

  /// A response and what judges said of it, in their order.
  record Drawn(Completion completion, Response response, List<Graded> judgements) {
    /// Says whether every judge could judge it.
    boolean judged() {
      return judgements.stream().allMatch(Graded::trainable);
    }
  }

  private record Pending(Completion completion, Response response, List<Grader.Pending> grades) {
    Drawn await() {
      return new Drawn(completion, response, grades.stream().map(Grader.Pending::await).toList());
    }
  }

  /// Draws responses.
  ///
  /// @param first the number of the first prompt: the same number, problem and sample get the same
  ///   response from the same model
  /// @param samples how many for each prompt
  /// @return them by prompt, in order
  List<List<Drawn>> draw(List<Posed> posed, long first, int samples, List<Grader> judges) {
    List<Prompt> prompts = new ArrayList<>();
    for (Posed p : posed) {
      prompts.add(new Prompt(first + prompts.size(), p.tokens(), samples));
    }
    Limits limits =
        new Limits(
            maxNewTokens, model.endTokens(), Math.min(Limits.MOST_ROWS, prompts.size() * samples));
    Map<Long, List<Pending>> pending = new TreeMap<>();
    new Generator(model.decoder(), sampling, limits, seed)
        .generate(
            prompts,
            c -> {
              Response r = response(posed.get((int) (c.prompt().id() - first)), c);
              pending
                  .computeIfAbsent(c.prompt().id(), _ -> new ArrayList<>())
                  .add(new Pending(c, r, judges.stream().map(j -> j.submit(r)).toList()));
            });
    return pending.values().stream()
        .map(of ->
            of.stream()
                .sorted(Comparator.comparingInt(p -> p.completion().sample()))
                .map(Pending::await)
                .toList())
        .toList();
  }

  private Response response(Posed posed, Completion c) {
    String text = task.response(model.completionText().of(c.tokens()));
    return new Response(posed.problem(), text, c.tokens(), c.reason());
  }
}
