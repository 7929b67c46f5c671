package dev.tesuji.tokenized;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class MixtureTest {
  /// Texts whose first token says which one it is.
  private static TokenizedDataset.Part part(String name, int first, int size, double share) {
    List<TokenSequence> texts = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      texts.add(TokenSequence.whole(new int[] {first + i, 0}));
    }
    return new TokenizedDataset.Part(name, new TokenizedDataset.Loaded(texts, 0), share);
  }

  private static List<Integer> first(TextSource source, int count) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      found.add(source.text(i).ids()[0]);
    }
    return found;
  }

  @Test
  void sharesHoldInEveryStretch() {
    TextSource mixed = TokenizedDataset.of(List.of(part("a", 0, 9, 3), part("b", 100, 5, 1)), 7);
    List<Integer> texts = first(mixed, 80);
    for (int i = 0; i < texts.size(); i += 4) {
      assertThat(texts.subList(i, i + 4)).filteredOn(t -> t >= 100).hasSize(1);
    }
  }

  @Test
  void everySourceGoesThroughItsEpochs() {
    TextSource mixed = TokenizedDataset.of(List.of(part("a", 0, 9, 3), part("b", 100, 5, 1)), 7);
    List<Integer> own = first(mixed, 24).stream().filter(t -> t < 100).toList();
    assertThat(own).hasSize(18);
    assertThat(new HashSet<>(own.subList(0, 9))).hasSize(9);
    assertThat(new HashSet<>(own.subList(9, 18))).hasSize(9);
    assertThat(mixed.epochs(24)).containsEntry("epoch/a", 2.0).containsEntry("epoch/b", 1.2);
  }

  @Test
  void aTextDependsOnItsNumberOnly() {
    TextSource mixed =
        TokenizedDataset.of(List.of(part("a", 0, 9, 0.7), part("b", 100, 5, 0.3)), 7);
    List<Integer> texts = first(mixed, 40);
    assertThat(mixed.text(17).ids()[0]).isEqualTo(texts.get(17));
    assertThat(mixed.text(3).ids()[0]).isEqualTo(texts.get(3));
  }

  @Test
  void withoutSharesSourcesAreOne() {
    TextSource all = TokenizedDataset.of(List.of(part("a", 0, 2, 0), part("b", 100, 1, 0)), 7);
    assertThat(all.size()).isEqualTo(3);
    assertThat(first(all, 3)).containsExactly(0, 1, 100);
    assertThat(all.epochs(6)).containsEntry("epoch", 2.0);
  }
}
