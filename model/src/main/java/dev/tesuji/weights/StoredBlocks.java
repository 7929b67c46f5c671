package dev.tesuji.weights;

import dev.tesuji.kernel.BlockForm;
import dev.tesuji.kernel.BlockPanels;
import dev.tesuji.nn.BlockStorage;
import dev.tesuji.nn.Parameter.Part;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The matrices of a checkpoint that kernels multiply as they are stored: those whose parts are all
/// in blocks, each of whole strips of rows but the last.
///
/// @param checkpoint where they are read from; open until the model is made
record StoredBlocks(Checkpoint checkpoint) implements BlockStorage {
  @Override
  public @Nullable BlockPanels read(List<Part> parts, long rows, long columns, Scope owner) {
    for (Part part : parts) {
      boolean whole = part.rows() % BlockForm.LANES == 0 || part.equals(parts.getLast());
      if (!whole || checkpoint.blockForm(part.name()) == null) {
        return null;
      }
    }
    int depth = Math.toIntExact(columns);
    List<BlockPanels.Part> strips = new ArrayList<>();
    for (Part part : parts) {
      strips.add(read(part, depth, owner));
    }
    return new BlockPanels(strips, depth, Math.toIntExact(rows));
  }

  private BlockPanels.Part read(Part part, int depth, Scope owner) {
    BlockForm form = checkpoint.blockForm(part.name());
    if (form == null) {
      throw new IllegalStateException(part.name() + " must be in blocks");
    }
    int strips = Math.toIntExact(Math.ceilDiv(part.rows(), BlockForm.LANES));
    Tensor memory = owner.adopt(Tensor.empty(Dtype.UINT8, (long) strips * form.stripBytes(depth)));
    checkpoint.readStrips(part.name(), memory.data());
    return new BlockPanels.Part(form, memory.data().address(), strips);
  }
}
