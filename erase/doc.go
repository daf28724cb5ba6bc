// Package erase takes someone's data out of every place that milepost keeps it in, and
// proves it: a vehicle's, or what an account's drives left. It owns the order of the
// work, which lets a crash in the middle be mended by running it again, and the proof,
// which is written from what is read back afterwards. It never decides whose data it
// is, and knows no flags and no settings.
package erase
