// Package blob keeps named, immutable pieces of bytes: in a directory (Dir) or in
// a bucket of an S3 service (S3). It owns how a piece becomes durable and whole
// before its name can be seen, and how one of several writers wins a name. It
// never looks into a piece, and it keeps nothing in memory.
//
// Both stores keep these promises, and one suite of tests holds both to them:
//
//   - Put and PutNew give a name its whole content or leave it as it was, and what
//     they acknowledged survives a crash.
//   - Of several PutNew of one name exactly one succeeds; the others get ErrExists.
//   - What was acknowledged is seen by every Get and List that begins later. A
//     network file system that caches its listings does not keep this promise, nor
//     does an S3 service with eventually consistent listings.
package blob
