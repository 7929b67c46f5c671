package dev.tesuji.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tesuji.check.BadInput;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BinderTest {
  /// A family whose kinds are listed.
  interface Shape {}

  /// A family whose kinds the compiler knows.
  sealed interface Colour {}

  record Red() implements Colour {}

  record Mixed(@Shorthand double red, double green) implements Colour {
    public static final Mixed DEFAULT = new Mixed(0.5, 0.5);
  }

  @Named("round")
  record Circle(double radius) implements Shape {
    public static final Circle DEFAULT = new Circle(1);
  }

  record LongBox(int width, int height) implements Shape {}

  record Drawing(
      @Named("class") String kindOfDrawing,
      @Default("3") int copies,
      @Default("{}") Circle frame,
      @Variants @Nullable Shape shape,
      @Nullable Colour colour,
      @Rest Map<String, String> others) {}

  record Plain(String name, List<Shape> shapes) {}

  private static final Kinds KINDS =
      Kinds.NONE.with(Shape.class, Circle.class).with(Shape.class, LongBox.class);

  private static final Binder BINDER = Binder.of(KINDS);

  private static <T> T bind(Class<T> type, String text) {
    return BINDER.bind(type, Yaml.argument("it", text), "it");
  }

  @Test
  void absentComponentsTakeTheirOwnDefaults() {
    assertThat(bind(Drawing.class, "{class: sketch}"))
        .isEqualTo(new Drawing("sketch", 3, Circle.DEFAULT, null, null, Map.of()));
  }

  @Test
  void allOtherKeysGoToTheRest() {
    Drawing drawing = bind(Drawing.class, "{class: sketch, copies: 2, paper: A4, weight: 80}");
    assertThat(drawing.copies()).isEqualTo(2);
    assertThat(drawing.others())
        .containsExactly(Map.entry("paper", "A4"), Map.entry("weight", "80"));
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> bind(Drawing.class, "{class: sketch, paper: [A4]}"))
        .withMessage("it: 'paper' must be a number or a text");
  }

  @Test
  void aVariantStandsUnderTheNameOfItsKind() {
    assertThat(bind(Drawing.class, "{class: a, round: {radius: 2}}").shape())
        .isEqualTo(new Circle(2));
    assertThat(bind(Drawing.class, "{class: a, longBox: {width: 1, height: 2}}").shape())
        .isEqualTo(new LongBox(1, 2));
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> bind(Drawing.class, "{class: a, round: {}, longBox: {}}"))
        .withMessage("it: only one of 'round' and 'longBox' can be given");
  }

  @Test
  void aVariantWithoutContentHasItsDefaultsOrIsAbsentWhereItHasNone() {
    assertThat(bind(Drawing.class, "{class: a, round: }").shape()).isEqualTo(Circle.DEFAULT);
    assertThat(bind(Drawing.class, "{class: a, longBox: }").shape()).isNull();
  }

  @Test
  void kindsAreNamedAloneAsAKeyOrUnderKindWithOrWithoutHyphens() {
    assertThat(bind(Plain.class, "{name: a, shapes: [round, {round: {radius: 2}}]}").shapes())
        .containsExactly(new Circle(1), new Circle(2));
    assertThat(
            bind(Plain.class, "{name: a, shapes: [{kind: long-box, width: 1, height: 2}]}")
                .shapes())
        .containsExactly(new LongBox(1, 2));
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> bind(Plain.class, "{name: a, shapes: [rond]}"))
        .withMessage("it: unknown kind 'rond' of 'shapes' (did you mean 'round'?)");
  }

  @Test
  void theKindsOfASealedInterfaceNeedNoList() {
    assertThat(bind(Drawing.class, "{class: a, colour: red}").colour()).isEqualTo(new Red());
    assertThat(bind(Drawing.class, "{class: a, colour: {mixed: 0.25}}").colour())
        .isEqualTo(new Mixed(0.25, 0.5));
  }

  @Test
  void whatIsWrittenReadsBackTheSame() {
    for (String text :
        List.of(
            "{class: a}",
            "{class: a, longBox: {width: 1, height: 2}, colour: {mixed: 0.25}, paper: A4}")) {
      Drawing drawing = bind(Drawing.class, text);
      assertThat(bind(Drawing.class, Yaml.write(Unbinder.unbind(drawing)))).isEqualTo(drawing);
    }
    Plain plain = new Plain("a", List.of(new Circle(2), new LongBox(1, 2)));
    assertThat(bind(Plain.class, Yaml.write(Unbinder.unbind(plain)))).isEqualTo(plain);
  }

  @Test
  void aNameStandsForOneKind() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KINDS.with(Shape.class, Circle.class))
        .withMessage("Shape must have one kind of a name, got 'round' twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KINDS.with(Shape.class, Red.class))
        .withMessageStartingWith("a kind must implement the interface that it is a kind of, got ");
  }

  @Test
  void aListOfKindsDoesNotChange() {
    Kinds one = Kinds.NONE.with(Shape.class, Circle.class);
    one.with(Shape.class, LongBox.class);
    assertThat(one.of(Shape.class)).containsOnlyKeys("round");
    assertThat(Kinds.NONE.of(Shape.class)).isEmpty();
  }
}
