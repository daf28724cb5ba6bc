// Package alerts owns what the vehicle, the app and a care centre are told of a
// collision: which revision is told to whom, and the messages. It decides from the record
// alone and the time that it is given, so that a restart and a batch that comes again
// change nothing. It does no I/O and reads no clock. There is no receiver for insurers.
package alerts
