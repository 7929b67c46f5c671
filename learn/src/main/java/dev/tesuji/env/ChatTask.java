package dev.tesuji.env;

import dev.tesuji.answer.Verdict;
import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.chat.Conversation;
import dev.tesuji.check.BadInput;
import dev.tesuji.text.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A task whose problems are put as the user's turn of a conversation.
///
/// Where the model's template opens the thinking itself, so that completions begin inside it, a
/// response counts with the tag before it: rewards see what a reader would.
///
/// @param inner the task
/// @param template the model's chat template
/// @param thinkingPrefilled whether the template opens the thinking
/// @param asking what is added to the problems
public record ChatTask(Task inner, ChatTemplate template, boolean thinkingPrefilled, Asking asking)
    implements Task {
  private static final String CONTENTS =
      "{% for message in messages %}{{ message.content }}\n{% endfor %}";

  /// How a conversation begins and is rendered.
  ///
  /// @param system the system message of conversations that have none; null for none
  /// @param variables variables of the chat template, such as `enable_thinking`; those of a problem
  ///   go before them
  public record Asking(@Nullable String system, Map<String, JsonNode> variables) {
    /// The problem and nothing else.
    public static final Asking PLAIN = new Asking(null, Map.of());

    /// Copies the map.
    public Asking {
      variables = Map.copyOf(variables);
    }

    /// Puts the system message before a conversation that has none.
    public List<ObjectNode> messages(List<ObjectNode> asked) {
      List<ObjectNode> messages = new ArrayList<>(asked);
      boolean begun = messages.getFirst().path("role").asString("").equals("system");
      if (system != null && !begun) {
        messages.addFirst(Conversation.message("system", system));
      }
      return messages;
    }
  }

  /// Puts the problems of a task in conversations.
  public static ChatTask of(Task inner, ChatTemplate template) {
    return of(inner, template, Asking.PLAIN);
  }

  /// Puts the problems of a task in conversations.
  public static ChatTask of(Task inner, ChatTemplate template, Asking asking) {
    return new ChatTask(inner, template, template.thinkingPrefilled(asking.variables()), asking);
  }

  /// Puts the problems of a task in conversations whose template a server has: as a text they are
  /// their contents, one after the other.
  public static ChatTask served(Task inner, Asking asking) {
    return of(inner, ChatTemplate.parse(CONTENTS, "a conversation's contents"), asking);
  }

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public long size() {
    return inner.size();
  }

  @Override
  public Problem problem(long index) {
    return inner.problem(index);
  }

  @Override
  public List<Problem> heldOut(int count) {
    return inner.heldOut(count);
  }

  @Override
  public List<Problem> leftOut() {
    return inner.leftOut();
  }

  @Override
  public List<ObjectNode> messages(Problem problem) {
    return asking.messages(inner.messages(problem));
  }

  @Override
  public String prompt(Problem problem) {
    Conversation own = problem.conversation();
    Conversation asked = own == null ? Conversation.of("user", inner.prompt(problem)) : own;
    Map<String, JsonNode> variables = new LinkedHashMap<>(asking.variables());
    variables.putAll(asked.variables());
    Conversation whole =
        new Conversation(messages(problem), asked.tools(), asked.documents(), variables);
    try {
      return template.render(whole, true).text();
    } catch (BadInput e) {
      throw new BadInput(problem.source() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public int[] promptTokens(Problem problem, Tokenizer tokenizer) {
    return tokenizer.encode(prompt(problem)); // the template writes the special tokens
  }

  @Override
  public String response(String completion) {
    return thinkingPrefilled ? "<think>" + completion : completion;
  }

  @Override
  public String extract(String response) {
    return inner.extract(response);
  }

  @Override
  public boolean same(Problem problem, String answer, String other) {
    return inner.same(problem, answer, other);
  }

  @Override
  public Verdict grade(Problem problem, String response) {
    return inner.grade(problem, response);
  }

  @Override
  public Map<String, Double> measures(Problem problem, String response) {
    return inner.measures(problem, response);
  }

  @Override
  public String goldResponse(Problem problem) {
    return inner.goldResponse(problem);
  }
}
