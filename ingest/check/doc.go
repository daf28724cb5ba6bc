// Package check compares what a store holds with the outcome topic, fact by fact: what
// is missing, stored twice, different or known to the store alone. It changes neither
// and keeps 32 bytes a fact; where memory does not hold all, it reads both again for the
// rest. It prints no vehicle: facts are named by their ids.
package check
