package main

import (
	"fmt"
	"io"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"milepost/sinks/clickhouse"
)

// storeView is what is shown of a store's tables.
type storeView struct {
	Store    string          `json:"store"` // sqlite or clickhouse
	Where    string          `json:"where"`
	UpToDate bool            `json:"up_to_date"`
	Version  int             `json:"version"` // the last step that is settled
	Known    int             `json:"known"`   // steps of this milepost; more where a newer one was here
	Server   string          `json:"server,omitempty"`
	Times    string          `json:"times,omitempty"`         // the type of columns that hold them
	Servers  int             `json:"servers,omitempty"`       // of the cluster
	Ready    int             `json:"ready_servers,omitempty"` // that have the tables
	Steps    []storeStepView `json:"steps,omitempty"`
}

type storeStepView struct {
	Version int        `json:"version"`
	Name    string     `json:"name"`
	State   string     `json:"state"`
	Why     string     `json:"why,omitempty"`
	At      *time.Time `json:"at,omitempty"`
}

func (v *storeView) add(step clickhouse.Step) {
	s := storeStepView{Version: step.Version, Name: step.Name, State: string(step.State), Why: step.Why}
	if !step.At.IsZero() {
		s.At = &step.At
		v.Version = step.Version
	}
	v.Steps = append(v.Steps, s)
}

func (v *storeView) show(out *terminal, asJSON bool) error {
	if asJSON {
		return writeLine(out.Stdout, v)
	}
	if v.Store == "sqlite" {
		_, err := fmt.Fprintf(out.Stdout, "SQLite file %s: %s.\n", v.Where, v.verdict())
		return err
	}
	return v.showServer(out.Stdout)
}

// verdict says how far the tables are.
func (v *storeView) verdict() string {
	switch {
	case v.UpToDate:
		return fmt.Sprintf("version %d, up to date", v.Version)
	case v.Version == 0:
		return "no tables yet"
	case v.Servers > v.Ready:
		return fmt.Sprintf("version %d, on %d of the cluster's %d servers", v.Version, v.Ready, v.Servers)
	}
	return fmt.Sprintf("version %d of %d", v.Version, v.Known)
}

func (v *storeView) showServer(w io.Writer) error {
	fmt.Fprintf(w, "%s: %s.\nServer %s", v.Where, v.verdict(), v.Server)
	if v.Servers > 0 {
		fmt.Fprintf(w, ", one of %d", v.Servers)
	}
	fmt.Fprintf(w, "; times are %s.\n", v.Times)
	t := newTable("Step", "State", "Since (UTC)")
	t.SetColumnConfigs([]table.ColumnConfig{{Number: 2, Align: text.AlignLeft, AlignHeader: text.AlignLeft}})
	for _, s := range v.Steps {
		since := "-"
		if s.At != nil {
			since = s.At.Format(time.DateTime)
		}
		t.AppendRow([]any{fmt.Sprintf("%04d_%s", s.Version, s.Name), s.State, since})
	}
	if err := printTable(w, t); err != nil {
		return err
	}
	for _, s := range v.Steps {
		if s.Why != "" {
			fmt.Fprintf(w, "%04d is %s: it is %s.\n", s.Version, s.State, s.Why)
		}
	}
	return nil
}
