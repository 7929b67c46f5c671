/// The Hugging Face hub: models and data sets by their names, in the cache that Python's tools
/// share.
///
/// # The problem
///
/// Users name a model as the field does, `OWNER/NAME`, and have it on their disk already, because
/// another tool has downloaded it. A second cache would cost them the space and the hours again.
/// And downloads of gigabytes are broken off: by a train's tunnel, a job's time limit, a full disk,
/// a hub that limits its rate. What was read must not be read again, and what is wrong must be said
/// in one sentence.
///
/// # The way of a name
///
/// 1. [dev.tesuji.hub.HubPaths] decides whether what a user wrote is a path or an
///    [dev.tesuji.hub.Address]. Recipes (`RecipePaths`), the command line (`HubArguments`) and the
///    bases of adapters (`ModelParts`) come through it; nothing else knows the hub.
/// 2. `Fetch` looks into the `Cache`. A commit that is there whole asks nobody; a branch asks the
///    hub what it is now, and the cache stands in where the hub cannot be reached. Half a model is
///    never taken: `LocalCopy`.
/// 3. `HubClient` asks: the commit, the pages of its listing, a `HEAD` for each file that is
///    missing, whose answer names the hash and the store. `Wire` follows redirects by hand and
///    shows the token to the hub alone. `Patience` tries again what may pass, keeps the pauses that
///    the hub asks for, and gives up in bounds. `Refusal` words what does not pass.
/// 4. `Download` reads a file in segments, on at most four connections of all files together
///    (`Lanes`), into a `Partial`; compares the hash (`Checksum`); renames it into the cache.
///
/// # What a break costs
///
/// A request asks for at most 224 KiB, and goes on from the byte where it was cut. Blocks of 32 KiB
/// that are whole stand in a journal beside the bytes, so that a process that is killed loses what
/// its four connections had under way, less than 1 MiB, whoever counts it: the segments bound what
/// the hub has sent into buffers too, which a stream of the whole file would not.
///
/// The temporary belongs to the process that has the blob's lock, taken as Python takes it
/// (`Flock`). Where there are no locks, each process has a temporary of its own and nothing is gone
/// on with. The hash decides in any case, before the rename.
///
/// # What is trusted
///
/// Nothing that the hub says becomes a part of a path before `Names` has looked at it: files'
/// names, etags, commits.
///
/// # Deviations from huggingface_hub
///
/// 1. It downloads from one stream and, since its locks proved broken on some file systems, begins
///    anew after a kill. We go on within our own temporary, because the hash is compared.
/// 2. It verifies no hash of a download by HTTP; we do.
/// 3. It keeps `trees/COMMIT.json` for every snapshot and then holds one without README.md for
///    broken. We keep a listing of our own, `trees/COMMIT.tesuji.json`, and its file only where
///    everything was taken.
/// 4. References are written when the snapshot is whole, not before.
/// 5. Xet's chunked transport is not spoken: the hub serves the same files over HTTP.
///
/// # Reading order
///
/// [dev.tesuji.hub.HubPaths], [dev.tesuji.hub.Address], [dev.tesuji.hub.Hub], `Fetch`, `Cache`,
/// `LocalCopy`, `HubClient`, `Wire`, `Patience`, `Download`, `Partial`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.hub;
