package dev.tesuji.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.chat.AssistantMask.Source;
import dev.tesuji.check.BadInput;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.text.Encoded;
import dev.tesuji.text.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class ChatTokensTest {
  private static final Conversation TWO_TURNS =
      Conversation.of(
          "user",
          "Wie viel ist 2 + 3? 🙂 日本",
          "assistant",
          "Fünf 😀 é",
          "user",
          "Sure?",
          "assistant",
          "Ja, 5.");

  static Stream<Path> styles() {
    return Fixtures.list("tokenizers").stream()
        .filter(d -> Files.exists(d.resolve("tokenizer.json")));
  }

  private static ChatTemplate template(String name) {
    return ChatTemplate.readFile(Fixtures.require("tokenizers/chat").resolve(name + ".jinja"));
  }

  private static List<String> parts(AssistantMask mask) {
    return mask.assistant().stream().map(s -> mask.text().substring(s.start(), s.end())).toList();
  }

  @ParameterizedTest
  @MethodSource("styles")
  void offsetsCoverTheTextThatTheTokensStandFor(Path directory) {
    JsonNode cases = Json.readObject(directory.resolve("cases.json")).path("encode");
    List<String> texts =
        new ArrayList<>(cases.valueStream().map(c -> c.path("text").asString()).toList());
    texts.add("a😀b 日本語 e\u0301 <|im_end|>\n<think>🙂🙂</think> 👩‍👩‍👧 end");
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      for (String text : texts) {
        Encoded encoded = tokenizer.encodeWithOffsets(text);
        assertThat(encoded.ids()).isEqualTo(tokenizer.encode(text));
        for (int i = 0; i < encoded.ids().length; i++) {
          String covered = text.substring(encoded.starts()[i], encoded.ends()[i]);
          String decoded = tokenizer.decodeWithSpecials(encoded.ids()[i]);
          if (!decoded.contains("\uFFFD")) { // else it is a part of a character
            assertThat(Normalizer.normalize(covered, Normalizer.Form.NFC))
                .as(text)
                .isEqualTo(Normalizer.normalize(decoded, Normalizer.Form.NFC));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("styles")
  void maskedTokensAreTheAssistantsText(Path directory) {
    for (String name : List.of("chatml", "chatml_generation")) {
      try (Tokenizer tokenizer = Tokenizer.load(directory)) {
        ChatTokens tokens = ChatTokens.of(template(name), TWO_TURNS, tokenizer);
        assertThat(tokens.ids()).isEqualTo(tokenizer.encode(tokens.mask().text()));
        int[] kept = new int[tokens.ids().length];
        int n = 0;
        for (int i = 0; i < kept.length; i++) {
          if (tokens.assistant()[i]) {
            kept[n++] = tokens.ids()[i];
          }
        }
        String said = tokenizer.decodeWithSpecials(Arrays.copyOf(kept, n));
        assertThat(said).isEqualTo(String.join("", parts(tokens.mask())));
      }
    }
  }

  @Test
  void generationBlocksSayWhatTheAssistantWrote() {
    AssistantMask mask = AssistantMask.of(template("chatml_generation"), TWO_TURNS);
    assertThat(mask.source()).isEqualTo(Source.GENERATION_BLOCKS);
    assertThat(parts(mask)).containsExactly("Fünf 😀 é<|im_end|>", "Ja, 5.<|im_end|>");
  }

  @Test
  void prefixesSayItWhereTheTemplateDoesNot() {
    AssistantMask mask = AssistantMask.of(template("chatml"), TWO_TURNS);
    assertThat(mask.source()).isEqualTo(Source.PREFIXES);
    assertThat(parts(mask)).containsExactly("Fünf 😀 é<|im_end|>\n", "Ja, 5.<|im_end|>\n");
  }

  @Test
  void aTemplateThatDropsEarlierThoughtsLeavesTheLastTurn() {
    Conversation thinking =
        Conversation.of(
            "user",
            "2+3?",
            "assistant",
            "<think>\nadd\n</think>\n\n5",
            "user",
            "Sure?",
            "assistant",
            "<think>\nagain\n</think>\n\nYes");
    AssistantMask mask = AssistantMask.of(template("chatml_thinking"), thinking);
    assertThat(mask.source()).isEqualTo(Source.LAST_TURN);
    assertThat(mask.why())
        .isEqualTo(
            "message 1 cannot be told from the rest, since it is written differently once other"
                + " messages follow it");
    assertThat(parts(mask)).containsExactly("<think>\nagain\n</think>\n\nYes<|im_end|>\n");
  }

  @Test
  void aTemplateThatAllowsNoMaskIsRefused() {
    ChatTemplate template = template("deepseek_r1").withSpecialTokens(Map.of("bos_token", "<s>"));
    assertThatThrownBy(() -> AssistantMask.of(template, TWO_TURNS))
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "the chat template does not allow a loss mask: message 3 cannot be told from the rest,"
                + " since its text does not begin with the generation prompt; mark the assistant's"
                + " text with {% generation %} in a template of your own");
  }

  @Test
  void marksInsideOfAMacroGiveWayToPrefixes() {
    ChatTemplate template =
        ChatTemplate.parse(
            "{% macro say(m) %}{% generation %}{{ m.content }}{% endgeneration %};{% endmacro %}"
                + "{% for m in messages %}{{ m.role[0] }}:{{ say(m) }}{% endfor %}"
                + "{% if add_generation_prompt %}a:{% endif %}",
            "chat template");
    AssistantMask mask = AssistantMask.of(template, Conversation.of("user", "x", "assistant", "y"));
    assertThat(mask.source()).isEqualTo(Source.PREFIXES);
    assertThat(parts(mask)).containsExactly("y;");
  }

  @Test
  void aConversationWithoutTheAssistantHasNothingToLearn() {
    AssistantMask mask = AssistantMask.of(template("chatml"), Conversation.of("user", "x"));
    assertThat(mask.source()).isEqualTo(Source.NOTHING);
    assertThat(mask.assistant()).isEmpty();
  }

  @Test
  void anOpenedThoughtOfTheGenerationPromptIsSeen() {
    ChatTemplate r1 = template("deepseek_r1").withSpecialTokens(Map.of("bos_token", "<s>"));
    assertThat(r1.thinkingPrefilled()).isTrue();
    assertThat(template("chatml").thinkingPrefilled()).isFalse();
    assertThat(template("chatml_thinking").thinkingPrefilled()).isFalse();
    assertThat(
            ChatTemplate.parse("{{ messages }}<think>\n\n</think>", "chat template")
                .thinkingPrefilled())
        .isFalse();
  }
}
