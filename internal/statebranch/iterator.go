package statebranch

import (
	"bytes"
	"errors"

	"github.com/tidwall/btree"

	"cosmossdk.io/store/types"
)

// cursor goes over the writes between two bounds.
type cursor struct {
	btree.MapIter[string, []byte]

	start, end []byte
	ascending  bool
	valid      bool
}

func newCursor(writes *btree.Map[string, []byte], start, end []byte, ascending bool) cursor {
	c := cursor{MapIter: writes.Iter(), start: start, end: end, ascending: ascending}
	switch {
	case ascending && start == nil:
		c.valid = c.First()
	case ascending:
		c.valid = c.Seek(string(start))
	case end != nil && c.Seek(string(end)):
		c.valid = c.Prev() // the end is exclusive
	default:
		c.valid = c.Last()
	}
	c.bound()
	return c
}

func (c *cursor) next() {
	if c.ascending {
		c.valid = c.Next()
	} else {
		c.valid = c.Prev()
	}
	c.bound()
}

func (c *cursor) bound() {
	if !c.valid {
		return
	}
	if c.ascending {
		c.valid = c.end == nil || bytes.Compare([]byte(c.Key()), c.end) < 0
	} else {
		c.valid = c.start == nil || bytes.Compare([]byte(c.Key()), c.start) >= 0
	}
}

var _ types.Iterator = (*iterator)(nil)

// iterator goes over a parent's keys and what is written on top of them.
type iterator struct {
	parent types.Iterator
	writes cursor
	// own says that the iterator stands at a write, and both that the parent stands at the same key.
	own, both bool
}

// settle goes on to the next key that exists.
func (i *iterator) settle() {
	for i.own = i.writes.valid; i.own; i.own = i.writes.valid {
		i.both = false
		if i.parent.Valid() {
			order := bytes.Compare(i.parent.Key(), []byte(i.writes.Key()))
			if !i.writes.ascending {
				order = -order
			}
			if order < 0 {
				i.own = false
				return
			}
			i.both = order == 0
		}
		if i.writes.Value() != nil {
			return
		}
		i.step() // over a deleted key
	}
}

func (i *iterator) step() {
	if !i.own || i.both {
		i.parent.Next()
	}
	if i.own {
		i.writes.next()
	}
}

// Domain implements types.Iterator.
func (i *iterator) Domain() (start, end []byte) { return i.parent.Domain() }

// Valid implements types.Iterator.
func (i *iterator) Valid() bool { return i.own || i.parent.Valid() }

// Next implements types.Iterator. It panics behind the end, as the interface says.
func (i *iterator) Next() {
	i.mustBeValid()
	i.step()
	i.settle()
}

// Key implements types.Iterator. It panics behind the end, as the interface says.
func (i *iterator) Key() []byte {
	i.mustBeValid()
	if i.own {
		return []byte(i.writes.Key())
	}
	return i.parent.Key()
}

// Value implements types.Iterator. It panics behind the end, as the interface says.
func (i *iterator) Value() []byte {
	i.mustBeValid()
	if i.own {
		return i.writes.Value()
	}
	return i.parent.Value()
}

var errEnd = errors.New("expected a valid iterator, got one at its end")

// Error implements types.Iterator. To be at the end is an error, as it is in the SDK's branches: an application must not tell them apart.
func (i *iterator) Error() error {
	if !i.Valid() {
		return errEnd
	}
	return nil
}

func (i *iterator) mustBeValid() {
	if err := i.Error(); err != nil {
		panic(err)
	}
}

// Close implements types.Iterator.
func (i *iterator) Close() error { return i.parent.Close() }
