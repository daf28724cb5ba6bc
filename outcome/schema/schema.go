// Package schema owns the JSON Schemas (draft 2020-12) of milepost's outcomes and
// checks outcomes against them. It stands apart from package outcome so that who
// only makes outcomes does not link a validator.
package schema

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"milepost/outcome"
)

// FS holds the schemas: header.schema.json with the shared definitions, and one
// file per type of outcome, <type>.schema.json.
//
//go:embed *.schema.json
var FS embed.FS

// Messages holds those of the messages that are made of outcomes, messages/<type>.schema.json.
//
//go:embed messages/*.schema.json
var Messages embed.FS

const suffix = ".schema.json"

var types = []outcome.Type{outcome.TypeTrip, outcome.TypeEvent, outcome.TypeMonth, outcome.TypeCollision, outcome.TypeAddition,
	outcome.TypeCharge, outcome.TypeFactor, "collision_alert", "collision_notification", "collision_care"}

// Validator checks outcomes against their schemas. It is safe for concurrent use.
type Validator struct {
	byType map[outcome.Type]*jsonschema.Schema
}

// NewValidator compiles the embedded schemas.
func NewValidator() (*Validator, error) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := addResources(c); err != nil {
		return nil, err
	}
	v := &Validator{byType: make(map[outcome.Type]*jsonschema.Schema, len(types))}
	for _, t := range types {
		s, err := c.Compile(string(t) + suffix)
		if err != nil {
			return nil, fmt.Errorf("compile schema of outcome type %s: %w", t, err)
		}
		v.byType[t] = s
	}
	return v, nil
}

func addResources(c *jsonschema.Compiler) error {
	return errors.Join(addFrom(c, FS, "*"+suffix), addFrom(c, Messages, "messages/*"+suffix))
}

func addFrom(c *jsonschema.Compiler, files embed.FS, pattern string) error {
	names, err := fs.Glob(files, pattern)
	if err != nil {
		return fmt.Errorf("list outcome schemas: %w", err)
	}
	for _, name := range names {
		b, err := files.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read schema %s: %w", name, err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			return fmt.Errorf("parse schema %s: %w", name, err)
		}
		if err := c.AddResource(path.Base(name), doc); err != nil {
			return fmt.Errorf("add schema %s: %w", name, err)
		}
	}
	return nil
}

// Validate reports how the JSON form of o departs from the schema of its type.
func (v *Validator) Validate(o outcome.Outcome) error {
	b, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("encode outcome %s: %w", o.Head().ID, err)
	}
	return v.ValidateJSON(b)
}

// ValidateJSON is Validate for one outcome that is JSON already.
func (v *Validator) ValidateJSON(b []byte) error {
	var head struct {
		Type outcome.Type `json:"type"`
		ID   string       `json:"id"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return fmt.Errorf("validate outcome: %w", err)
	}
	s, ok := v.byType[head.Type]
	if !ok {
		return fmt.Errorf("validate outcome %s: no schema for type %q", head.ID, head.Type)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		return fmt.Errorf("validate outcome %s: %w", head.ID, err)
	}
	if err := s.Validate(doc); err != nil {
		return fmt.Errorf("validate %s %s: %w", head.Type, head.ID, err)
	}
	return nil
}
