package dev.tesuji.rejection;

import dev.tesuji.env.Segment;
import dev.tesuji.env.Trajectory;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.text.CompletionText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/// Writes a sample of several turns: a line for each, whose prompt is all that the policy had read
/// and written before, so that fine-tuning learns what it wrote and nothing that it read.
final class TurnLines {
  /// The field that tells the turns of a sample apart, from 1.
  static final String TURN = "turn";

  /// The field of the last turn's line with everything that the policy wrote.
  static final String TRANSCRIPT = "transcript";

  private TurnLines() {}

  /// Makes the lines of a sample.
  ///
  /// @param whole the sample's line, whose prompt and completion are replaced
  static List<ObjectNode> of(ObjectNode whole, Trajectory trajectory, CompletionText text) {
    List<ObjectNode> lines = new ArrayList<>();
    int[] before = {};
    for (Segment s : trajectory.segments()) {
      if (s.learned()) {
        ObjectNode line = whole.deepCopy();
        line.put("prompt", text.tokenizer().decodeWithSpecials(before));
        line.put("completion", text.of(s.ids())).put(TURN, lines.size() + 1);
        if (lines.size() + 1 == trajectory.turns()) {
          line.put(TRANSCRIPT, whole.path("completion").asString(""));
        } else {
          line.put("finish_reason", FinishReason.EOS.toString());
        }
        lines.add(line);
      }
      int[] read = s.anew() ? new int[0] : before;
      before = IntStream.concat(Arrays.stream(read), Arrays.stream(s.ids())).toArray();
    }
    return lines;
  }
}
