package dev.tesuji.play.sgf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.play.go.Go;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Game records in, and out again.
class SgfTest {
  private static SgfNode read(String text) {
    return SgfReader.parse("g.sgf", text);
  }

  private static SgfGame game(String text) {
    return SgfGame.of("g.sgf", read(text), 0);
  }

  @Test
  void escapesStandForWhatFollowsThem() {
    SgfNode root = read("(;C[a\\]b\\\\c\\:d\\\ne\nf]GN[x\\\r\ny])");
    assertThat(root.value("C")).isEqualTo("a]b\\c:de\nf");
    assertThat(root.value("GN")).isEqualTo("xy");
    assertThat(read(SgfWriter.write(root)).value("C")).isEqualTo("a]b\\c:de\nf");
  }

  @Test
  void variationsAreATree() {
    SgfNode root = read("text before ( ;\nB[aa] (;W[bb];B[cc]) (;W[dd] (;B[ee]) (;B[ff])) )");
    assertThat(root.children()).hasSize(2);
    assertThat(root.mainLine().stream().map(n -> n.properties().getFirst()))
        .containsExactly("B", "W", "B");
    assertThat(root.children().get(1).children().get(1).value("B")).isEqualTo("ff");
    assertThat(SgfWriter.write(root))
        .isEqualTo("(;B[aa]\n(;W[bb];B[cc])\n(;W[dd]\n(;B[ee])\n(;B[ff])))\n");
    assertThat(SgfWriter.write(read(SgfWriter.write(root)))).isEqualTo(SgfWriter.write(root));
  }

  @Test
  void treesMayBeDeep() {
    int depth = 100_000;
    SgfNode root = read("(;" + "(;B[aa]".repeat(depth) + ")".repeat(depth) + ")");
    assertThat(root.mainLine()).hasSize(depth + 1);
    assertThat(read(SgfWriter.write(root)).mainLine()).hasSize(depth + 1);
  }

  @Test
  void theFileSaysItsCharset() {
    for (String charset : List.of("UTF-8", "Shift_JIS", "EUC-JP", "GB18030", "Big5")) {
      String text = "(;CA[" + charset + "]PB[本因坊]C[表\\]示])";
      byte[] bytes = text.getBytes(Charset.forName(charset));
      // In Shift_JIS the second byte of 表 is a backslash.
      SgfNode root = SgfReader.read("g.sgf", bytes);
      assertThat(root.value("PB")).as(charset).isEqualTo("本因坊");
    }
    byte[] latin = "(;PB[Gérard])".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(SgfReader.read("g.sgf", latin).value("PB")).isEqualTo("Gérard");
    byte[] utf = "\uFEFF(;PB[Gérard])".getBytes(StandardCharsets.UTF_8);
    assertThat(SgfReader.read("g.sgf", utf).value("PB")).isEqualTo("Gérard");
    byte[] unmarked = "(;PB[Gérard])".getBytes(StandardCharsets.UTF_8);
    assertThat(SgfReader.read("g.sgf", unmarked).value("PB")).isEqualTo("Gérard");
  }

  @Test
  void olderFilesWriteNamesInFull() {
    SgfNode root = read("(;GaMe[1]SiZe[9]AddBlack[cc][dd];Black[ee])");
    assertThat(root.properties()).containsExactly("GM", "SZ", "AB");
    assertThat(root.values("AB")).containsExactly("cc", "dd");
  }

  @Test
  void aGameHasItsBoardKomiStonesAndMoves() {
    SgfGame game =
        game("(;GM[1]FF[4]SZ[9]KM[6.5]HA[2]PB[a]PW[b]RE[W+R]AB[cc][gg];W[ee];B[];W[tt];B[ii])");
    assertThat(game.record().state().game()).isEqualTo(Go.of(9, 6.5));
    assertThat(game.record().start().toMove()).as("after a handicap").isEqualTo(Go.WHITE);
    assertThat(game.record().start().at(20)).isEqualTo(Go.BLACK);
    assertThat(game.record().moves().stream().map(m -> m.action())).containsExactly(40, 81, 81, 80);
    assertThat(game.information()).containsEntry("RE", "W+R").containsEntry("HA", "2");
    SgfGame again = SgfGame.of("again", read(SgfWriter.write(game.tree())), 0);
    assertThat(again.record().moves()).isEqualTo(game.record().moves());
    assertThat(again.record().state()).hasToString(game.record().state().toString());
    assertThat(again.information()).isEqualTo(game.information());
  }

