// Package blocks makes sure of OpenStreetMap's .osm.pbf files of what their reader
// takes for granted. paulmach/osm decodes blocks in goroutines of its own and panics
// there at indexes that lead out of a table, at sizes below nothing and at nodes that
// are not dense; nobody outside can recover from that.
package blocks
