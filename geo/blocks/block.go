package blocks

import "google.golang.org/protobuf/encoding/protowire"

const (
	list   = protowire.BytesType
	single = protowire.VarintType
)

// The messages of wiki.openstreetmap.org/wiki/PBF_Format, as far as they are read.
var (
	blockFields    = schema{1: list, 2: list, 17: single, 18: single, 19: single, 20: single}
	textFields     = schema{1: list}
	groupFields    = schema{1: list, 2: list, 3: list, 4: list}
	denseFields    = schema{1: list, 5: list, 8: list, 9: list, 10: list}
	denseInfo      = schema{1: list, 2: list, 3: list, 4: list, 5: list, 6: list}
	infoFields     = schema{1: single, 2: single, 3: single, 4: single, 5: single, 6: single}
	wayFields      = schema{1: single, 2: list, 3: list, 4: list, 8: list, 9: list, 10: list}
	relationFields = schema{1: single, 2: list, 3: list, 4: list, 8: list, 9: list, 10: list}
)

// checkBlock looks at a block of nodes, ways and relations.
func checkBlock(block []byte) error {
	texts, tables := uint64(0), 0
	var groups [][]byte
	err := blockFields.each(block, func(n protowire.Number, message []byte, _ uint64) error {
		switch n {
		case 1:
			tables++
			return textFields.each(message, func(protowire.Number, []byte, uint64) error { texts++; return nil })
		case 2:
			groups = append(groups, message)
		}
		return nil
	})
	if err != nil || tables > 1 {
		return ErrMalformed
	}
	for _, group := range groups {
		if err := checkGroup(group, texts); err != nil {
			return err
		}
	}
	return nil
}

func checkGroup(group []byte, texts uint64) error {
	return groupFields.each(group, func(n protowire.Number, message []byte, _ uint64) error {
		ok := false
		switch n {
		case 1:
			return ErrPlainNodes
		case 2:
			ok = denseOK(message, texts)
		case 3:
			ok = wayOK(message, texts)
		case 4:
			ok = relationOK(message, texts)
		}
		if !ok {
			return ErrMalformed
		}
		return nil
	})
}

// denseOK checks nodes: as many of each as there are ids, and tags of known texts.
func denseOK(message []byte, texts uint64) bool {
	f, err := fieldsOf(message, denseFields)
	if err != nil {
		return false
	}
	nodes := count(f.list(1), anyNumber)
	if nodes < 0 || count(f.list(8), anyNumber) != nodes || count(f.list(9), anyNumber) != nodes {
		return false
	}
	if tags, tagged := f.lists[10]; tagged && !tagsOK(tags, nodes, texts) {
		return false
	}
	about, err := fieldsOf(f.list(5), denseInfo)
	for column, numbers := range about.lists {
		if column == 5 && !sums(numbers, nodes, texts) || count(numbers, anyNumber) != nodes {
			return false
		}
	}
	return err == nil
}

// tagsOK checks the tags of nodes: pairs of texts, a 0 behind those of each.
func tagsOK(tags []byte, nodes int, texts uint64) bool {
	for key := true; len(tags) > 0; {
		v, size := protowire.ConsumeVarint(tags)
		if size < 0 || v >= texts && v != 0 || !key && v >= texts {
			return false
		}
		tags = tags[size:]
		if key && v == 0 {
			nodes--
			continue
		}
		key = !key
	}
	return nodes == 0
}

func wayOK(message []byte, texts uint64) bool {
	f, err := fieldsOf(message, wayFields)
	if err != nil || !describedOK(f, texts) {
		return false
	}
	points := count(f.list(8), anyNumber)
	for _, column := range []protowire.Number{9, 10} {
		if numbers, there := f.lists[column]; there && count(numbers, anyNumber) != points {
			return false
		}
	}
	return points >= 0
}

func relationOK(message []byte, texts uint64) bool {
	f, err := fieldsOf(message, relationFields)
	if err != nil || !describedOK(f, texts) {
		return false
	}
	members := count(f.list(8), texts)
	return members >= 0 && count(f.list(9), anyNumber) == members && count(f.list(10), anyNumber) == members
}

// describedOK checks what ways and relations share: tags, and who wrote them.
func describedOK(f fields, texts uint64) bool {
	keys := count(f.list(2), texts)
	if keys < 0 || count(f.list(3), texts) != keys {
		return false
	}
	about, err := fieldsOf(f.list(4), infoFields)
	_, signed := about.numbers[5]
	return err == nil && (!signed || about.number(5) < texts)
}
