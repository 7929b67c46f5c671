package dev.tesuji.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.env.Segment;
import dev.tesuji.env.Trajectory;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.text.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TokenFileTest {
  @Test
  void theFileIsWhatItsTableSays() {
    try (Tokenizer tokenizer = Tokenizer.load(Fixtures.checkout().resolve("models/base"))) {
      int[] ids = tokenizer.encode(ChainSums.DEFAULT.problem(0).text());
      Trajectory trajectory =
          Trajectory.of(new int[] {ids[0], ids[1]})
              .append(Segment.sampled(new int[] {ids[2]}, new float[] {-0.5f}));
      TokenFile file = new TokenFile();
      long[] first = file.add(trajectory, new float[] {-0.25f}, new float[] {1.5f});
      long[] second = file.add(trajectory, new float[0], new float[0]);
      // 8 bytes before them; 2 counts of 4, 3 ids of 4, 3 marks of 1, 3 numbers of 4
      assertThat(first).containsExactly(8, 35);
      assertThat(second).containsExactly(43, 35);
      ByteBuffer bytes = ByteBuffer.wrap(file.bytes(tokenizer)).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(new String(bytes.array(), 0, 8, StandardCharsets.US_ASCII)).isEqualTo("TSJTOK1\n");
      assertThat(bytes.getInt(8)).isEqualTo(3);
      assertThat(bytes.getInt(12)).isEqualTo(1);
      assertThat(bytes.getInt(16)).isEqualTo(ids[0]);
      assertThat(bytes.get(28)).isZero();
      assertThat(bytes.get(30)).isEqualTo((byte) 1);
      assertThat(bytes.getFloat(31)).isEqualTo(-0.5f);
      assertThat(bytes.getFloat(35)).isEqualTo(-0.25f);
      assertThat(bytes.getFloat(39)).isEqualTo(1.5f);
      assertThat(bytes.getFloat(43 + 27)).as("not scored").isNaN();
      int end = bytes.limit();
      assertThat(bytes.getLong(end - 20)).as("the place of the places").isEqualTo(78);
      assertThat(bytes.getInt(end - 12)).isEqualTo(2);
      assertThat(bytes.getLong(78)).isEqualTo(8);
      assertThat(bytes.getLong(86)).isEqualTo(43);
    }
  }
}
