package dev.tesuji.cluster;

import dev.tesuji.check.Require;
import dev.tesuji.compute.PromptKey;
import dev.tesuji.generate.Completion;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.generate.Steering;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A part of what a job draws, as plain data that any executor turns into the same tokens.
///
/// @param parts the samples, in the order of the requests
record Chunk(List<Part> parts) implements Serializable {
  private static final long serialVersionUID = 1;

  /// Some neighbouring samples of one request.
  ///
  /// @param request the number of the request in the job
  /// @param firstSample the first of the samples, among the request's
  /// @param samples how many they are
  /// @param prompt the prompt's token ids
  /// @param draw how they are drawn
  record Part(int request, int firstSample, int samples, int[] prompt, Draw draw)
      implements Serializable {
    private static final long serialVersionUID = 1;

    /// Returns the request for these samples alone.
    GenerationRequest toRequest() {
      return new GenerationRequest(
          prompt, samples, draw.sampling(), draw.limits(), draw.key(firstSample));
    }
  }

  /// The way in which samples are drawn, without objects that Java cannot write.
  ///
  /// @param filters temperature, top-p, min-p and repetition penalty
  /// @param topK of the sampling
  /// @param maxNewTokens of the limits
  /// @param ends end tokens and stop tokens
  /// @param stopStrings of the limits
  /// @param seeds the seed and the stream of the random key
  /// @param firstSample of the random key
  record Draw(
      double[] filters,
      int topK,
      int maxNewTokens,
      List<Set<Integer>> ends,
      List<String> stopStrings,
      long[] seeds,
      int firstSample)
      implements Serializable {
    private static final long serialVersionUID = 1;

    /// Takes a request apart.
    static Draw of(GenerationRequest request) {
      Sampling s = request.sampling();
      Limits l = request.limits();
      RandomKey k = request.key();
      return new Draw(
          new double[] {s.temperature(), s.topP(), s.minP(), s.repetitionPenalty()},
          s.topK(),
          l.maxNewTokens(),
          List.of(l.endTokens(), l.stopTokens()),
          l.stopStrings(),
          new long[] {k.seed(), k.stream()},
          k.firstSample());
    }

    Sampling sampling() {
      return new Sampling(filters[0], topK, filters[1], filters[2], filters[3]);
    }

    Limits limits() {
      return new Limits(maxNewTokens, ends.get(0), ends.get(1), stopStrings);
    }

    RandomKey key(int offset) {
      return new RandomKey(seeds[0], seeds[1], firstSample + offset);
    }
  }

  /// The samples of a chunk.
  ///
  /// @param refusal why the executor may not draw for this run; empty where it may
  /// @param completions in any order
  /// @param by who drew them
  record Drawn(String refusal, List<Sample> completions, Attempt by) implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /// A completion.
  ///
  /// @param request the number of the request in the job
  /// @param sample which of the request's samples
  /// @param reason the name of why it ended
  record Sample(int request, int sample, int[] tokens, float[] logProbs, String reason)
      implements Serializable {
    private static final long serialVersionUID = 1;

    static Sample of(Part part, Completion c) {
      return new Sample(
          part.request(),
          part.firstSample() + c.sample(),
          c.tokens(),
          c.logProbs(),
          c.reason().name());
    }
  }

  /// Refuses what cannot be sent.
  ///
  /// @throws IllegalArgumentException when a request has what a rollout never has
  static void requirePlain(GenerationRequest request) {
    Require.that(
        request.steering().equals(Steering.NONE)
            && request.topLogProbs() == 0
            && request.promptKey().equals(PromptKey.PLAIN),
        "request",
        "without steering, alternatives and adapters to be drawn on a fleet",
        request.steering());
  }

  /// Cuts the samples of requests, end to end, into chunks that are as even as can be: where the
  /// cuts are changes nothing of what is drawn.
  ///
  /// @param most how many chunks there are, or fewer where there are fewer samples
  static List<Chunk> cut(List<GenerationRequest> requests, int most) {
    long all = requests.stream().mapToLong(GenerationRequest::samples).sum();
    int count = (int) Math.min(most, all);
    List<Chunk> chunks = new ArrayList<>();
    int request = 0;
    int sample = 0;
    for (int c = 0; c < count; c++) {
      long left = all * (c + 1) / count - all * c / count;
      List<Part> parts = new ArrayList<>();
      while (left > 0) {
        GenerationRequest next = requests.get(request);
        int some = (int) Math.min(left, next.samples() - sample);
        parts.add(new Part(request, sample, some, next.prompt(), Draw.of(next)));
        left -= some;
        sample += some;
        if (sample == next.samples()) {
          request++;
          sample = 0;
        }
      }
      chunks.add(new Chunk(parts));
    }
    return chunks;
  }

  /// Returns how many samples it has.
  int samples() {
    return parts.stream().mapToInt(Part::samples).sum();
  }
}
