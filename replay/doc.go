// Package replay plays recorded drives through the pipeline. Captures are read by
// replay/capture, foreign files imported by replay/csvimport.
package replay
