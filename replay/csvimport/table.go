package csvimport

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// The encodings of a source.
const (
	encodingUTF8   = "utf-8"
	encodingLatin1 = "latin-1"
	encodingUTF16  = "utf-16"
)

// errMalformed: a row whose quotes cannot be told apart; the rows after it can.
var errMalformed = errors.New("misplaced quote")

// rowReader gives the cells of one row after another and its line, counting from
// 1. The cells hold until the next call. errMalformed costs the row only.
type rowReader interface {
	read() (cells []string, line int, err error)
}

// openRows decodes a source's text and skips what stands before its header.
func (s *Source) openRows(r io.Reader) (rowReader, error) {
	switch s.Encoding {
	case encodingLatin1:
		r = charmap.ISO8859_1.NewDecoder().Reader(r)
	case encodingUTF16:
		r = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(r)
	}
	b := bufio.NewReaderSize(r, 64<<10)
	if err := skipMark(b); err != nil {
		return nil, err
	}
	for i := range s.SkipLines {
		switch err := skipLine(b); {
		case errors.Is(err, errEndless):
			return nil, endless(i + 1)
		case errors.Is(err, io.EOF):
			return nil, fmt.Errorf("%w: it ends within the %d lines to skip", ErrInput, s.SkipLines)
		case err != nil:
			return nil, err
		}
	}
	if s.Separator == separatorWhitespace {
		sc := bufio.NewScanner(b)
		sc.Buffer(nil, maxRecord)
		return &fieldsReader{scanner: sc, line: s.SkipLines, comment: s.Comment}, nil
	}
	lines := &boundedLines{from: b, comment: s.Comment}
	c := csv.NewReader(lines)
	c.Comma = []rune(s.Separator)[0]
	if s.Comment != "" {
		c.Comment = []rune(s.Comment)[0]
	}
	c.FieldsPerRecord, c.ReuseRecord = -1, true
	return &csvReader{csv: c, lines: lines, skipped: s.SkipLines}, nil
}

// skipMark drops a UTF-8 byte order mark and refuses UTF-16's.
func skipMark(b *bufio.Reader) error {
	head, _ := b.Peek(3) // shorter files have no mark
	switch {
	case bytes.Equal(head, []byte("\xef\xbb\xbf")):
		_, err := b.Discard(3)
		return err
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return fmt.Errorf("%w: it is UTF-16; say so with encoding: %s", ErrInput, encodingUTF16)
	}
	return nil
}

type csvReader struct {
	csv     *csv.Reader
	lines   *boundedLines
	skipped int
}

func (r *csvReader) read() ([]string, int, error) {
	r.lines.begin()
	cells, err := r.csv.Read()
	if errors.Is(r.lines.err, errEndless) {
		return nil, 0, endless(r.lines.began + r.skipped)
	}
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		if bad.StartLine != bad.Line {
			// What follows the quote was swallowed; it must not be lost silently.
			return nil, 0, fmt.Errorf("%w: the quote opened in line %d is closed wrongly or never", ErrInput, bad.StartLine+r.skipped)
		}
		return nil, bad.Line + r.skipped, errMalformed
	}
	if err != nil {
		return nil, 0, err
	}
	line, _ := r.csv.FieldPos(0)
	return cells, line + r.skipped, nil
}

type fieldsReader struct {
	scanner *bufio.Scanner
	line    int
	comment string
}

func (r *fieldsReader) read() ([]string, int, error) {
	for r.scanner.Scan() {
		r.line++
		text := strings.TrimSpace(r.scanner.Text())
		if text == "" || r.comment != "" && strings.HasPrefix(text, r.comment) {
			continue
		}
		return strings.Fields(text), r.line, nil
	}
	if err := r.scanner.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, 0, endless(r.line + 1)
	} else if err != nil {
		return nil, 0, fmt.Errorf("line %d: %w", r.line+1, err)
	}
	return nil, 0, io.EOF
}
