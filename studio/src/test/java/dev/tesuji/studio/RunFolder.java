package dev.tesuji.studio;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// A folder as a run leaves it, small and made up.
final class RunFolder {
  private RunFolder() {}

  /// Makes a run of two steps whose groups have two answers.
  static Path make(Path runs, String name) throws IOException {
    Path run = Files.createDirectories(runs.resolve(name));
    Files.writeString(run.resolve("recipe.yaml"), "name: " + name + "\nseed: 1\n");
    Files.writeString(
        run.resolve("metrics.jsonl"),
        """
        {"stage":"rl","step":1,"reward":0.25,"entropy":1.5,"step_time":2}
        {"stage":"rl","step":2,"reward":0.75,"entropy":1.25,"step_time":3,"guardian/collapse":1}
        """);
    Path rollouts = Files.createDirectories(run.resolve("rollouts/rl"));
    for (int step = 1; step <= 2; step++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 4; i++) {
        text.append(line(step, i));
      }
      Files.writeString(
          rollouts.resolve(String.format(Locale.ROOT, "step-%06d.jsonl", step)), text);
    }
    evaluation(run, "base", "correct", "wrong", "wrong");
    evaluation(run, "rl", "correct", "correct", "correct");
    return run;
  }

  private static String line(int step, int i) {
    return """
    {"step":%d,"problem_id":%d,"source":"sums","prompt":"What is %d + 1?","gold":"%d","completion":"Step %d says answer %d","verdict":"%s","accuracy":%d,"format":0.%d,"reward":%d.5,"advantage":%s,"tokens":%d,"finish_reason":"%s"}
    """
        .formatted(
            step,
            i / 2,
            i / 2,
            i / 2 + 1,
            step,
            i,
            i % 2 == 0 ? "correct" : "wrong",
            1 - i % 2,
            i,
            1 - i % 2,
            i == 3 ? "null" : "1.5",
            10 * step + i,
            i == 1 ? "length" : "eos");
  }

  /// Writes the tokens of a step whose second line reads one token and samples two: the layout that
  /// `dev.tesuji.rollout.TokenFile` writes.
  static void tokens(Path run) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = text("TSJTOK1\n");
    bytes.put(magic);
    bytes.putInt(0).putInt(0); // a first line without tokens, at 8
    bytes.putInt(3).putInt(2).putInt(7).putInt(8).putInt(9); // at 16
    bytes.put((byte) 0).put((byte) 1).put((byte) 1);
    bytes.putFloat(-0.5f).putFloat(-2); // sampler
    bytes.putFloat(-0.25f).putFloat(Float.NaN); // trainer
    bytes.putFloat(1.5f).putFloat(1.5f); // advantages
    long places = bytes.position();
    bytes.putLong(8).putLong(16).putInt(3);
    for (int id = 7; id <= 9; id++) {
      byte[] word = text("<b>" + id);
      bytes.putInt(id).putInt(word.length).put(word);
    }
    bytes.putLong(places).putInt(2).put(magic);
    byte[] all = new byte[bytes.position()];
    bytes.flip().get(all);
    Files.write(run.resolve("rollouts/rl/step-000001.bin"), all);
  }

  private static void evaluation(Path run, String name, String... verdicts) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < verdicts.length; i++) {
      text.append(
          "{\"problem_id\":%d,\"prompt\":\"p%d\",\"gold\":\"1\",\"completion\":\"%s wait\",\"verdict\":\"%s\",\"tokens\":5,\"finish_reason\":\"eos\"}\n"
              .formatted(i, i, name, verdicts[i]));
    }
    Files.createDirectories(run.resolve("evaluations"));
    Files.writeString(run.resolve("evaluations").resolve(name + ".jsonl"), text);
  }

  /// Makes a run whose one file has what models and killed processes leave: scripts, escapes,
  /// direction marks, bytes that are no UTF-8, a line of ten megabytes, halves of lines.
  static Path hostile(Path runs) throws IOException {
    Path run = make(runs, "hostile");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(
        text(
            "{\"step\":3,\"problem_id\":1,\"completion\":\"<script>alert(1)</script><img src=x onerror=alert(2)>\",\"verdict\":\"wrong\"}\n"));
    out.write(
        text(
            "{\"step\":3,\"problem_id\":1,\"completion\":\"\\u001b[31mred \\u202e desrever\",\"verdict\":\"wrong\"}\n"));
    out.write(text("{\"step\":3,\"problem_id\":1,\"completion\":\"broken "));
    out.write(0xFF);
    out.write(text(" byte\",\"verdict\":\"wrong\"}\n"));
    out.write(text("this is no JSON <b>at all</b>\n"));
    out.write(
        text(
            "{\"step\":3,\"problem_id\":1,\"completion\":\"half \\ud800 pair\",\"verdict\":\"wrong\"}\n"));
    out.write(
        text(
            "{\"step\":3,\"problem_id\":1,\"completion\":\""
                + "long ".repeat(2_000_000)
                + "\",\"verdict\":\"wrong\"}\n"));
    out.write(text("{\"step\":3,\"problem_id\":1,\"completion\":\"cut o"));
    Files.write(run.resolve("rollouts/rl/step-000003.jsonl"), out.toByteArray());
    return run;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
