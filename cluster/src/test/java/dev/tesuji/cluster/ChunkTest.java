package dev.tesuji.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChunkTest {
  private static final Limits LIMITS = new Limits(7, Set.of(2, 3), Set.of(5), List.of("stop"));
  private static final Sampling SAMPLING = new Sampling(0.7, 11, 0.9, 0.05, 1.1);

  private static GenerationRequest request(int stream, int samples) {
    RandomKey key = new RandomKey(9, stream, 100);
    return new GenerationRequest(new int[] {stream, 1}, samples, SAMPLING, LIMITS, key);
  }

  private static List<String> samples(List<Chunk> chunks) {
    List<String> all = new ArrayList<>();
    for (Chunk chunk : chunks) {
      for (Chunk.Part part : chunk.parts()) {
        for (int s = 0; s < part.samples(); s++) {
          all.add(part.request() + "/" + (part.firstSample() + s));
        }
      }
    }
    return all;
  }

  @Test
  void everySampleIsInOneChunkHoweverManyThereAre() {
    List<GenerationRequest> requests = List.of(request(0, 3), request(1, 1), request(2, 4));
    List<String> all = List.of("0/0", "0/1", "0/2", "1/0", "2/0", "2/1", "2/2", "2/3");
    for (int most = 1; most <= 12; most++) {
      List<Chunk> chunks = Chunk.cut(requests, most);
      assertThat(samples(chunks)).isEqualTo(all);
      assertThat(chunks).hasSize(Math.min(most, 8));
      assertThat(chunks).extracting(Chunk::samples).allMatch(n -> n >= 1);
    }
  }

  @Test
  void chunksDifferByOneSampleAtMost() {
    assertThat(Chunk.cut(List.of(request(0, 3), request(1, 8)), 4))
        .extracting(Chunk::samples)
        .containsExactly(2, 3, 3, 3);
  }

  @Test
  void noRequestsAreNoChunks() {
    assertThat(Chunk.cut(List.of(), 4)).isEmpty();
  }

  @Test
  void aPartAsksForItsOwnSamplesAsTheRequestHasThem() throws Exception {
    Chunk second = copied(Chunk.cut(List.of(request(6, 5)), 2).get(1));
    GenerationRequest part = second.parts().getFirst().toRequest();
    assertThat(part.samples()).isEqualTo(3);
    assertThat(part.key()).isEqualTo(new RandomKey(9, 6, 102));
    assertThat(part.prompt()).containsExactly(6, 1);
    assertThat(part.sampling()).isEqualTo(SAMPLING);
    assertThat(part.limits()).isEqualTo(LIMITS);
  }

  @Test
  void requestsThatShareAPromptShareItOnTheOtherSideToo() throws Exception {
    int[] prompt = {4, 5, 6};
    RandomKey key = new RandomKey(1, 1);
    List<GenerationRequest> requests =
        List.of(
            new GenerationRequest(prompt, 4, SAMPLING, LIMITS, key),
            new GenerationRequest(prompt, 1, Sampling.GREEDY, LIMITS, key));
    List<Chunk.Part> parts = copied(Chunk.cut(requests, 1).getFirst()).parts();
    assertThat(parts.get(0).toRequest().prompt()).isSameAs(parts.get(1).toRequest().prompt());
  }

  @Test
  void whatARolloutNeverAsksForIsRefused() {
    GenerationRequest request =
        new GenerationRequest(new int[] {1}, 1, SAMPLING, LIMITS, new RandomKey(1, 1), 3);
    assertThatThrownBy(() -> Chunk.requirePlain(request))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("without steering, alternatives and adapters");
  }

  private static Chunk copied(Chunk chunk) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(chunk);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (Chunk) in.readObject();
    }
  }
}
