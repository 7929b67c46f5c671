package dev.tesuji.constrain.schema;

import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Keywords by which one member asks for others, or that forbid members, said by `anyOf`: `a` needs
/// `b` where `a` is not there, or both are.
final class Dependents {
  static final Set<String> KEYWORDS =
      Set.of("dependencies", "dependentRequired", "dependentSchemas", "not");

  private Dependents() {}

  /// Returns whether a schema has one of them.
  static boolean any(JsonNode schema) {
    return KEYWORDS.stream().anyMatch(schema::has);
  }

  /// Returns schemas that say together what these keywords of a schema say.
  static List<JsonNode> said(JsonNode schema) {
    List<JsonNode> all = new ArrayList<>();
    for (String keyword : List.of("dependencies", "dependentRequired", "dependentSchemas")) {
      for (Map.Entry<String, JsonNode> e : schema.path(keyword).properties()) {
        all.add(dependency(e.getKey(), e.getValue()));
      }
    }
    JsonNode forbidden = schema.path("not").get("required");
    if (forbidden != null) {
      all.add(oneLacks(forbidden));
    }
    return all;
  }

  private static ObjectNode dependency(String member, JsonNode needs) {
    ObjectNode either = Json.MAPPER.createObjectNode();
    ArrayNode both = either.putArray("anyOf").add(lacking(member)).addObject().putArray("allOf");
    both.addObject().putArray("required").add(member);
    both.add(needs.isArray() ? either.objectNode().set("required", needs) : needs);
    return either;
  }

  /// Returns what says that one of several members is not there, of an object.
  private static ObjectNode oneLacks(JsonNode members) {
    ObjectNode object = Json.MAPPER.createObjectNode().put("type", "object");
    ArrayNode branches = object.putArray("anyOf");
    members.forEach(name -> branches.add(lacking(name.stringValue())));
    return object;
  }

  private static ObjectNode lacking(String member) {
    ObjectNode schema = Json.MAPPER.createObjectNode();
    schema.putObject("properties").put(member, false);
    return schema;
  }
}
