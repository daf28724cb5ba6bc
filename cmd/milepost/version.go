package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

type versionCmd struct{}

// Run prints the version, as --version does.
func (versionCmd) Run(out *terminal) error {
	_, err := fmt.Fprintln(out.Stdout, version())
	return err
}

// version is the module's version as the build recorded it, and Go's.
func version() string {
	module := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		module = info.Main.Version
	}
	return fmt.Sprintf("milepost %s %s %s/%s", module, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
