package avl

import "bytes"

// Iterator goes through keys of a tree in order. It implements the SDK's types.Iterator, except that what it returns may be in the mapped
// files, and that what is asked behind its end has no meaning.
type Iterator struct {
	snapshot   *Snapshot
	start, end []byte
	ascending  bool
	// stack has what is not visited yet, the next on top; at is the leaf that the iterator stands at, nothing behind the end.
	stack []ref
	at    ref
}

// Iterator goes through the keys from start, included, to end, excluded; nil is no bound.
func (t *Tree) Iterator(start, end []byte, ascending bool) *Iterator {
	i := &Iterator{snapshot: t.snapshot, start: start, end: end, ascending: ascending}
	if !t.IsEmpty() {
		i.stack = append(i.stack, t.root)
	}
	i.Next()
	return i
}

// Next goes to the next key.
func (i *Iterator) Next() {
	for len(i.stack) > 0 {
		last := len(i.stack) - 1
		at := i.stack[last]
		i.stack = i.stack[:last]
		key := i.snapshot.key(at)
		beforeEnd := i.end == nil || bytes.Compare(key, i.end) < 0
		if at.isLeaf() {
			if beforeEnd && (i.start == nil || bytes.Compare(i.start, key) <= 0) {
				i.at = at
				return
			}
			continue
		}
		// All on the left is below the key, and all on the right is not.
		left, right := i.snapshot.children(at)
		onLeft, onRight := i.start == nil || bytes.Compare(i.start, key) < 0, beforeEnd
		if i.ascending {
			i.push(right, onRight)
			i.push(left, onLeft)
		} else {
			i.push(left, onLeft)
			i.push(right, onRight)
		}
	}
	i.at = ref{}
}

func (i *Iterator) push(r ref, within bool) {
	if within {
		i.stack = append(i.stack, r)
	}
}

// Domain returns the bounds.
func (i *Iterator) Domain() (start, end []byte) { return i.start, i.end }

// Valid says whether the iterator stands at a key.
func (i *Iterator) Valid() bool { return i.at.kind != nothing }

// Error is nil: a tree is in memory.
func (*Iterator) Error() error { return nil }

// Key returns the key that the iterator stands at; it must be valid.
func (i *Iterator) Key() []byte { return i.snapshot.key(i.at) }

// Value returns the value of Key.
func (i *Iterator) Value() []byte { return i.snapshot.value(i.at) }

// Close ends the iterator.
func (i *Iterator) Close() error {
	i.stack, i.at = nil, ref{}
	return nil
}
