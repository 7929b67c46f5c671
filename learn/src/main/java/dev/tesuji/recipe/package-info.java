/// Recipes.
@org.jspecify.annotations.NullMarked
package dev.tesuji.recipe;
