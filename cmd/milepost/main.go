// Command milepost replays recorded drives, simulates a fleet, and shows what it
// made of them. It owns flags and the wiring of the packages; what is computed,
// is computed in them.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // zones work where the system has no database of them
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks for an orderly end; a second one kills at once, unless it
	// comes with the first: timeout(1), for one, signals a process and then its group.
	context.AfterFunc(ctx, func() {
		time.Sleep(time.Second)
		stop()
	})
	code := run(ctx, os.Args[1:], systemTerminal())
	stop()
	os.Exit(code)
}
