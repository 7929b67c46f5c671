package dev.tesuji.cluster;

import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.weights.LoadedModel;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.package$;
import org.jspecify.annotations.Nullable;

/// A model of an executor, which stays in memory from one job to the next. Where only its weights
/// have moved, they are read over those that are there.
final class ExecutorModel {
  private @Nullable LoadedModel model;
  private @Nullable ModelVersion version; // null while none is there whole

  /// Returns the model of a version.
  ///
  /// @throws IOException when the weights are not there or damaged
  LoadedModel take(ModelVersion wanted) throws IOException {
    LoadedModel here = model;
    ModelVersion before = version;
    if (here != null && before != null && before.isSame(wanted)) {
      return here;
    }
    version = null;
    try {
      WeightStore.verify(wanted.weights());
      Path folder = Path.of(wanted.weights().folder());
      if (here != null
          && before != null
          && before.weights().build().equals(wanted.weights().build())) {
        if (!before.weights().hash().equals(wanted.weights().hash())) {
          here.restore(folder);
        }
      } else {
        close();
        here =
            LoadedModel.load(folder, Dtype.valueOf(wanted.dtype()), Device.named(wanted.device()));
        model = here;
      }
      Dtype product = Dtype.valueOf(wanted.product());
      if (here.decoder().compute().productTypes().contains(product)) {
        here.decoder().compute().multiplyIn(product); // where it cannot, the signature differs
      }
      version = wanted;
      return here;
    } catch (IOException | RuntimeException e) {
      close(); // it may be half of another
      throw e;
    }
  }

  /// Says, by name, what of this machine differs from the driver's; empty where nothing does.
  static String difference(ModelVersion wanted, LoadedModel model) {
    Signature here =
        Signature.here(wanted.weights().hash(), model.decoder(), package$.MODULE$.SPARK_VERSION());
    return wanted.signature().difference(here);
  }

  private void close() {
    if (model != null) {
      model.close();
      model = null;
    }
    version = null;
  }
}
