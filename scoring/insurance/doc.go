// Package insurance computes the factors of insurance products: by use (UBI), of full
// hybrids (FHI) and of plug-in hybrids (PHI). It sums trips in integers, so that any order
// of adding and taking out gives the same, and computes a factor from the sums and a table
// of scoring/tables, in such a way that the factor's receipt alone gives it again.
// docs/method/insurance.md explains the formulas.
//
// It does no I/O, reads no clock, and knows no place, time of day or trip: what it keeps
// of a trip is a Share. When a period begins and ends is pipeline's.
package insurance
