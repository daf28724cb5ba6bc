package config

import (
	"slices"
	"strings"
)

// environ reads what the environment sets over c: environ as os.Environ gives it.
func (r *reading) environ(c *Config, environ []string) {
	given := map[string]string{}
	for _, entry := range environ {
		if name, value, ok := strings.Cut(entry, "="); ok && strings.HasPrefix(name, envPrefix) {
			given[name] = value
		}
	}
	inputs, _ := root(c).child("telemetry")
	for namesEntry(given, EnvName(inputs.entryPath())) {
		inputs.grow()
	}
	var known []string
	for _, s := range root(c).settings() {
		name := EnvName(s.path)
		known = append(known, name)
		if value, ok := given[name]; ok {
			r.take(s, value, name)
			delete(given, name)
		}
	}
	r.leftOver(given, known)
}

// namesEntry tells whether a variable sets a member of the list's entry of that
// name.
func namesEntry(given map[string]string, entry string) bool {
	for name := range given {
		if strings.HasPrefix(name, entry+"_") {
			return true
		}
	}
	return false
}

// leftOver reports variables that are nearly a setting's. Others are let be: an
// orchestrator puts addresses of services under such names.
func (r *reading) leftOver(given map[string]string, known []string) {
	var names []string
	for name := range given {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		const typo = 2 // letters
		for _, k := range known {
			if edits(name, k) <= typo {
				r.add(name, "", "there is no such setting; did you mean %s?", k)
				break
			}
		}
	}
}
