// Package places owns where a driver may stop: filling and charging stations, rest
// areas, food, parking, with brands and offers, and which of them costs the least
// detour. Lists are made of OpenStreetMap or GeoJSON and are read-only. The package reads
// and writes what it is handed, opens no file and reads no clock: whether an offer holds
// is asked with a time. docs/method/places.md has the formats.
package places
