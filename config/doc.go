// Package config owns the settings of `milepost run`: what there is to set, the
// defaults, how a YAML file and the environment are read, what is wrong with them,
// and how they are shown. It reads the files that hold secrets, opens nothing
// else, and never gives a secret away in what it prints.
package config
