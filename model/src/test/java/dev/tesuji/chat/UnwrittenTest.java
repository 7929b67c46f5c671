package dev.tesuji.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// Finds what a template passes over.
class UnwrittenTest {
  /// Writes what is said by the roles that it knows.
  private static final String POOR =
      "{% for m in messages %}{% if m.role in ['system', 'user', 'assistant', 'tool'] %}"
          + "<{{ m.role }}>{{ m.content }}{% endif %}{% endfor %}";

  private static final String RICH =
      "{{ tools | tojson if tools }}{{ documents | tojson if documents }}"
          + "{{ 'quick' if enable_thinking is false }}"
          + "{% for m in messages %}<{{ m.role }}>{{ m.reasoning_content }}{{ m.content }}"
          + "{{ m.tool_calls | tojson if m.tool_calls }}{% endfor %}";

  private static Unwritten of(String template, String json) {
    Conversation conversation = Conversation.of((ObjectNode) Json.MAPPER.readTree(json));
    ChatTemplate parsed = ChatTemplate.parse(template, "template");
    String text = parsed.render(conversation, false).text();
    return new Unwritten(parsed, conversation, text, false);
  }

  private static String talk(String more) {
    return """
    {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes"}], MORE}
    """
        .replace("MORE", more);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "\"tools\": [{\"type\": \"function\", \"function\": {\"name\": \"f\"}}] | 'tools'",
        "\"tools\": [{\"name\": \"weather_of\"}] | 'tools'",
        "\"documents\": [{\"title\": \"A\"}] | 'documents'",
        "\"messages\": [{\"role\": \"critic\", \"content\": \"Be brief.\"},"
            + " {\"role\": \"user\", \"content\": \"Hi\"}] | 'content' of message 1, whose role is"
            + " 'critic'",
        "\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}, {\"role\": \"assistant\","
            + " \"tool_calls\": [{\"name\": \"weather_of\", \"arguments\": {}}]}] | 'tool_calls'"
      })
  void whatATemplatePassesOverIsRefusedAndWhatItWritesIsNot(String more, String field) {
    String json = more.startsWith("\"messages\"") ? "{" + more + "}" : talk(more);
    assertThatThrownBy(() -> of(POOR, json).refuse())
        .isInstanceOf(BadInput.class)
        .hasMessage(
            "field "
                + field
                + " is not written by the model's chat template; take a template that writes it,"
                + " or leave it out");
    assertThatCode(() -> of(RICH, json).refuse()).doesNotThrowAnyException();
  }

  @Test
  void developersThatAreNotWrittenAreNamedAndNotRefused() {
    String json =
        """
        {"messages": [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": "Hi"},
          {"role": "assistant", "content": "Yes"}]}
        """;
    of(POOR, json).refuse();
    assertThat(of(POOR, json).fields()).containsExactly("developer");
    assertThat(of(RICH, json).fields()).isEmpty();
  }

  @Test
  void thoughtsAndVariablesThatAreNotWrittenAreNamed() {
    String json =
        """
        {"messages": [{"role": "user", "content": "Hi"},
          {"role": "assistant", "content": "Yes", "reasoning_content": "A greeting."}],
         "enable_thinking": false}
        """;
    assertThat(of(POOR, json).fields()).containsExactly("reasoning_content", "enable_thinking");
    assertThat(of(RICH, json).fields()).isEmpty();
    assertThatCode(() -> of(POOR, json).refuse()).doesNotThrowAnyException();
  }

  @Test
  void fieldsOfMessagesThatNoTemplateSpeaksOfAreNamed() {
    String json =
        """
        {"messages": [{"role": "user", "content": "Hi", "name": "Ann", "tool_call_id": "7"},
          {"role": "assistant", "content": "Yes", "learn": false, "weight": 0, "annotations": []}]}
        """;
    assertThat(of(POOR, json).fields()).containsExactly("name", "learn");
    assertThat(of(POOR + "{# m.name #}", json).fields()).containsExactly("learn");
    assertThat(of("{{ messages | tojson }}", json).fields()).isEmpty();
  }

  @Test
  void aTemplateThatNeedsAFieldWroteIt() {
    String strict =
        "{% if not tools %}{{ raise_exception('no tools') }}{% endif %}"
            + "{% for m in messages %}{{ m.content }}{% endfor %}";
    String json = talk("\"tools\": [{\"name\": \"weather_of\"}]");
    assertThatCode(() -> of(strict, json).refuse()).doesNotThrowAnyException();
  }
}
