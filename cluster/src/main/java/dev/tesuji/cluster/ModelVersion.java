package dev.tesuji.cluster;

import java.io.Serializable;

/// A model as it must be where anybody computes with it.
///
/// @param weights the published weights
/// @param device where executors compute, as the driver does
/// @param dtype the type that they are computed in
/// @param product the type of the products
/// @param signature of the driver
record ModelVersion(
    WeightStore.Version weights, String device, String dtype, String product, Signature signature)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /// Returns whether a model of another version is the same.
  boolean isSame(ModelVersion other) {
    return weights.hash().equals(other.weights.hash())
        && product.equals(other.product)
        && device.equals(other.device);
  }
}
