/// Tensors with owners, over libtorch: the only package that imports `org.bytedeco`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.tensor;
