// Package roads owns the map: a read-only graph of the roads that cars may use, with
// their shapes, names, classes and speed limits. It is built of OpenStreetMap or
// GeoJSON and kept in one file that is mapped into memory. Beside that file it does no
// I/O, and it reads no clock. How the map is made: docs/method/roads.md.
package roads
