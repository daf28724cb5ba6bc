// Package statetest helps tests show that a State method visits every field: it
// fills a struct with values of their own, and compares what was read with it. A
// field added later and not visited then differs, and is named. It is for tests
// alone.
package statetest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
)

// Rules name fields as "type.field" that can't take any value: the value they get,
// Left where they are not filled, or Long for how long a slice is.
type Rules map[string]any

// Long is the number of elements that a slice gets.
type Long int

// Left leaves a field as it is.
var Left = new(byte)

// Fill gives every field below p, a pointer, exported or not, a value other than
// zero, and different ones as far as their types allow: slices have three elements,
// truths are true, named bytes are 1, as the second of an enumeration. It fails on
// pointers, interfaces and the like without a rule, and on a rule for no field.
func Fill(t testing.TB, p any, rules Rules) {
	t.Helper()
	f := filler{t: t, rules: rules, used: map[string]bool{}}
	root := reflect.ValueOf(p).Elem()
	f.fill(root, root.Type().Name())
	for name := range rules {
		if !f.used[name] {
			t.Errorf("no field %s: its rule is of no use", name)
		}
	}
}

type filler struct {
	t     testing.TB
	rules Rules
	used  map[string]bool
	n     int64 // the last number given
}

func (f *filler) fill(v reflect.Value, path string) {
	f.n++
	switch v.Kind() {
	case reflect.Struct:
		f.fields(v, path)
	case reflect.Array:
		f.elements(v, path)
	case reflect.Slice:
		f.slice(v, 3, path)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), path)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8:
		v.SetUint(1)
	case reflect.Int, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(f.n)
	case reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(f.n))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(f.n) + 0.5)
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d", f.n))
	default:
		f.t.Errorf("%s is a %s: it needs a rule", path, v.Type())
	}
}

func (f *filler) slice(v reflect.Value, n int, path string) {
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	f.elements(v, path)
}

func (f *filler) elements(v reflect.Value, path string) {
	for i := range v.Len() {
		f.fill(v.Index(i), path)
	}
}

func (f *filler) fields(v reflect.Value, path string) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		// Unexported fields are set through their address.
		to := reflect.NewAt(field.Type, unsafe.Pointer(v.Field(i).UnsafeAddr())).Elem()
		name := key(v.Type(), field.Name)
		value, ruled := f.rules[name]
		f.used[name] = true
		n, long := value.(Long)
		switch {
		case !ruled:
			f.fill(to, path+"."+field.Name)
		case long:
			f.slice(to, int(n), path+"."+field.Name)
		case value != Left:
			to.Set(reflect.ValueOf(value).Convert(field.Type))
		}
	}
}

func key(t reflect.Type, field string) string { return t.Name() + "." + field }

// Diff says where two values of one type differ, unexported fields included, but for
// fields named as "type.field".
func Diff(want, got any, but ...string) string {
	ignored := cmp.FilterPath(func(p cmp.Path) bool {
		last, ok := p.Last().(cmp.StructField)
		return ok && slices.Contains(but, key(p.Index(-2).Type(), last.Name()))
	}, cmp.Ignore())
	diff := cmp.Diff(want, got, ignored, cmp.Exporter(func(reflect.Type) bool { return true }))
	return strings.ReplaceAll(diff, "\u00a0", " ")
}
