// Package follow owns what a drive's way on the roads is: connected lines of road with
// the places of fixes on them and what holds along them. It makes that way from a map's
// file by package match, and from a service by package remote.
package follow
