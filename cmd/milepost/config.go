package main

import (
	"fmt"
	"os"

	"milepost/config"
)

type configCmd struct {
	Config string `type:"path" placeholder:"FILE" help:"The YAML file; without one, the defaults and the environment."`
	Check  bool   `help:"Say only whether the settings are right."`
}

// Run prints the settings that milepost run would use, with a comment for each, or
// all that is wrong with them.
func (c *configCmd) Run(out *terminal) error {
	settings, err := config.Load(c.Config, os.Environ())
	if err != nil {
		return usageError{err}
	}
	if c.Check {
		_, err = fmt.Fprintln(out.Stdout, "The settings are right.")
		return err
	}
	shown, err := settings.Render()
	if err != nil {
		return err
	}
	_, err = out.Stdout.Write(shown)
	return err
}
