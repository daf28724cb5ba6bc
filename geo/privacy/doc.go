// Package privacy owns what a vehicle's unshared location means: the gate that takes
// out of frames what must not be kept, and the rule by which a hidden stretch of a
// trip may be estimated or stays blank. It does no I/O and reads no clock.
package privacy
