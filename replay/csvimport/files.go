package csvimport

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// input is what is read together: the file of a drive or of several, or a
// folder's files, by source.
type input struct {
	files []inputFile
}

type inputFile struct {
	path   string
	source int
	size   int64
}

// found is what a search of the given files and folders gives.
type found struct {
	inputs  []input
	files   int
	ignored int
	bytes   int64
}

// find searches files and folders, these all the way down and in order of their
// names. A file that is named must match a source, unless there is only one; in a
// folder others are ignored and counted.
func (m *Mapping) find(paths []string) (found, error) {
	var files []inputFile
	var out found
	seen := map[string]bool{}
	for _, p := range paths {
		matches := 0
		p, err := resolve(p)
		if err != nil {
			return out, fmt.Errorf("find files of mapping %s: %w", m.Name, err)
		}
		err = filepath.WalkDir(p, func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			f, err := m.classify(name, name == p)
			if err != nil {
				return err
			}
			if f == nil {
				out.ignored++
				return nil
			}
			matches++
			absolute, err := filepath.Abs(name)
			if err == nil && !seen[absolute] {
				seen[absolute] = true
				files = append(files, *f)
			}
			return err
		})
		if err != nil {
			return out, fmt.Errorf("find files of mapping %s: %w", m.Name, err)
		}
		if matches == 0 {
			return out, fmt.Errorf("%w: nothing in %s is named %s", ErrInput, p, m.globs())
		}
	}
	for _, f := range files {
		out.bytes += f.size
	}
	out.files = len(files)
	inputs, err := m.group(files)
	out.inputs = inputs
	return out, err
}

// resolve gives the folder that a link leads to: a walk would not follow it.
func resolve(p string) (string, error) {
	info, err := os.Stat(p)
	if err != nil || !info.IsDir() {
		return p, err
	}
	return filepath.EvalSymlinks(p)
}

// checkTarget refuses to write where it cannot or must not: before anything is
// read, and over no file that is read.
func checkTarget(out string, in found) error {
	target, err := os.Stat(out)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("import to %s: %w", out, err)
	}
	if !target.Mode().IsRegular() {
		return fmt.Errorf("import to %s: %w", out, errTarget)
	}
	for _, input := range in.inputs {
		for _, f := range input.files {
			if info, err := os.Stat(f.path); err == nil && os.SameFile(info, target) {
				return fmt.Errorf("import to %s: %w: %s", out, errSelf, f.path)
			}
		}
	}
	return nil
}

var (
	errTarget = errors.New("it is a folder or no regular file; name the capture to write")
	errSelf   = errors.New("it is one of the files to import")
)

// classify finds a file's source, nil for none.
func (m *Mapping) classify(name string, named bool) (*inputFile, error) {
	for i, s := range m.Sources {
		only := named && len(m.Sources) == 1 // there is no doubt what it is
		if ok, _ := path.Match(s.Files, filepath.Base(name)); !ok && !only {
			continue
		}
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			return nil, nil
		}
		return &inputFile{path: name, source: i, size: info.Size()}, nil
	}
	if named {
		return nil, fmt.Errorf("%w: %s is not named %s", ErrInput, name, m.globs())
	}
	return nil, nil
}

func (m *Mapping) globs() string {
	var all []string
	for _, s := range m.Sources {
		all = append(all, s.Files)
	}
	return strings.Join(all, " or ")
}

// group puts the files of one drive together.
func (m *Mapping) group(files []inputFile) ([]input, error) {
	var inputs []input
	if m.Drive != driveFolder {
		for _, f := range files {
			inputs = append(inputs, input{files: []inputFile{f}})
		}
		return inputs, nil
	}
	places := map[string]int{}
	for _, f := range files {
		dir := filepath.Dir(f.path)
		at, ok := places[dir]
		if !ok {
			at = len(inputs)
			places[dir] = at
			inputs = append(inputs, input{})
		}
		inputs[at].files = append(inputs[at].files, f)
	}
	for _, in := range inputs {
		slices.SortStableFunc(in.files, func(a, b inputFile) int { return a.source - b.source })
		if err := m.complete(in); err != nil {
			return nil, err
		}
	}
	return inputs, nil
}

// complete checks that a folder has each source once.
func (m *Mapping) complete(in input) error {
	counts := make([]int, len(m.Sources))
	dir := filepath.Dir(in.files[0].path)
	for _, f := range in.files {
		counts[f.source]++
	}
	for i, s := range m.Sources {
		switch {
		case counts[i] == 0 && !s.Optional:
			return fmt.Errorf("%w: folder %s has no %s (source %s)", ErrInput, dir, s.Files, s.Name)
		case counts[i] > 1:
			return fmt.Errorf("%w: folder %s has %d files named %s (source %s), one is wanted", ErrInput, dir, counts[i], s.Files, s.Name)
		}
	}
	return nil
}
