package dev.tesuji.serve;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.DidYouMean;
import dev.tesuji.json.Json;
import dev.tesuji.serve.api.ApiError;
import dev.tesuji.serve.api.RequestBody;
import dev.tesuji.serve.model.ServedModel;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The models that are served, by name; the first is meant where a request names none.
final class Models {
  private final Map<String, ServedModel> models = new LinkedHashMap<>();
  private final @Nullable ServedModel summarizer;
  private final long since = Instant.now().getEpochSecond();

  /// @param summaryModel the name of the model that sums up thinking; empty for the one that
  ///   thought
  /// @throws BadInput when that one is not served
  Models(List<ServedModel> models, String summaryModel) {
    models.forEach(m -> this.models.put(m.name(), m));
    summarizer = this.models.get(summaryModel);
    if (summarizer == null && !summaryModel.isEmpty()) {
      throw new BadInput(
          "option --summary-model must be a model that is served, got '"
              + summaryModel
              + "'"
              + DidYouMean.hint(summaryModel, this.models.keySet()));
    }
  }

  /// Returns the model that sums up what another one thought.
  ServedModel summarizer(ServedModel thinker) {
    return summarizer == null ? thinker : summarizer;
  }

  /// Returns the model that a request names.
  ///
  /// @throws ApiError when it is not served
  ServedModel of(RequestBody body) {
    String name = body.text("model");
    return name == null ? models.values().iterator().next() : named(name);
  }

  private ServedModel named(String name) {
    ServedModel model = models.get(name);
    if (model == null) {
      throw ApiError.noModel(
          "model must be one that is served, got '"
              + BadInput.brief(name)
              + "'"
              + DidYouMean.hint(name, models.keySet()));
    }
    return model;
  }

  /// Returns the list that `/v1/models` answers.
  ObjectNode list() {
    ObjectNode json = Json.MAPPER.createObjectNode().put("object", "list");
    ArrayNode data = json.putArray("data");
    models.values().forEach(m -> data.add(describe(m)));
    return json;
  }

  /// Returns one of the list.
  ///
  /// @throws ApiError when it is not served
  ObjectNode one(@Nullable String name) {
    return describe(named(name == null ? "" : name));
  }

  private ObjectNode describe(ServedModel model) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("id", model.name()).put("object", "model").put("created", since);
    return json.put("owned_by", "tesuji").put("max_model_len", model.context());
  }
}
