/// Files: read without surprises, written so that nobody meets half of one.
///
/// [dev.tesuji.files.InputFiles] opens what a user names and says in one sentence why it cannot be
/// read. [dev.tesuji.files.SafeFiles] writes beside the place and renames, so that a reader, or a
/// crash, finds the old file or the new one and nothing between.
@org.jspecify.annotations.NullMarked
package dev.tesuji.files;
