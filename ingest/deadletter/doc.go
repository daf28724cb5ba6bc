// Package deadletter owns what happens to records that cannot be used: the letter
// that says where each lies and why it was refused, writing letters to their topic,
// reading them back, and feeding refused records in once more. A letter never holds
// anything of the record's content: that may be a place or a person. The record
// itself stays where it is, in its topic, for as long as that keeps it.
//
// The package decides neither what is refused nor why.
package deadletter