  @Test
  void stonesAreSetUpByRectanglesAndInTheMiddleOfAGame() {
    SgfGame game =
        game("(;SZ[5:3]AB[aa:ca]PL[W];W[ac];AE[aa]AW[ee:ee][ec];B[cc])".replace("ee:ee", "ea:eb"));
    assertThat(game.record().state()).hasToString(". X X . O\n. . . . O\nO . X . O\n");
    assertThat(game.record().state().game()).isEqualTo(new Go(3, 5, 0));
  }

  @Test
  void readingStopsBeforeAMove() {
    SgfNode root = read("(;SZ[5];B[aa];W[bb];B[cc])");
    assertThat(SgfGame.of("g", root, 3).record().moves()).hasSize(2);
    assertThat(SgfGame.of("g", root, 1).record().moves()).isEmpty();
    assertThat(SgfGame.of("g", root, 9).record().moves()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hello | g.sgf: has no game: '(;' is missing",
        "'' | g.sgf: has no game: '(;' is missing",
        "(;B[aa] | g.sgf:1: expected ';', '(' or ')', got the file's end",
        "(;B[aa | g.sgf:1: the value of B has no end: ']' is missing",
        "(;B[aa\\ | g.sgf:1: the value of B has no end: ']' is missing",
        "(;B) | g.sgf:1: property B must have a value in brackets",
        "(;B[aa];?) | g.sgf:1: expected ';', '(' or ')', got '?'",
        "(;SZ[20]) | g.sgf:1: property SZ must be from 1 to 19, got 20",
        "(;SZ[x]) | g.sgf:1: property SZ must be a size, got 'x'",
        "(;GM[2]) | g.sgf:1: property GM must be 1 (Go), got '2'",
        "(;KM[six]) | g.sgf:1: property KM must be a number of points, got 'six'",
        "(;KM[.]) | g.sgf:1: property KM must be a number of points, got '.'",
        "(;SZ[5];B[zz]) | g.sgf:1: property B must be a point of the board of 5x5, got 'zz'",
        "(;SZ[5]AB[a]) | g.sgf:1: property AB must be a point of the board of 5x5, got 'a'",
        "(;SZ[5];B[aa];W[aa]) | g.sgf:1: move 2 (W A5): the point is occupied",
        "(;SZ[2]AB[aa:bb]) | g.sgf:1: the position that is set up is not legal: the stone at A2 has no liberty",
      })
  void whatIsBrokenIsSaidInOneSentence(String text, String sentence) {
    assertThatThrownBy(() -> game(text)).isInstanceOf(BadInput.class).hasMessage(sentence);
  }

  @Test
  void theLineOfWhatIsBrokenIsSaid() {
    assertThatThrownBy(() -> game("(;SZ[5]\r\n;B[aa]\n\n;W[bb]\n;B[bb])"))
        .hasMessage("g.sgf:5: move 3 (B B4): the point is occupied");
    byte[] odd = "(;CA[klingon])".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> SgfReader.read("g.sgf", odd))
        .hasMessage(
            "g.sgf: property CA must name a charset, got 'klingon'; save the file in UTF-8");
  }

  @Test
  void brokenBytesNeverDoMoreThanComplain() {
    byte[] good =
        "(;GM[1]SZ[5]KM[6.5]AB[aa][bb];W[cc](;B[dd])(;B[ee];W[]))".getBytes(StandardCharsets.UTF_8);
    java.util.Random random = new java.util.Random(3);
    int read = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = good.clone();
      for (int k = 0; k <= random.nextInt(3); k++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        SgfGame.of("g.sgf", SgfReader.read("g.sgf", bytes), 0);
        read++;
      } catch (BadInput e) {
        assertThat(e).hasMessageStartingWith("g.sgf:");
      }
    }
    assertThat(read).isPositive();
  }

  @Test
  void resultsAreWrittenWithoutZeros() {
    assertThat(SgfGame.result(3.5)).isEqualTo("B+3.5");
    assertThat(SgfGame.result(-12)).isEqualTo("W+12");
    assertThat(SgfGame.result(0)).isEqualTo("0");
    assertThat(SgfGame.number(-0.25)).isEqualTo("-0.25");
  }
}
