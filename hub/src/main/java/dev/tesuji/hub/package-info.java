/// The Hugging Face hub: models and data sets by name.
@org.jspecify.annotations.NullMarked
package dev.tesuji.hub;
