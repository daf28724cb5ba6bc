// Package coaching says what a trip tells its driver about energy: the modes and the
// electric driving of hybrids, what braking put back, good and bad moments, and what each
// cause cost. It works on a closed trip's steps, does no I/O and keeps no state; what it
// gives follows from the steps alone. Docs/method/coaching.md has its formulas.
package coaching
