package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/dustin/go-humanize"

	"milepost/replay/capture"
)

// convertCmd writes a capture's table as Parquet.
type convertCmd struct {
	In  string `arg:"" name:"in.arrow" type:"existingfile" help:"The capture."`
	Out string `arg:"" name:"out.parquet" type:"path" help:"The Parquet file to write."`
}

var errNotParquet = errors.New("a capture is converted to Parquet: name a file that ends in .parquet")

// Run converts, and says on standard error how many rows there were.
func (c *convertCmd) Run(ctx context.Context, out *terminal) error {
	if !strings.EqualFold(filepath.Ext(c.Out), ".parquet") {
		return fmt.Errorf("%s: %w", c.Out, errNotParquet)
	}
	if err := differ(c.In, c.Out); err != nil {
		return err
	}
	var bar progress
	shown := 0
	rows, err := capture.Convert(ctx, c.In, c.Out, func(done, total int) {
		if shown == 0 {
			bar = newProgress(out, total, "converting")
		}
		bar.add(done - shown)
		shown = done
	})
	bar.finish()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out.Stderr, "%s rows written to %s\n", humanize.Comma(rows), c.Out)
	return err
}
