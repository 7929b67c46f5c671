package dev.tesuji.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Turns JSON into the plain objects that templates take.
final class JavaValues {
  private JavaValues() {}

  static @Nullable Object of(@Nullable JsonNode node) {
    if (node == null) {
      return null;
    }
    return switch (node.getNodeType()) {
      case STRING -> node.stringValue();
      case BOOLEAN -> node.booleanValue();
      case NUMBER -> node.isIntegralNumber() ? node.bigIntegerValue() : (Object) node.doubleValue();
      case ARRAY -> {
        List<@Nullable Object> items = new ArrayList<>();
        node.forEach(item -> items.add(of(item)));
        yield items;
      }
      case OBJECT -> {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        node.properties().forEach(e -> fields.put(e.getKey(), of(e.getValue())));
        yield fields;
      }
      case NULL, MISSING, BINARY, POJO -> null;
    };
  }
}
