/// The mathematics that all algorithms share.
@org.jspecify.annotations.NullMarked
package dev.tesuji.policy;
