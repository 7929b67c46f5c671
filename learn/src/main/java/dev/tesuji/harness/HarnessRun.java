package dev.tesuji.harness;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.chat.Conversation;
import dev.tesuji.generate.Completion;
import dev.tesuji.generate.EngineCapacity;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.harness.HarnessTask.Choosing;
import dev.tesuji.harness.HarnessTask.Question;
import dev.tesuji.harness.HarnessTask.Writing;
import dev.tesuji.json.Json;
import dev.tesuji.policy.Policy;
import dev.tesuji.run.Progress;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.tokenized.MicroBatches;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.weights.LoadedModel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Puts a task of the harness to a model.
///
/// @param model the model
/// @param template puts prompts that are answered in writing into conversations; null to leave them
///   as they are
public record HarnessRun(LoadedModel model, @Nullable ChatTemplate template) {
  private static final int TOKENS = 4096; // that are scored at once
  private static final int ROWS = 32; // that are written at once

  /// The result of a task.
  ///
  /// @param items what was found of each item, in their order
  /// @param measures by name, what counts: one truth value or several for each item
  public record Result(List<ObjectNode> items, Map<String, List<Boolean>> measures) {
    /// Copies the list.
    public Result {
      items = List.copyOf(items);
      measures = new LinkedHashMap<>(measures);
    }

    /// Returns the mean of each measure and its standard error.
    public ObjectNode toJson() {
      ObjectNode json = Json.MAPPER.createObjectNode();
      measures.forEach((name, values) -> {
        double n = values.size();
        double mean = values.stream().filter(v -> v).count() / n;
        json.put(name, mean);
        json.put(name + "_stderr", Math.sqrt(mean * (1 - mean) / Math.max(1, n - 1)));
      });
      return json.put("items", items.size());
    }
  }

  /// Puts a task.
  public Result of(HarnessTask task) {
    return switch (task) {
      case Choosing choosing -> choose(choosing);
      case Writing writing -> write(writing);
    };
  }

  private Result choose(Choosing task) {
    List<TokenSequence> sequences = new ArrayList<>();
    for (Question question : task.questions()) {
      question.answers().forEach(a -> sequences.add(sequence(question.context(), " " + a)));
    }
    double[] sums = new double[sequences.size()];
    Policy policy = new Policy(model.decoder(), 1);
    Progress progress = Progress.onConsole(task.name(), sums.length, 0);
    int done = 0;
    for (int[] part : MicroBatches.split(sequences, TOKENS)) {
      List<TokenSequence> batch = Arrays.stream(part).mapToObj(sequences::get).toList();
      float[] logProbs = policy.score(batch).logProbs();
      int at = 0;
      for (int i : part) {
        for (int end = at + sequences.get(i).scored(); at < end; at++) {
          sums[i] += logProbs[at];
        }
      }
      done += part.length;
      progress.update(done, "");
    }
    List<ObjectNode> items = new ArrayList<>();
    Map<String, List<Boolean>> measures = new LinkedHashMap<>();
    int at = 0;
    for (Question question : task.questions()) {
      int count = question.answers().size();
      items.add(chosen(question, Arrays.copyOfRange(sums, at, at + count), measures));
      at += count;
    }
    return new Result(items, measures);
  }

  private static ObjectNode chosen(
      Question question, double[] sums, Map<String, List<Boolean>> measures) {
    ObjectNode item = Json.MAPPER.createObjectNode().put("gold", question.gold());
    ArrayNode list = item.putArray("loglikelihoods");
    double[] perCharacter = new double[sums.length];
    double[] perByte = new double[sums.length];
    for (int i = 0; i < sums.length; i++) {
      list.add(sums[i]);
      String answer = question.answers().get(i);
      perCharacter[i] = sums[i] / answer.codePointCount(0, answer.length());
      perByte[i] = sums[i] / answer.getBytes(StandardCharsets.UTF_8).length;
    }
    put(item, measures, "acc", List.of(best(sums) == question.gold()));
    put(item, measures, "acc_norm", List.of(best(perCharacter) == question.gold()));
    put(item, measures, "acc_bytes", List.of(best(perByte) == question.gold()));
    return item;
  }

  /// Returns the first of the largest.
  private static int best(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private static void put(
      ObjectNode item, Map<String, List<Boolean>> measures, String name, List<Boolean> values) {
    measures.computeIfAbsent(name, _ -> new ArrayList<>()).addAll(values);
    ArrayNode list = item.putArray(name);
    values.forEach(list::add);
  }

  /// Encodes a context and what goes on from it together, spaces at the end of the context with
  /// what follows them; the last positions of the model where there are more tokens.
  private TokenSequence sequence(String context, String continuation) {
    Tokenizer tokenizer = model.requireTokenizer();
    String before = context.stripTrailing();
    int[] all = tokenizer.encodeWithSpecials(context + continuation);
    int shared = tokenizer.encodeWithSpecials(before).length;
    int positions = model.decoder().config().maxPositions();
    int from = Math.max(0, all.length - positions);
    int end = Math.max(1, shared - from);
    return TokenSequence.of(
        Arrays.copyOfRange(all, from, from + end), Arrays.copyOfRange(all, from + end, all.length));
  }

  private Result write(Writing task) {
    Tokenizer tokenizer = model.requireTokenizer();
    Limits limits = new Limits(task.maxNewTokens(), model.endTokens(), Set.of(), task.stops());
    List<GenerationRequest> requests = new ArrayList<>();
    for (HarnessTask.Prompt prompt : task.prompts()) {
      RandomKey key = new RandomKey(0, requests.size());
      requests.add(
          new GenerationRequest(asked(prompt.text(), task), 1, Sampling.GREEDY, limits, key));
    }
    String[] written = new String[requests.size()];
    Progress progress = Progress.onConsole(task.name(), written.length, 0);
    int[] done = {0};
    try (GenerationEngine engine =
        new GenerationEngine(model.decoder(), tokenizer, EngineCapacity.of(requests, ROWS))) {
      for (int i = 0; i < written.length; i++) {
        int index = i;
        engine.submit(
            requests.get(i),
            c -> {
              written[index] = ended(text(c, tokenizer), task.stops());
              progress.update(++done[0], "");
            });
      }
      engine.drain();
    }
    List<ObjectNode> items = new ArrayList<>();
    Map<String, List<Boolean>> measures = new LinkedHashMap<>();
    for (int i = 0; i < written.length; i++) {
      ObjectNode item = Json.MAPPER.createObjectNode().put("response", written[i]);
      task.prompts()
          .get(i)
          .grade()
          .apply(written[i])
          .forEach((name, values) -> put(item, measures, name, values));
      items.add(item);
    }
    return new Result(items, measures);
  }

  private static String text(Completion completion, Tokenizer tokenizer) {
    return tokenizer.decodeContinuation(completion.request().prompt(), completion.tokens());
  }

  private int[] asked(String text, Writing task) {
    Tokenizer tokenizer = model.requireTokenizer();
    int[] ids =
        template == null
            ? tokenizer.encodeWithSpecials(text)
            : tokenizer.encode(template.render(Conversation.of("user", text), true).text());
    int room = Math.max(1, model.decoder().config().maxPositions() - task.maxNewTokens());
    return Arrays.copyOfRange(ids, Math.max(0, ids.length - room), ids.length);
  }

  private static String ended(String text, List<String> stops) {
    String ended = text;
    for (String stop : stops) {
      int at = ended.indexOf(stop);
      ended = at < 0 ? ended : ended.substring(0, at);
    }
    return ended;
  }
}
