/// Group-relative policy optimisation.
@org.jspecify.annotations.NullMarked
package dev.tesuji.rl.grpo;
