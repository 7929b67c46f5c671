package dev.tesuji.countdown;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.countdown.Tries.Try;
import java.util.List;
import org.junit.jupiter.api.Test;

class TriesTest {
  @Test
  void twoNumbersAreJoinedByEverySignThatLeavesAWholeNumber() {
    assertThat(Tries.all(List.of(3, 6)).stream().map(Try::text))
        .containsExactly("3+6=9", "6-3=3", "3*6=18", "6/3=2");
    assertThat(Tries.all(List.of(5, 5)).stream().map(Try::text)) // not 5-5=0
        .containsExactly("5+5=10", "5*5=25", "5/5=1");
    assertThat(Tries.all(List.of(12, 11)).stream().map(Try::text)) // not 132
        .containsExactly("12+11=23", "12-11=1");
  }

  @Test
  void ofThreeNumbersOneTryPerBeginningLooksPromising() {
    List<Try> tries = Tries.promising(new NumbersRound(List.of(3, 5, 2), 17));
    assertThat(tries.stream().map(Try::text))
        .containsExactly(
            "3+5=8,8*2=16",
            "5-3=2,2+2=4", // 2*2 is as near
            "3*5=15,15+2=17",
            "3+2=5,5+5=10",
            "3-2=1,1+5=6",
            "3*2=6,6+5=11",
            "5+2=7,7*3=21",
            "5-2=3,3*3=9",
            "5*2=10,10+3=13");
  }

  @Test
  void anExpressionHasBracketsAroundItsFirstStep() {
    NumbersRound round = new NumbersRound(List.of(7, 2, 3), 2);
    assertThat(Tries.solution(round).expression()).isEqualTo("(7-2)-3");
    assertThat(Tries.solution(new NumbersRound(List.of(2, 3, 9), 3)).expression())
        .isEqualTo("9-(2*3)");
  }
}
