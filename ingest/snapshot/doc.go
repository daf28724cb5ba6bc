// Package snapshot keeps the state of a partition's vehicles in a blob store: it
// owns claims, checkpoints, their files and manifests, and what may be deleted. It
// never looks into a vehicle's state, and it decides nothing about offsets: a
// manifest carries those of its cut.
//
// # Files
//
// Below topic/partition lie claim/EPOCH, manifest/EPOCH-SEQUENCE, entries/EPOCH-NUMBER
// and chunks/EPOCH-NUMBER. Every name but a manifest's is written once. Entries are
// a vehicle's whole state or a tombstone; a base and the deltas behind it make a
// snapshot, and of a vehicle's entries the last counts. Chunk files hold pieces of
// state that entries refer to. Every file has checksums, and says whose it is. A
// manifest names all files of a snapshot, with length and checksum, and is written
// after them, atomically: without it they are nothing, and with it they are whole.
//
// # One owner
//
// An owner creates claim/EPOCH under an epoch above all that it finds; the store lets
// one win. It commits only while it finds no higher claim, looks before and after
// its manifest, and treats a higher one found afterwards as if nothing had been
// committed (ErrFenced). A manifest counts above every one of a lower epoch.
//
// An owner that was replaced but does not know it (a zombie) may still write a
// manifest, if it was held up between its first look and the writing. That manifest
// is whole and true to its own offsets. The new owner restores it or the one
// before, and either is right, since both have the offsets that go with their
// entries; from the new owner's first commit on it is below that. Its files bear
// its epoch, so it overwrites none of another's.
//
// # Deleting
//
// An owner deletes what neither its newest manifest needs nor the one before it, what
// is not just being written, and only names of epochs up to its own. It begins after
// the second look at the claims has passed for its newest manifest M, and stops
// where it finds a higher claim. A zombie may be held up within. Can it take
// files from under the restore of the owner that follows?
//
//   - It began after a look that came after M was written and found no claim above its
//     own. So the follower's claim came after M was written, its listing came after
//     its claim, and M is in it.
//   - The follower tries the manifests it finds from the highest down. What is above M
//     was written by the zombie after M. Before it would delete by such a manifest it
//     would have to look at the claims again, and find the follower's.
//   - So nothing is deleted by any manifest above M; and by M nothing that M or the one
//     before it needs. The follower finds M whole, or a whole one above it.
//
// If the one above M is torn, M is used; if M is torn, too, the one before it. An older
// one may have lost files and is then refused. Someone who reads without a claim, such
// as Inspect, may be overtaken: whenever a manifest is refused the list is read again,
// and a newer one is tried first.
//
// This holds as long as a listing shows all that was acknowledged before it began. S3
// and local file systems do so.
//
// # Damage
//
// A snapshot is used if all its files are there; files of entries are read through
// and compared with their checksums before the first entry is given. Of chunk files
// only the end is looked at: they may hold days. An altered piece is found when it is
// read (ErrDamaged), and costs that piece; going back to an older snapshot would not
// bring it back, as both name the same file. Where manifests are there and none is
// whole, that is an error and not an empty state.
package snapshot
