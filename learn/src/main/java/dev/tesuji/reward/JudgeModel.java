package dev.tesuji.reward;

import dev.tesuji.chat.Conversation;
import dev.tesuji.endpoint.ChatClient;
import dev.tesuji.endpoint.ChatQuestion;
import dev.tesuji.json.Json;
import tools.jackson.databind.node.ObjectNode;

/// Answers what a judge is asked: a language model behind an endpoint, or one of this process.
///
/// Asked from many threads at once.
public interface JudgeModel extends AutoCloseable {
  /// A question.
  ///
  /// @param number tells equal questions apart, so that each is answered by itself
  /// @param system the rubric
  /// @param user what is compared
  /// @param temperature of the answer; 0 takes the likeliest words
  /// @param maxTokens the most of the answer
  /// @param seed of the answer's randomness
  /// @param source of the problem, for messages
  record Question(
      int number,
      String system,
      String user,
      double temperature,
      int maxTokens,
      long seed,
      String source) {
    /// Returns it as a conversation.
    public Conversation conversation() {
      return Conversation.of("system", system, "user", user);
    }
  }

  /// Answers.
  ///
  /// @throws dev.tesuji.endpoint.EndpointFailure when there is no answer
  /// @throws IllegalArgumentException when the question cannot be put to this model
  String answer(Question question);

  @Override
  void close();

  /// Asks an endpoint.
  ///
  /// @param client is closed with it
  record Remote(ChatClient client) implements JudgeModel {
    @Override
    public String answer(Question question) {
      ObjectNode options = Json.MAPPER.createObjectNode();
      options.put("temperature", question.temperature());
      options.put("max_tokens", question.maxTokens()).put("seed", question.seed());
      return client
          .ask(
              ChatQuestion.chat(
                  "judge " + question.number(),
                  question.conversation().messages(),
                  options,
                  question.source()))
          .text();
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
