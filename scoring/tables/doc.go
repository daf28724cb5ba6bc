// Package tables owns the tables of insurance products: what is weighed, by how much,
// and what a score or an electric share is worth. They are versioned YAML files; the
// defaults come with milepost, an insurer brings a folder of its own. Every refusal
// names its file and line. docs/method/insurance.md explains the terms.
//
// It reads files through an fs.FS alone, and it never computes a factor: scoring/insurance
// does.
package tables
