package dev.tesuji.env;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Everything that a policy read and sampled in an episode, in its order.
///
/// It only ever grows at its end, and its tokens are those that went through the model: nothing is
/// decoded and encoded again. Where the history was written again and became another, the policy's
/// context begins anew: what it sampled before stays, and is learned from in the context that it
/// was sampled in.
///
/// @param segments its stretches; the first is the prompt
public record Trajectory(List<Segment> segments) {
  /// Copies the list and checks that it begins with something to read.
  public Trajectory {
    segments = List.copyOf(segments);
    if (segments.isEmpty() || segments.getFirst().learned()) {
      throw new IllegalArgumentException("a trajectory must begin with what the policy reads");
    }
  }

  /// Makes the trajectory that is a prompt.
  public static Trajectory of(int[] prompt) {
    return new Trajectory(List.of(Segment.read(prompt)));
  }

  /// Returns it with one more stretch.
  public Trajectory append(Segment segment) {
    return new Trajectory(Stream.concat(segments.stream(), Stream.of(segment)).toList());
  }

  /// Returns the prompt.
  public int[] prompt() {
    return segments.getFirst().ids();
  }

  /// Returns what the policy reads before its next turn: all tokens since its context last began.
  public int[] context() {
    int from = 0;
    for (int i = 0; i < segments.size(); i++) {
      from = segments.get(i).anew() ? i : from;
    }
    return segments.stream().skip(from).flatMapToInt(s -> IntStream.of(s.ids())).toArray();
  }

  /// Returns where the policy's contexts begin among all tokens, ascending from 0.
  public int[] starts() {
    IntStream.Builder starts = IntStream.builder().add(0);
    int at = 0;
    for (Segment s : segments) {
      if (s.anew()) {
        starts.add(at);
      }
      at += s.ids().length;
    }
    return starts.build().toArray();
  }

  /// Returns how many tokens the policy sampled in each of its turns.
  public int[] turnLengths() {
    return segments.stream().filter(Segment::learned).mapToInt(s -> s.ids().length).toArray();
  }

  /// Returns all tokens.
  public int[] ids() {
    return segments.stream().flatMapToInt(s -> IntStream.of(s.ids())).toArray();
  }

  /// Returns the tokens that the policy sampled, turn after turn.
  public int[] sampled() {
    return segments.stream()
        .filter(Segment::learned)
        .flatMapToInt(s -> IntStream.of(s.ids()))
        .toArray();
  }

  /// Returns log π of the sampled tokens.
  public float[] logProbs() {
    float[] all = new float[sampledLength()];
    int at = 0;
    for (Segment s : segments) {
      System.arraycopy(s.logProbs(), 0, all, at, s.logProbs().length);
      at += s.logProbs().length;
    }
    return all;
  }

  /// Returns the loss mask: per token, whether it is learned from.
  public boolean[] mask() {
    boolean[] mask = new boolean[length()];
    int at = 0;
    for (Segment s : segments) {
      Arrays.fill(mask, at, at + s.ids().length, s.learned());
      at += s.ids().length;
    }
    return mask;
  }

  /// Returns how many tokens it has.
  public int length() {
    return segments.stream().mapToInt(s -> s.ids().length).sum();
  }

  /// Returns how many of them the policy sampled.
  public int sampledLength() {
    return segments.stream().mapToInt(s -> s.logProbs().length).sum();
  }

  /// Returns how many turns the policy had.
  public int turns() {
    return (int) segments.stream().filter(Segment::learned).count();
  }
}
