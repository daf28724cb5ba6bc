package csvimport

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// numberStyle is how a source writes numbers.
type numberStyle struct {
	comma     bool // the decimal mark is a comma, not a point
	thousands byte // what groups digits by three, 0 for nothing
}

var errNumberStyle = errors.New("not a number in this style")

// parse reads a number. A mark that is not of the style is an error: 1.234 may be
// a thousand or one.
func (n numberStyle) parse(text string) (float64, error) {
	if n.thousands != 0 {
		plain, ok := n.ungroup(text)
		if !ok {
			return 0, errNumberStyle
		}
		text = plain
	}
	if n.comma {
		if strings.Contains(text, ".") {
			return 0, errNumberStyle
		}
		text = strings.Replace(text, ",", ".", 1)
	}
	return strconv.ParseFloat(text, 64)
}

// ungroup takes the marks between groups of digits out; each group but the first
// must have three, and none may stand after the decimal mark.
func (n numberStyle) ungroup(text string) (string, bool) {
	whole, rest := text, ""
	if i := strings.IndexAny(text, string(n.decimal())+"eE"); i >= 0 {
		whole, rest = text[:i], text[i:]
	}
	mark := string(n.thousands)
	groups := strings.Split(whole, mark)
	if strings.Contains(rest, mark) {
		return "", false
	}
	for i, g := range groups[1:] {
		first := strings.TrimLeft(groups[0], "+-")
		if len(g) != 3 || i == 0 && (first == "" || len(first) > 3) {
			return "", false
		}
	}
	return strings.Join(groups, "") + rest, true
}

func (n numberStyle) decimal() rune {
	if n.comma {
		return ','
	}
	return '.'
}

func (s *Source) setNumberStyle(at string) *problem {
	if s.DecimalComma && s.Separator == "," {
		return wrong(at+".decimal_comma", "the separator is a comma too")
	}
	s.style = numberStyle{comma: s.DecimalComma}
	if s.Thousands == "" {
		return nil
	}
	if !slices.Contains([]string{".", ",", "'", " "}, s.Thousands) {
		return wrong(at+".thousands", "%q is none of . , ' and a blank", s.Thousands)
	}
	if s.Thousands == s.Separator || s.Thousands == string(s.style.decimal()) || s.Thousands == " " && s.Separator == separatorWhitespace {
		return wrong(at+".thousands", "%q is the separator or the decimal mark too", s.Thousands)
	}
	s.style.thousands = s.Thousands[0]
	return nil
}
