package dev.tesuji.alphago.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.alphago.learn.Openings;
import dev.tesuji.alphago.search.TicTacToe;
import dev.tesuji.check.BadInput;
import dev.tesuji.play.Game;
import dev.tesuji.play.GameState;
import dev.tesuji.play.go.Go;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Shape;
import dev.tesuji.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class PolicyValueNetTest {
  private static final Go GO = Go.of(5, 3.5);

  @TempDir private Path folder = Path.of("");

  private static float[] planes(Game game, int states) {
    int size = game.planes() * game.cells();
    float[] planes = new float[states * size];
    for (int i = 0; i < states; i++) {
      GameState state = new Openings(6, 4).play(game, i);
      state.planes(planes, i * size);
    }
    return planes;
  }

  /// Moves the running statistics away from 0 and 1.
  private static void warm(PolicyValueNet net) {
    try (NoGrad _ = NoGrad.on()) {
      for (int i = 0; i < 5; i++) {
        net.forward(FoldedNet.image(net.config(), planes(GO, 16), 16), true);
      }
    }
  }

  private static void assertSame(Outputs a, Outputs b, float tolerance) {
    assertThat(a.policy().toFloats()).containsExactly(b.policy().toFloats(), within(tolerance));
    assertThat(a.value().toFloats()).containsExactly(b.value().toFloats(), within(tolerance));
    assertThat(a.score().toFloats()).containsExactly(b.score().toFloats(), within(tolerance));
    assertThat(a.ownership().toFloats())
        .containsExactly(b.ownership().toFloats(), within(tolerance));
  }

  @Test
  void foldingChangesNothingThatThePlayerSees() {
    try (PolicyValueNet net = PolicyValueNet.create(NetConfig.of(GO, 8, 3), Dtype.FLOAT32, 1)) {
      warm(net);
      float[] planes = planes(GO, 7);
      try (FoldedNet folded = net.fold();
          NoGrad _ = NoGrad.on()) {
        Outputs unfolded = net.forward(FoldedNet.image(net.config(), planes, 7), false);
        assertSame(folded.forward(planes, 7), unfolded, 1e-4f);
      }
    }
  }

  @Test
  void headsHaveTheirShapes() {
    try (PolicyValueNet net = PolicyValueNet.create(NetConfig.of(GO, 8, 1), Dtype.BFLOAT16, 1);
        FoldedNet folded = net.fold()) {
      Outputs out = folded.forward(planes(GO, 3), 3);
      assertThat(out.policy().shape()).isEqualTo(new Shape(3, 26));
      assertThat(out.value().shape()).isEqualTo(new Shape(3));
      assertThat(out.ownership().shape()).isEqualTo(new Shape(3, 25));
      assertThat(out.policy().dtype()).isEqualTo(Dtype.FLOAT32);
    }
  }

  @Test
  void aGameWhoseActionsAreNoCellsAndAPassHasADensePolicy() {
    TicTacToe game = new TicTacToe();
    try (PolicyValueNet net = PolicyValueNet.create(NetConfig.of(game, 8, 1), Dtype.FLOAT32, 1);
        FoldedNet folded = net.fold()) {
      assertThat(folded.forward(planes(game, 2), 2).policy().shape()).isEqualTo(new Shape(2, 9));
    }
  }

  @Test
  void whatWasSavedIsLoadedAndFitsIntoTwoMegabytes() throws IOException {
    Go seven = Go.of(7, 9);
    try (PolicyValueNet net = PolicyValueNet.create(NetConfig.of(seven, 48, 5), Dtype.FLOAT32, 1)) {
      net.save(folder);
      try (PolicyValueNet loaded = PolicyValueNet.load(folder, Dtype.FLOAT32);
          FoldedNet a = net.fold();
          FoldedNet b = loaded.fold()) {
        assertThat(loaded.config()).isEqualTo(net.config());
        float[] planes = planes(seven, 2);
        assertSame(a.forward(planes, 2), b.forward(planes, 2), 0);
      }
    }
    assertThat(Files.size(folder.resolve("model.safetensors"))).isLessThan(2_000_000);
  }

  @Test
  void aDirectoryOfSomethingElseIsRefused() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"qwen2\"}");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> PolicyValueNet.load(folder, Dtype.FLOAT32))
        .withMessage(
            folder.resolve("config.json")
                + ": model_type must be 'tesuji_policy_value', got 'qwen2': give the directory of a"
                + " network that plays, such as models/alphaZero of a run");
    NetConfig config = NetConfig.of(GO, 8, 1);
    Files.writeString(folder.resolve("config.json"), config.toJson().put("channels", 0).toString());
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> PolicyValueNet.load(folder, Dtype.FLOAT32))
        .withMessageEndingWith("channels must be from 1 to 1024, got 0");
    Files.writeString(
        folder.resolve("config.json"), config.toJson().put("blocks", "two").toString());
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> PolicyValueNet.load(folder, Dtype.FLOAT32))
        .withMessageEndingWith("blocks must be a whole number, got \"two\"");
  }

  @Test
  void anotherBoardIsRefusedAndAnotherKomiIsNot() {
    NetConfig config = NetConfig.of(GO, 8, 1);
    assertThat(config.refusal(GO.withKomi(7))).isEmpty();
    assertThat(config.refusal(Go.of(9, 7)))
        .isEqualTo("the network was trained on go-5x5 and knows no other board, got go-9x9");
  }

  @Test
  void theSeedDecidesTheWeights() {
    try (PolicyValueNet a = PolicyValueNet.create(NetConfig.of(GO, 8, 1), Dtype.FLOAT32, 1);
        PolicyValueNet b = PolicyValueNet.create(NetConfig.of(GO, 8, 1), Dtype.FLOAT32, 1);
        PolicyValueNet c = PolicyValueNet.create(NetConfig.of(GO, 8, 1), Dtype.FLOAT32, 2)) {
      float[] weights = a.weight("stem.weight").toFloats();
      assertThat(b.weight("stem.weight").toFloats()).containsExactly(weights);
      assertThat(c.weight("stem.weight").toFloats()).isNotEqualTo(weights);
      c.copyFrom(a);
      assertThat(c.weight("stem.weight").toFloats()).containsExactly(weights);
    }
  }

  @Test
  void lossesAreThoseWorkedOutByHand() {
    Tensor logits = Tensor.of(new float[] {0, (float) Math.log(3), 50}, 1, 3);
    Tensor illegal = Tensor.of(new boolean[] {false, false, true}, 1, 3);
    Tensor logPolicy = NetLoss.logPolicy(logits, illegal); // 1/4, 3/4, 0
    Tensor target = Tensor.of(new float[] {0.5f, 0.5f, 0}, 1, 3);
    assertThat(NetLoss.policy(logPolicy, target).item())
        .as("(ln 4 + ln 4/3) / 2")
        .isCloseTo((Math.log(4) + Math.log(4.0 / 3)) / 2, within(1e-6));
    assertThat(NetLoss.entropy(logPolicy).item())
        .isCloseTo(0.25 * Math.log(4) + 0.75 * Math.log(4.0 / 3), within(1e-6));
    assertThat(NetLoss.targetEntropy(target).item()).isCloseTo(Math.log(2), within(1e-6));
    Tensor value = Tensor.of(new float[] {0, 2, -100});
    Tensor shares = Tensor.of(new float[] {0.5f, 1, 1});
    assertThat(NetLoss.binary(value, shares).toDoubles())
        .containsExactly(new double[] {Math.log(2), Math.log(1 + Math.exp(-2)), 100}, within(1e-5));
    Tensor d = Tensor.of(new float[] {0, 3});
    assertThat(NetLoss.score(d, Tensor.of(new float[] {0, 0})).toDoubles())
        .containsExactly(new double[] {0, Math.sqrt(10) - 1}, within(1e-6));
  }
}
