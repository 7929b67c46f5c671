package dev.tesuji.reward;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.chat.Conversation;
import dev.tesuji.check.BadInput;
import dev.tesuji.generate.Completion;
import dev.tesuji.generate.EngineCapacity;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.tensor.Device;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.LoadedModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.zip.CRC32;

/// A judge in this process: a model with a chat template, whose answers are generated together on a
/// thread of its own.
///
/// What it answers is a function of the question and its seed, whatever else is asked. Owns the
/// model; close it to free it.
public final class LocalJudge implements JudgeModel {
  private static final int ROWS = 32;
  private static final int LONGEST = 8192; // of a prompt
  private static final String CLOSED = "the judge was closed";

  private final LoadedModel model;
  private final ChatTemplate template;
  private final boolean knowsSystem;
  private final int answer; // its most tokens
  private final int longest; // the most tokens of a prompt
  private final GenerationEngine engine;
  private final Thread thread;
  private final ReadWriteLock use = new ReentrantReadWriteLock(); // read by questions
  private boolean closed;

  /// Loads the model.
  ///
  /// @param maxTokens the most of an answer
  /// @throws BadInput when the directory holds no model, or none with a chat template
  public LocalJudge(Path directory, Device device, int maxTokens) {
    template = ChatTemplate.read(directory);
    knowsSystem = takesSystem(template);
    model = LoadedModel.load(directory, device);
    try {
      int positions = model.decoder().config().maxPositions();
      answer = Math.min(maxTokens, Math.max(1, positions / 2));
      longest = Math.min(LONGEST, positions - answer);
      engine =
          new GenerationEngine(
              model.decoder(),
              model.requireTokenizer(),
              new EngineCapacity(ROWS, longest, answer, Integer.MAX_VALUE));
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
    thread = Thread.ofPlatform().daemon().name("judge").start(engine::serve);
  }

  private static boolean takesSystem(ChatTemplate template) {
    try {
      template.render(Conversation.of("system", "a", "user", "b"), true);
      return true;
    } catch (BadInput _) {
      return false;
    }
  }

  @Override
  public String answer(Question question) {
    use.readLock().lock();
    try {
      if (closed) {
        throw new IllegalArgumentException(CLOSED);
      }
      return answerOf(question);
    } finally {
      use.readLock().unlock();
    }
  }

  private String answerOf(Question question) {
    Conversation asked =
        knowsSystem
            ? question.conversation()
            : Conversation.of("user", question.system() + "\n\n" + question.user());
    Tokenizer tokenizer = model.requireTokenizer();
    int[] prompt = tokenizer.encode(template.render(asked, true).text());
    if (prompt.length > longest) {
      throw new IllegalArgumentException(
          "a question to the judge must have at most " + longest + " tokens, got " + prompt.length);
    }
    CRC32 stream = new CRC32();
    stream.update(question.user().getBytes(StandardCharsets.UTF_8));
    GenerationRequest request =
        new GenerationRequest(
            prompt,
            1,
            new Sampling(question.temperature(), 0, 1, 0, 1),
            new Limits(Math.min(answer, question.maxTokens()), model.endTokens()),
            new RandomKey(question.seed(), stream.getValue()));
    CompletableFuture<Completion> answer = new CompletableFuture<>();
    engine.submit(request, answer::complete);
    Completion said = answer.join();
    if (said.reason() == FinishReason.CANCELLED) {
      throw new IllegalArgumentException(CLOSED);
    }
    return tokenizer.decodeContinuation(prompt, said.tokens());
  }

  /// Ends the questions that are being answered, waits until they are left, and frees the model.
  @Override
  public void close() {
    engine.stop();
    engine.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    use.writeLock().lock();
    try {
      closed = true;
      model.close();
    } finally {
      use.writeLock().unlock();
    }
  }
}
