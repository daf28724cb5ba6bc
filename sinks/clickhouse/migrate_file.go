package clickhouse

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var embedded embed.FS

// migration is one step of the tables' history: NNNN_name.sql, numbered from 1
// without holes and never changed once released.
type migration struct {
	version  int
	name     string // without number and ending
	checksum string // SHA-256 of the file, hex
	gate     gate
	text     string // a template
}

// readMigrations gives the files of a folder in order.
func readMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	steps := make([]migration, 0, len(names))
	for i, file := range names {
		number, name, _ := strings.Cut(strings.TrimSuffix(path.Base(file), ".sql"), "_")
		if version, err := strconv.Atoi(number); err != nil || version != i+1 || len(number) != 4 {
			return nil, fmt.Errorf("migration %s: its number should be %04d", file, i+1)
		}
		text, err := fs.ReadFile(files, file)
		if err != nil {
			return nil, fmt.Errorf("read migration %s: %w", file, err)
		}
		sum := sha256.Sum256(text)
		step := migration{version: i + 1, name: name, checksum: hex.EncodeToString(sum[:]), text: string(text)}
		if step.gate, err = readGate(step.text); err != nil {
			return nil, fmt.Errorf("migration %s: %w", file, err)
		}
		steps = append(steps, step)
	}
	return steps, nil
}

// version is a server's, without what changes nothing of its language.
type version struct{ major, minor int }

func (v version) String() string { return fmt.Sprintf("%d.%d", v.major, v.minor) }

func (v version) below(other version) bool {
	return v.major < other.major || v.major == other.major && v.minor < other.minor
}

// parseVersion reads what version() gives: 18.16.1, 26.9.1.1-lts.
func parseVersion(text string) (version, error) {
	var v version
	if _, err := fmt.Sscanf(text, "%d.%d", &v.major, &v.minor); err != nil {
		return v, fmt.Errorf("the server's version %q is not understood", text)
	}
	return v, nil
}

// gate says which servers a migration is for. The zero gate is for all.
type gate struct {
	from  version // the first, where it is not zero
	below version // the first that it is not for, where it is not zero
}

var gateLine = regexp.MustCompile(`^-- server: (>=|<) (\d+\.\d+)$`)

// readGate looks at the first line.
func readGate(text string) (gate, error) {
	line, _, _ := strings.Cut(text, "\n")
	if !strings.HasPrefix(line, "-- server:") {
		return gate{}, nil
	}
	found := gateLine.FindStringSubmatch(line)
	if found == nil {
		return gate{}, fmt.Errorf("its first line should be like -- server: >= 21.8, and is %q", line)
	}
	v, err := parseVersion(found[2])
	if found[1] == "<" {
		return gate{below: v}, err
	}
	return gate{from: v}, err
}

func (g gate) holds(server version) bool {
	return !server.below(g.from) && (g.below == version{} || server.below(g.below))
}

// refusal says why a server is not served.
func (g gate) refusal(server version) string {
	if server.below(g.from) {
		return fmt.Sprintf("for servers from %v on, and this one is %v", g.from, server)
	}
	return fmt.Sprintf("for servers before %v, and this one is %v", g.below, server)
}
