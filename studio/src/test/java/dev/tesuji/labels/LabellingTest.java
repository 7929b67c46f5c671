package dev.tesuji.labels;

import static dev.tesuji.labels.ProjectFolder.gold;
import static dev.tesuji.labels.ProjectFolder.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class LabellingTest {
  private static final ProjectSettings PLAIN =
      new ProjectSettings("Which?", ProjectSettings.Mode.TIERS, 0, 0, 0, 0, 1);

  @TempDir Path folder;
  private @Nullable Labelling labelling;

  @AfterEach
  void close() {
    if (labelling != null) {
      labelling.close();
    }
  }

  private Labelling open(ProjectSettings settings, Item... items) {
    Labelling opened = new Labelling(Project.create(folder, settings, List.of(items)));
    labelling = opened;
    return opened;
  }

  private static Item[] items(int count) {
    Item[] items = new Item[count];
    for (int i = 0; i < count; i++) {
      items[i] = item("i" + i, "first", "second", "third");
    }
    return items;
  }

  private static ObjectNode body(String id, String item, int... tiers) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("id", id).put("item", item);
    for (int tier : tiers) {
      body.withArray("tiers").add(tier);
    }
    return body.put("milliseconds", 1200);
  }

  private static Labelling.Asked next(Labelling of, String annotator) {
    Labelling.Asked asked = of.next(annotator);
    assertThat(asked).isNotNull();
    return java.util.Objects.requireNonNull(asked);
  }

  @Test
  void whatIsSaidOfShownAnswersIsKeptInTheItemsOrder() {
    Labelling of = open(PLAIN, items(1));
    Labelling.Asked asked = next(of, "ann");
    of.judge("ann", body("one", "i0", 1, 2, 3)); // of the answers as they were shown
    Judgement kept = of.project().judgements().getFirst();
    for (int place = 0; place < 3; place++) {
      assertThat(kept.tiers().get(asked.order().get(place))).isEqualTo(place + 1);
    }
    assertThat(kept.order()).isEqualTo(asked.order());
    assertThat(of.next("ann")).isNull();
  }

  @Test
  void answersAreShuffledByAnnotatorAndItem() {
    Labelling of = open(PLAIN, items(40));
    Set<List<Integer>> orders = new HashSet<>();
    int differ = 0;
    Handout handout = new Handout(of.project());
    for (Item item : of.project().items().values()) {
      List<Integer> order = handout.order("ann", item, 0);
      orders.add(order);
      differ += order.equals(handout.order("ben", item, 0)) ? 0 : 1;
      assertThat(handout.order("ann", item, 0)).isEqualTo(order);
    }
    assertThat(orders).hasSize(6); // all of them
    assertThat(differ).isGreaterThan(20);
  }

  @Test
  void anItemOutsideTheOverlapIsForOneAnnotator() {
    Labelling of = open(PLAIN, items(20));
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      for (String annotator : List.of("ann", "ben")) {
        String id = next(of, annotator).item().id();
        assertThat(seen.add(id)).isTrue();
        of.judge(annotator, body(annotator + i, id, 1, 2, 3));
      }
    }
    assertThat(of.next("ann")).isNull();
    assertThat(of.next("ben")).isNull();
  }

  @Test
  void anItemOfTheOverlapIsForEverybody() {
    Labelling of =
        open(new ProjectSettings("?", ProjectSettings.Mode.TIERS, 1, 0, 0, 0, 1), items(5));
    for (String annotator : List.of("ann", "ben", "eve")) {
      for (int i = 0; i < 5; i++) {
        of.judge(annotator, body(annotator + i, next(of, annotator).item().id(), 1, 1, 2));
      }
      assertThat(of.next(annotator)).isNull();
    }
    assertThat(of.project().judgements()).hasSize(15);
  }

  @Test
  void repeatsComeLaterAndAreMarked() {
    Labelling of =
        open(new ProjectSettings("?", ProjectSettings.Mode.TIERS, 0, 0.3, 0, 0, 1), items(60));
    List<String> asked = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String id = next(of, "ann").item().id();
      asked.add(id);
      of.judge("ann", body("j" + i, id, 1, 2, 3));
    }
    List<Judgement> repeats =
        of.project().judgements().stream().filter(j -> j.repeat() > 0).toList();
    assertThat(repeats).hasSizeBetween(8, 25);
    for (Judgement j : repeats) {
      assertThat(asked.lastIndexOf(j.item()) - asked.indexOf(j.item())).isGreaterThan(9);
    }
  }

  @Test
  void knownAnswersComeInTheirShareAndLookLikeOthers() {
    Item[] all = new Item[200];
    for (int i = 0; i < all.length; i++) {
      Item plain = item("i" + i, "first", "second");
      all[i] = i % 2 == 0 ? plain : gold(plain, 1, 2);
    }
    Labelling of = open(new ProjectSettings("?", ProjectSettings.Mode.TIERS, 0, 0, 0.2, 0, 1), all);
    int known = 0;
    for (int i = 0; i < 60; i++) {
      Item item = next(of, "ann").item();
      known += item.isGold() ? 1 : 0;
      of.judge("ann", body("j" + i, item.id(), 1, 2));
    }
    assertThat(known).isBetween(5, 22);
  }

  @Test
  void itemsOfHighPriorityComeFirstButForThoseDrawnAtRandom() {
    Item[] all = items(50);
    for (int i = 0; i < 10; i++) {
      all[i] = new Item(all[i].id(), all[i].prompt(), all[i].answers(), List.of(), 1 + i);
    }
    Labelling of = open(PLAIN, all);
    for (int i = 9; i >= 0; i--) {
      assertThat(next(of, "ann").item().id()).isEqualTo("i" + i);
      of.judge("ann", body("j" + i, "i" + i, 1, 2, 3));
    }
  }

  @Test
  void anUndoneItemIsAskedAgain() {
    Labelling of = open(PLAIN, items(3));
    String first = next(of, "ann").item().id();
    of.judge("ann", body("one", first, 1, 2, 3));
    assertThat(of.last("ann")).isEqualTo("one");
    assertThat(of.undo("ann", "one")).isTrue();
    assertThat(of.undo("ann", "one")).isFalse();
    assertThat(of.undo("ben", "one")).isFalse();
    assertThat(of.project().judgements()).isEmpty();
    assertThat(next(of, "ann").item().id()).isEqualTo(first);
  }

  @Test
  void whatIsSentTwiceCountsOnceAndASecondOpinionIsRefused() {
    Labelling of = open(PLAIN, items(3));
    String first = next(of, "ann").item().id();
    of.judge("ann", body("one", first, 1, 2, 3));
    of.judge("ann", body("one", first, 1, 2, 3));
    assertThat(of.project().judgements()).hasSize(1);
    assertThatThrownBy(() -> of.judge("ann", body("two", first, 1, 2, 3)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("field 'item' must not be judged already");
  }

  @Test
  void whatDoesNotFitIsNotKept() {
    Labelling of = open(PLAIN, items(3));
    for (ObjectNode bad :
        List.of(
            body("one", "none", 1, 2, 3),
            body("one", "i0", 1, 2),
            body("one", "i0", 0, 1, 2),
            body("one", "i0"),
            body("../x", "i0", 1, 2, 3),
            body("one", "i0", 1, 2, 3).put("annotator", "ben"),
            body("one", "i0", 1, 2, 3).put("comment", "half \ud800"),
            body("one", "i0", 1, 2, 3).put("outcome", "withdrawn"))) {
      assertThatThrownBy(() -> of.judge("ann", bad)).isInstanceOf(BadInput.class);
    }
    assertThat(of.project().judgements()).isEmpty();
  }

  @Test
  void aNameThatWasTakenBackCannotBeUsedAgain() {
    Labelling of = open(PLAIN, items(3));
    String first = next(of, "ann").item().id();
    of.judge("ann", body("undo-one", first, 1, 2, 3)); // the name that taking "one" back would have
    String second = next(of, "ann").item().id();
    of.judge("ann", body("one", second, 1, 2, 3));
    assertThat(of.undo("ann", "one")).isTrue();
    assertThatThrownBy(() -> of.judge("ann", body("one", second, 3, 2, 1)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("field 'id' must be new, got 'one', which was taken back");
    assertThat(Project.open(folder).judgements()) // which would refuse two lines of one name
        .extracting(Judgement::id)
        .containsExactly("undo-one");
  }

  @Test
  void whatIsBeforeAnAnnotatorStaysThereWhateverOthersSay() {
    Labelling of = open(PLAIN, items(40));
    String before = next(of, "ann").item().id();
    for (int i = 0; i < 20; i++) {
      of.judge("ben", body("b" + i, next(of, "ben").item().id(), 1, 2, 3));
      assertThat(next(of, "ann").item().id()).isEqualTo(before);
    }
  }

  @Test
  void itemsThatTeachNothingComeLast() {
    List<Item> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      all.add(i % 2 == 0 ? item("same" + i, "a cat", "a cat") : item("i" + i, "a " + i, "no"));
    }
    Labelling of = open(PLAIN, all.toArray(Item[]::new));
    for (int i = 0; i < 15; i++) {
      String id = next(of, "ann").item().id();
      assertThat(id).startsWith("i");
      of.judge("ann", body("j" + i, id, 1, 2));
    }
    assertThat(next(of, "ann").item().id()).startsWith("same");
  }

  @Test
  void safetyIsAskedOfEveryAnswer() {
    Labelling of =
        open(new ProjectSettings("?", ProjectSettings.Mode.SAFETY, 0, 0, 0, 0, 1), items(1));
    ObjectNode body = body("one", "i0");
    body.withArray("safe").add(true).addNull().add(false);
    assertThatThrownBy(() -> of.judge("ann", body))
        .hasMessageContaining("field 'safe' must say true or false of every answer");
    body.withArray("safe").set(1, Json.MAPPER.getNodeFactory().booleanNode(true));
    of.judge("ann", body);
    assertThat(of.project().judgements().getFirst().safe()).contains(true, false);
  }

  @Test
  void twoStudiosCannotWriteForOneAnnotator() {
    Labelling of = open(PLAIN, items(3));
    of.judge("ann", body("one", next(of, "ann").item().id(), 1, 2, 3));
    assertThatThrownBy(() -> JudgementLog.open(of.project().judgements("ann")))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("is written to by another studio; stop one of both");
  }
}
