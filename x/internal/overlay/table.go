package overlay

import (
	"context"
	"errors"
	"slices"

	"cosmossdk.io/collections"
)

// rows is where a table reads records and writes them.
type rows[K, V any] interface {
	Get(ctx context.Context, key K) (V, error)
	Set(ctx context.Context, key K, value V) error
	Remove(ctx context.Context, key K) error
	// EncodeKey writes a key over the buffer, or into a longer one, which it returns.
	EncodeKey(buffer []byte, key K) ([]byte, error)
}

// mapRows is a Map as the store has it.
type mapRows[K, V any] struct {
	collections.Map[K, V]
}

func (r mapRows[K, V]) EncodeKey(buffer []byte, key K) ([]byte, error) {
	keys := r.KeyCodec()
	size := keys.Size(key)
	buffer = slices.Grow(buffer[:0], size)[:size]
	clear(buffer) // codecs leave the zero between the parts of a key to whoever made the buffer
	_, err := keys.Encode(buffer, key)
	return buffer, err
}

// firstRecords is how many records a table has room for to begin with.
const firstRecords = 8

// table is the records of one Map or Item under a session.
type table[K, V any] struct {
	rows  rows[K, V]
	index map[string]int
	list  []record[K, V]
	// before has what records were when they changed, since the last step.
	before  []change[K, V]
	encoded []byte
}

// record is a record as the session has it.
type record[K, V any] struct {
	key   K
	value V
	// existed says whether the store has the record, exists whether the session has it, and dirty whether the session has written it.
	existed, exists, dirty bool
}

type change[K, V any] struct {
	place int
	was   record[K, V]
}

// tableOf returns the table of a collection under a session.
func tableOf[K, V any](session *Session, collection any, rows rows[K, V]) *table[K, V] {
	if known, found := session.byCollection[collection]; found {
		return known.(*table[K, V]) //nolint:errcheck,forcetypeassert // it was put there for this collection
	}
	fresh := &table[K, V]{rows: rows, index: make(map[string]int)}
	session.byCollection[collection] = fresh
	session.tables = append(session.tables, fresh)
	return fresh
}

// find returns the place of a record, which is read from the store the first time. The key is kept: addresses are never changed in
// place.
func (t *table[K, V]) find(base context.Context, key K) (int, error) {
	var err error
	if t.encoded, err = t.rows.EncodeKey(t.encoded, key); err != nil {
		return 0, err
	}
	if place, found := t.index[string(t.encoded)]; found {
		return place, nil
	}
	fresh := record[K, V]{key: key}
	value, err := t.rows.Get(base, key)
	switch {
	case err == nil:
		fresh.value, fresh.existed, fresh.exists = value, true, true
	case !errors.Is(err, collections.ErrNotFound):
		return 0, err
	}
	place := len(t.list)
	if place == cap(t.list) {
		t.list = slices.Grow(t.list, max(place, firstRecords)) // append takes many small steps
	}
	t.list = append(t.list, fresh)
	t.index[string(t.encoded)] = place
	return place, nil
}

func (t *table[K, V]) get(base context.Context, key K) (V, error) {
	place, err := t.find(base, key)
	if err != nil {
		var none V
		return none, err
	}
	found := &t.list[place]
	if !found.exists {
		return found.value, collections.ErrNotFound
	}
	return found.value, nil
}

func (t *table[K, V]) has(base context.Context, key K) (bool, error) {
	place, err := t.find(base, key)
	if err != nil {
		return false, err
	}
	return t.list[place].exists, nil
}

func (t *table[K, V]) put(base context.Context, key K, value V, exists bool) error {
	place, err := t.find(base, key)
	if err != nil {
		return err
	}
	found := &t.list[place]
	t.before = append(t.before, change[K, V]{place, *found})
	found.value, found.exists, found.dirty = value, exists, true
	return nil
}

func (t *table[K, V]) step() { t.before = t.before[:0] }

func (t *table[K, V]) undo() {
	for _, one := range slices.Backward(t.before) {
		t.list[one.place] = one.was
	}
	t.step()
}

func (t *table[K, V]) flush(base context.Context) error {
	for i := range t.list {
		if err := t.write(base, &t.list[i]); err != nil {
			return err
		}
	}
	t.step()
	return nil
}

// write brings a record that has changed into the store.
func (t *table[K, V]) write(base context.Context, one *record[K, V]) error {
	var err error
	switch {
	case !one.dirty:
	case one.exists:
		err = t.rows.Set(base, one.key, one.value)
	case one.existed:
		err = t.rows.Remove(base, one.key)
	}
	one.existed, one.dirty = one.exists, false
	return err
}
