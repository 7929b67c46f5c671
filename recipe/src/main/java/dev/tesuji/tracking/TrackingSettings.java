package dev.tesuji.tracking;

import dev.tesuji.check.BadInput;
import dev.tesuji.yaml.Shorthand;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where a run is tracked besides its own directory.
///
/// @param uri the address of an MLflow server, such as `http://127.0.0.1:5000`; absent for the
///   environment variable `MLFLOW_TRACKING_URI`; where that is not set either, nothing is tracked
/// @param experiment the experiment there; absent for `MLFLOW_EXPERIMENT_NAME`, or else `tesuji`
/// @param models whether the model of the last stage is sent too, as artefacts
/// @param registerAs the registered model of which that model becomes a version; absent for none
public record TrackingSettings(
    @Shorthand @Nullable String uri,
    @Nullable String experiment,
    boolean models,
    @Nullable String registerAs) {
  /// What the environment says, without models.
  public static final TrackingSettings DEFAULT = new TrackingSettings(null, null, false, null);

  /// The environment variable that names a server.
  public static final String URI_VARIABLE = "MLFLOW_TRACKING_URI";

  private static final String EXPERIMENT_VARIABLE = "MLFLOW_EXPERIMENT_NAME";
  private static final String EXPERIMENT = "tesuji";

  /// Checks the address.
  public TrackingSettings {
    if (uri != null) {
      parsed("uri", uri);
    }
  }

  /// A server and an experiment there.
  record Place(URI server, String experiment) {}

  /// Returns whether the last stage's model is sent.
  boolean sendsModel() {
    return models || registerAs != null;
  }

  /// Returns the server that is meant; empty for none.
  ///
  /// @param environment the process's
  /// @throws BadInput when the environment names what is no address of a server
  Optional<Place> place(Map<String, String> environment) {
    String named = uri == null ? environment.getOrDefault(URI_VARIABLE, "").strip() : uri;
    if (named.isEmpty()) {
      return Optional.empty();
    }
    String chosen =
        experiment == null ? environment.getOrDefault(EXPERIMENT_VARIABLE, EXPERIMENT) : experiment;
    try {
      return Optional.of(new Place(parsed(URI_VARIABLE, named), chosen));
    } catch (IllegalArgumentException e) {
      throw new BadInput(String.valueOf(e.getMessage()), e);
    }
  }

  private static URI parsed(String name, String text) {
    boolean isServer = text.matches("https?://[^\\s/]+.*");
    try {
      if (isServer) {
        return URI.create(text.endsWith("/") ? text : text + "/");
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new IllegalArgumentException(
        name
            + " must be the address of an MLflow server such as http://127.0.0.1:5000, got '"
            + BadInput.brief(text)
            + "'");
  }
}
