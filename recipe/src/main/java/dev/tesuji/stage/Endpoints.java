package dev.tesuji.stage;

import dev.tesuji.check.BadInput;
import dev.tesuji.endpoint.ChatClient;
import dev.tesuji.endpoint.EndpointFailure;
import dev.tesuji.endpoint.ReplyFile;
import dev.tesuji.recipe.EndpointSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Makes clients of endpoints, with the keys of this process's environment.
public final class Endpoints {
  private Endpoints() {}

  /// Opens a client.
  ///
  /// @param answers the file that answers are kept in, and taken from; null for none
  /// @throws BadInput when the key is not set, or the file cannot be used
  public static ChatClient open(EndpointSettings settings, @Nullable Path answers) {
    return new ChatClient(
        settings.endpoint(System::getenv), answers == null ? null : ReplyFile.open(answers));
  }

  /// Asks an endpoint for its models, so that one that will not do is named before anything runs.
  ///
  /// @throws BadInput saying why it will not do
  static void requireReachable(EndpointSettings settings) {
    try (ChatClient client = open(settings, null)) {
      client.connect();
    } catch (EndpointFailure e) {
      throw new BadInput(String.valueOf(e.getMessage()), e);
    }
  }
}
