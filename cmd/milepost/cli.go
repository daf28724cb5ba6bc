package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/alecthomas/kong"

	"milepost/ingest/deadletter"
)

// cli is the tree of commands.
type cli struct {
	Run        runCmd        `cmd:"" help:"Consume telemetry from Kafka, until told to stop."`
	Demo       demoCmd       `cmd:"" help:"Simulate a mixed fleet, fill a store and show trips and a month of it."`
	Simulate   simulateCmd   `cmd:"" help:"Write a simulated fleet to Kafka, as its uplink does."`
	Replay     replayCmd     `cmd:"" help:"Play captures and print or store the outcomes."`
	Import     importCmd     `cmd:"" help:"Make captures of foreign files."`
	Convert    convertCmd    `cmd:"" help:"Write a capture as Parquet."`
	Trips      tripsCmd      `cmd:"" help:"List the latest trips of a store."`
	Month      monthCmd      `cmd:"" help:"Show a vehicle's month of a store."`
	Explain    explainCmd    `cmd:"" help:"Say where a stored trip, month, factor or charging session comes from, and compute it again."`
	Route      routeCmd      `cmd:"" help:"Draw a trip as a picture, on the roads of a map where one is given."`
	Collisions collisionsCmd `cmd:"" help:"List the collisions of a store."`
	Charges    chargesCmd    `cmd:"" help:"List the charging sessions of a store."`
	Collision  collisionCmd  `cmd:"" help:"Show a collision, write its report, or add to it what the driver says."`
	Alerts     alertsCmd     `cmd:"" help:"Print what people are told of collisions, as it comes."`
	Erase      eraseCmd      `cmd:"" help:"Erase a vehicle or an account from every place, and prove it."`
	Export     exportCmd     `cmd:"" help:"Write all that a store holds of a vehicle into a zip for its owner."`
	Places     placesCmd     `cmd:"" help:"Make lists of places to stop at, and show the nearest by detour."`
	Roads      roadsCmd      `cmd:"" help:"Make maps of roads, and show what they hold."`
	Tables     tablesCmd     `cmd:"" help:"Check insurers' tables, and print what they say."`
	Factors    factorsCmd    `cmd:"" help:"List the insurance factors of a store."`
	Config     configCmd     `cmd:"" help:"Print the settings of milepost run, with comments, or what is wrong with them."`
	Version    versionCmd    `cmd:"" help:"Print the version."`

	Health      healthCmd      `cmd:"" help:"Ask a running milepost whether it gets on. Exit code 1 where it does not."`
	Bench       benchCmd       `cmd:"" help:"Measure how fast milepost is on this machine."`
	DeadLetters deadLettersCmd `cmd:"" help:"Show records that could not be used, and feed them in again."`
	Store       storeCmd       `cmd:"" help:"Look after the stores that outcomes are kept in."`
	State       stateCmd       `cmd:"" help:"Look into the state that snapshots keep."`

	ShowVersion kong.VersionFlag `name:"version" help:"Print the version and exit."`
}

const description = "Driving analytics: telemetry in, trips and driving scores out.\n\n" +
	"Exit codes: 0 done, 1 failed, 2 wrong use of the command line, 130 interrupted."

// Exit codes, as shells use them; the description names them.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// run parses the arguments, runs their command and gives the exit code.
func run(ctx context.Context, args []string, out *terminal) int {
	switch {
	case len(args) == 0:
		args = []string{"--help"}
	case args[0] == "help": // milepost help COMMAND
		args = append(slices.Clone(args[1:]), "--help")
	}
	helped := false
	parser, err := kong.New(&cli{}, kong.Name("milepost"), kong.Description(description),
		kong.Writers(out.Stdout, out.Stderr), kong.Exit(func(int) { helped = true }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(out),
		kong.Vars{"version": version(), "classes": joined(deadletter.Classes)})
	if err != nil {
		fmt.Fprintf(out.Stderr, "milepost: build the command line: %v\n", err)
		return exitFailed
	}
	command, err := parser.Parse(args)
	switch {
	case helped:
		return exitOK
	case err != nil:
		fmt.Fprintf(out.Stderr, "milepost: %v (%s --help shows what there is)\n", err, asked(err))
		return exitUsage
	}
	return exitCode(command.Run(), out)
}

// asked is the command that a wrong use was of, as far as it was told.
func asked(err error) string {
	var wrong *kong.ParseError
	if errors.As(err, &wrong) && wrong.Context != nil {
		if node := wrong.Context.Selected(); node != nil {
			path := node.Path()
			return "milepost " + path
		}
	}
	return "milepost"
}

func exitCode(err error, out *terminal) int {
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(out.Stderr, "milepost: interrupted")
		return exitInterrupted
	}
	fmt.Fprintf(out.Stderr, "milepost: %v\n", err)
	var usage usageError
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}

// usageError is a wrong argument that only the command itself can tell.
type usageError struct{ error }

// Unwrap gives the cause.
func (e usageError) Unwrap() error { return e.error }
