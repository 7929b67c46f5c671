/// Problems whose answers can be checked.
@org.jspecify.annotations.NullMarked
package dev.tesuji.task;
