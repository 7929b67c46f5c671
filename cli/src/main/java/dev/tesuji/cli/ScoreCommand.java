package dev.tesuji.cli;

import dev.tesuji.json.JsonLines;
import dev.tesuji.policy.Policy;
import dev.tesuji.rewardmodel.RewardModel;
import dev.tesuji.run.Progress;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.tokenized.MicroBatches;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.weights.LoadedModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Scores texts.
@Command(
    name = "score",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Computes log-probabilities of given texts or token ids, or a reward model's scores.",
    description = {
      "",
      "A line has 'prompt' and 'completion' (texts; the completion's tokens are scored), or"
          + " 'input_ids' alone (every token after the first is scored). The answer adds 'logprobs',"
          + " one per scored token, and 'nll', the mean of their negatives.",
      "Of a reward model the answer adds 'score'; after a completion its end token is read too.",
      "",
      "  ./tesuji score --model DIR --in in.jsonl --out out.jsonl",
      ""
    })
final class ScoreCommand implements Runnable {
  private static final int TOKENS = 4096;

  @Mixin ModelOptions model = new ModelOptions();
  @Mixin FileOptions files = new FileOptions();

  @Override
  public void run() {
    List<JsonLines.Row> rows = files.read();
    if (model.isReward()) {
      rewards(rows);
      return;
    }
    try (LoadedModel loaded = model.load()) {
      List<TokenSequence> sequences = rows.stream().map(row -> sequence(row, loaded)).toList();
      Policy policy = new Policy(loaded.decoder(), 1);
      ObjectNode[] lines = new ObjectNode[rows.size()];
      Progress progress = Progress.onConsole("score", lines.length, 0);
      int done = 0;
      for (int[] part : MicroBatches.split(sequences, TOKENS)) {
        List<TokenSequence> batch = Arrays.stream(part).mapToObj(sequences::get).toList();
        float[] logProbs = policy.score(batch).logProbs();
        int at = 0;
        for (int i : part) {
          int n = sequences.get(i).scored();
          lines[i] = line(rows.get(i), Arrays.copyOfRange(logProbs, at, at + n));
          at += n;
        }
        done += part.length;
        progress.update(done, "");
      }
      files.write(new ArrayList<>(Arrays.asList(lines)));
    }
  }

  private void rewards(List<JsonLines.Row> rows) {
    try (RewardModel reward = model.loadReward()) {
      LoadedModel trunk = reward.trunk();
      List<int[]> texts = rows.stream().map(row -> ended(row, trunk)).toList();
      float[] scores = reward.score(texts);
      List<ObjectNode> lines = new ArrayList<>();
      for (int i = 0; i < scores.length; i++) {
        lines.add(rows.get(i).fields().deepCopy().put("score", scores[i]));
      }
      files.write(lines);
    }
  }

  /// Returns what a reward model reads: token ids as they are, a prompt and a completion with their
  /// end.
  private static int[] ended(JsonLines.Row row, LoadedModel loaded) {
    int[] ids = sequence(row, loaded).ids();
    if (row.ids("input_ids") != null) {
      return ids;
    }
    int[] ended = Arrays.copyOf(ids, ids.length + 1);
    ended[ids.length] = loaded.endToken();
    return ended;
  }

  private static TokenSequence sequence(JsonLines.Row row, LoadedModel loaded) {
    TokenSequence sequence = read(row, loaded);
    int positions = loaded.decoder().config().maxPositions();
    TokenIds.check(row, sequence.ids(), loaded.decoder().config());
    if (sequence.length() > positions) {
      throw row.bad(
          "has "
              + sequence.length()
              + " tokens, more than the model's "
              + positions
              + " positions");
    }
    return sequence;
  }

  private static TokenSequence read(JsonLines.Row row, LoadedModel loaded) {
    int[] ids = row.ids("input_ids");
    if (ids != null) {
      TokenIds.check(row, ids, loaded.decoder().config());
      return TokenSequence.whole(ids);
    }
    if (row.text("prompt") == null || row.text("completion") == null) {
      throw row.bad("needs 'prompt' and 'completion' (texts) or 'input_ids' (a list of token ids)");
    }
    Tokenizer tokenizer = loaded.requireTokenizer();
    String prompt = row.requireText("prompt");
    int[] promptIds = tokenizer.encodeWithSpecials(prompt);
    if (promptIds.length == 0) {
      throw row.bad("the prompt has no tokens; give it at least one");
    }
    return TokenSequence.of(
        promptIds, tokenizer.encodeContinuation(prompt, promptIds, row.requireText("completion")));
  }

  private static ObjectNode line(JsonLines.Row row, float[] logProbs) {
    ObjectNode line = row.fields().deepCopy();
    ArrayNode list = line.putArray("logprobs");
    double sum = 0;
    for (float l : logProbs) {
      list.add(l);
      sum -= l;
    }
    if (logProbs.length == 0) {
      line.putNull("nll");
    } else {
      line.put("nll", sum / logProbs.length);
    }
    return line;
  }
}
