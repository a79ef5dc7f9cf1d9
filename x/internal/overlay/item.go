package overlay

import (
	"context"

	"cosmossdk.io/collections"
)

// Item is a collections.Item that a Session can keep. Values must not be changed in place.
type Item[V any] struct {
	collections.Item[V]

	rows rows[single, V]
}

// NewItem returns an Item on one of collections.
func NewItem[V any](item collections.Item[V]) *Item[V] {
	return &Item[V]{Item: item, rows: itemRows[V]{item}}
}

// Get returns the record, or collections.ErrNotFound.
func (i *Item[V]) Get(ctx context.Context) (V, error) {
	session := Of(ctx)
	if session == nil {
		return i.Item.Get(ctx)
	}
	return i.table(session).get(session.base, single{})
}

// Set writes the record.
func (i *Item[V]) Set(ctx context.Context, value V) error {
	session := Of(ctx)
	if session == nil {
		return i.Item.Set(ctx, value)
	}
	return i.table(session).put(session.base, single{}, value, true)
}

// Has says whether there is a record.
func (i *Item[V]) Has(ctx context.Context) (bool, error) {
	session := Of(ctx)
	if session == nil {
		return i.Item.Has(ctx)
	}
	return i.table(session).has(session.base, single{})
}

// Remove takes the record away; none to begin with is no error.
func (i *Item[V]) Remove(ctx context.Context) error {
	session := Of(ctx)
	if session == nil {
		return i.Item.Remove(ctx)
	}
	var none V
	return i.table(session).put(session.base, single{}, none, false)
}

func (i *Item[V]) table(session *Session) *table[single, V] {
	return tableOf(session, i, i.rows)
}

// single is the key of a table with one record.
type single struct{}

type itemRows[V any] struct{ item collections.Item[V] }

func (r itemRows[V]) Get(ctx context.Context, _ single) (V, error)     { return r.item.Get(ctx) }
func (r itemRows[V]) Set(ctx context.Context, _ single, value V) error { return r.item.Set(ctx, value) }
func (r itemRows[V]) Remove(ctx context.Context, _ single) error       { return r.item.Remove(ctx) }
func (itemRows[V]) EncodeKey(buffer []byte, _ single) ([]byte, error)  { return buffer[:0], nil }
