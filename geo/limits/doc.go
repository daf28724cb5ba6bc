// Package limits owns which speed limit is in force: the sign that the vehicle read, or
// what the map says of the matched place at that local time. It is pure.
package limits
