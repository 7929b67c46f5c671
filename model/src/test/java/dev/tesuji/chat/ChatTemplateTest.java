package dev.tesuji.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.ObjectNode;

class ChatTemplateTest {
  private static final Conversation QUESTION = Conversation.of("user", "é?");

  @TempDir private Path folder = Path.of("");

  private void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }

  private String render(Conversation conversation) {
    return ChatTemplate.read(folder).render(conversation, true).text();
  }

  @Test
  void theConfigurationsTemplateSeesTheSpecialTokens() throws IOException {
    assertThat(ChatTemplate.exists(folder)).isFalse();
    write(
        "tokenizer_config.json",
        """
        {"bos_token": {"content": "<s>"}, "eos_token": "</s>", "pad_token": null,
         "chat_template": "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ pad_token }}"}
        """);
    assertThat(ChatTemplate.exists(folder)).isTrue();
    assertThat(render(QUESTION)).isEqualTo("<s>é?</s>");
  }

  @Test
  void theFileGoesBeforeTheConfiguration() throws IOException {
    write("tokenizer_config.json", "{\"eos_token\": \"E\", \"chat_template\": \"{{ broken\"}");
    write("chat_template.jinja", "file {{ eos_token }} {{ tools }} {{ add_generation_prompt }}\n");
    assertThat(render(QUESTION)).isEqualTo("file E None True");
  }

  @Test
  void toolsAskForTheTemplateOfToolUse() throws IOException {
    write(
        "tokenizer_config.json",
        """
        {"chat_template": [{"name": "default", "template": "plain"},
                           {"name": "tool_use", "template": "{{ tools[0].name }}"}]}
        """);
    assertThat(render(QUESTION)).isEqualTo("plain");
    ObjectNode fields =
        (ObjectNode)
            Json.MAPPER.readTree(
                "{\"messages\": [{\"role\": \"user\"}], \"tools\": [{\"name\": \"add\"}]}");
    assertThat(render(Conversation.of(fields))).isEqualTo("add");
  }

  @Test
  void variablesOfTheCallGoBeforeThoseOfTheConversation() {
    ChatTemplate template = ChatTemplate.parse("{{ a }}{{ b }}", "chat template");
    ObjectNode fields =
        (ObjectNode)
            Json.MAPPER.readTree("{\"messages\": [{\"role\": \"user\"}], \"a\": 1, \"b\": 2}");
    assertThat(
            template.render(Conversation.of(fields), false, Map.of("b", BooleanNode.TRUE)).text())
        .isEqualTo("1True");
  }

  @Test
  void mistakesNameTheFileAndTheLine() throws IOException {
    refused(
        folder
            + ": has no chat template (no chat_template.jinja, and no 'chat_template' in"
            + " tokenizer_config.json); it may be a base model, or give a template file");
    write("tokenizer_config.json", "{\"chat_template\": 5}");
    Path config = folder.resolve("tokenizer_config.json");
    refused(config + ": field 'chat_template' must be text or a list of {name, template}, got 5");
    write("tokenizer_config.json", "{\"chat_template\": [{\"name\": \"x\", \"template\": \"y\"}]}");
    refused(
        config
            + ": has chat templates x but none named 'default'; name one so, or give a template"
            + " file");
    write("tokenizer_config.json", "{\"chat_template\": \"a\\n{% if %}\"}");
    refused(config + ": chat template: line 2: expected an expression, got '%}'");
    write("chat_template.jinja", "\n\n{{ messages[0].nope.x }}");
    refused(
        folder.resolve("chat_template.jinja") + ": line 3: 'dict object' has no attribute 'nope'");
  }

  @Test
  void aTemplateFileThatIsNotThereIsNamed() {
    Path none = folder.resolve("none.jinja");
    assertThatThrownBy(() -> ChatTemplate.readFile(none))
        .isInstanceOf(BadInput.class)
        .hasMessage(none + ": no such file");
  }

  private void refused(String message) {
    assertThatThrownBy(() -> render(QUESTION)).isInstanceOf(BadInput.class).hasMessage(message);
  }
}
