package dev.tesuji.serve;

import dev.tesuji.check.BadInput;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.generate.GenerationMemory;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.serve.http.ServerProcess;
import dev.tesuji.serve.model.ServedModel;
import dev.tesuji.tensor.Memory;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.SharedAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// A server as a process: from the first line on standard error to the signal that ends it.
public final class ServeProcess {
  private static final int MOST_ROWS = 64;
  private static final int MOST_CONTEXT = 8192;
  private static final int KEPT_SHARE = 4; // of free memory, one part in so many for prompts

  private ServeProcess() {}

  /// How much is served at once.
  ///
  /// @param rows answers at once; 0 for what memory allows, at most 64. Fewer run while those that
  ///   do might take half of the free memory
  /// @param waiting answers that may wait
  /// @param context the most tokens of a prompt and its answer; 0 for what the model can, at most
  ///   8192
  /// @param keepsPrompts whether what is read of prompts is kept for others that begin alike
  /// @param promptLookup the most tokens of an answer that are proposed at a time; 0 for none
  /// @param warmUp whether some tokens are generated before clients are served
  public record Room(
      int rows, int waiting, int context, boolean keepsPrompts, int promptLookup, boolean warmUp) {
    /// Checks the ranges.
    public Room {
      if (rows < 0 || waiting < 0 || context < 0) {
        throw new BadInput(
            "options --rows, --max-queue and --context must be at least 0, got "
                + rows
                + ", "
                + waiting
                + " and "
                + context);
      }
    }
  }

  /// Serves until the process is told to end, and then ends it with status 0.
  ///
  /// @param loading reads the models
  public static void run(ServerSettings settings, Room room, Supplier<Weights> loading) {
    ServerProcess.run(
        settings.http().host(), () -> new Server(settings, () -> served(loading.get(), room)));
  }

  /// The weights of what is served.
  ///
  /// @param models by the names that clients give, the first the one that is meant where a client
  ///   gives none
  /// @param adapters of the first, which share its weights
  public record Weights(Map<String, LoadedModel> models, Map<String, SharedAdapter> adapters) {}

  private static List<ServedModel> served(Weights weights, Room room) {
    List<ServedModel> all = new ArrayList<>();
    weights.models.forEach((name, loaded) -> {
      ServedModel.Room own = room(loaded, room, weights.models.size());
      Map<String, SharedAdapter> adapters = all.isEmpty() ? weights.adapters : Map.of();
      all.addAll(ServedModel.withAdapters(name, loaded, adapters, own));
    });
    if (room.warmUp) {
      all.stream().filter(m -> m.adapter() == 0).forEach(ServedModel::warmUp);
    }
    for (ServedModel model : all) {
      if (room.promptLookup > 0 && !model.engine().looksUp()) {
        System.err.println(
            "Note: --prompt-lookup does nothing for " + model.name() + ": libtorch computes it");
      }
      if (model.template() == null) {
        System.err.println(
            "Note: "
                + model.name()
                + " has no chat template, so conversations are continued as plain text");
      }
    }
    return all;
  }

  private static ServedModel.Room room(LoadedModel loaded, Room room, int models) {
    int context = context(loaded, room);
    long free = Memory.available() / models;
    CausalLm model = loaded.decoder();
    boolean grows = model.compute().memory().growsWithTokens();
    int most = grows ? MOST_ROWS : rows(model, context, free / 2);
    int rows = room.rows == 0 ? most : room.rows;
    long tokens = grows ? GenerationMemory.tokens(model, rows, context, free / 2) : Long.MAX_VALUE;
    long kept = room.keepsPrompts ? free / KEPT_SHARE : 0;
    return new ServedModel.Room(rows, room.waiting, context, kept, room.promptLookup, tokens);
  }

  private static int context(LoadedModel loaded, Room room) {
    int positions = loaded.decoder().config().maxPositions();
    if (room.context > positions || room.context == 1) {
      throw new BadInput(
          "option --context must be from 2 to the model's "
              + positions
              + " positions, got "
              + room.context);
    }
    if (room.context > 0) {
      return room.context;
    }
    if (positions > MOST_CONTEXT) {
      System.err.println(
          "Note: prompts and answers have at most "
              + MOST_CONTEXT
              + " of the model's "
              + positions
              + " positions; --context gives them more");
    }
    return Math.min(positions, MOST_CONTEXT);
  }

  /// Returns as many rows as fit into some bytes however long they get.
  private static int rows(CausalLm model, int context, long room) {
    int rows = MOST_ROWS;
    while (rows > 1 && bytes(model, rows, context) > room) {
      rows /= 2;
    }
    return rows;
  }

  private static long bytes(CausalLm model, int rows, int context) {
    int most = context - 1;
    return new GenerationMemory(new DecodingCapacity(rows, most, most), rows).bytes(model);
  }
}
