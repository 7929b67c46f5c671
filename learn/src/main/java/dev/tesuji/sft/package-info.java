/// Learning from texts: pretraining and supervised fine-tuning.
@org.jspecify.annotations.NullMarked
package dev.tesuji.sft;
