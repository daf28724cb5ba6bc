// Package export hands a vehicle's stored facts to the person whose they are: one zip
// with JSON, its schemas, a GPX track of each drive, and a text that says what is what.
// It reads through the read model and shows what a reader of the store sees; what was
// never shared was never stored. The same facts give the same bytes.
package export
