// Package overlay keeps the records that many operations of one transaction read and write decoded in memory, from the first read to
// the end of the transaction's work. A bundle of payment orders touches the same banks' records a thousand times, and each account's a
// few times; through the stores each of these costs an encoding, a decoding and a walk through the layers of branches.
//
// A module declares such a collection as a Map or an Item here instead of one of collections. Without a Session in the context they are
// those of collections, call by call. Under a Session their records are read from the store once, and what was changed is written once,
// by Flush, in the order in which the records were first asked for. What is read, written and charged depends on nothing but the
// transaction and the state.
package overlay

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// ErrBypass is returned by what cannot see the records of a session, and would read or leave an older state: walks over a Map.
var ErrBypass = errors.New("expected no iteration over records that a session keeps; flush the session first")

// Session is one transaction's records. It belongs to one goroutine.
type Session struct {
	// base is where records are read from and flushed to: branches of single operations never see them.
	base         context.Context //nolint:containedctx // a session lives no longer than its transaction's context
	tables       []held
	byCollection map[any]held
	// ends are called by Flush, each once, and ended are their owners.
	ends  []func(ctx context.Context, session *Session) error
	ended map[any]bool
}

// held is the table of one Map under a session.
type held interface {
	step()
	undo()
	flush(ctx context.Context) error
}

type sessionKey struct{}

// Begin returns a context under a new session. It panics if the context has one: two would not see each other's records.
func Begin(ctx context.Context) (context.Context, *Session) {
	if Of(ctx) != nil {
		panic("overlay: a session begun within a session")
	}
	session := &Session{base: ctx, byCollection: make(map[any]held)}
	return sdk.UnwrapSDKContext(ctx).WithValue(sessionKey{}, session), session
}

// Of returns the session of a context, or nil.
func Of(ctx context.Context) *Session {
	if session, ok := ctx.Value(sessionKey{}).(*Session); ok {
		return session
	}
	return nil
}

// Step begins an operation, which Undo gives up as a whole.
func (s *Session) Step() {
	for _, table := range s.tables {
		table.step()
	}
}

// Undo takes back what has changed since Step. The caller gives up the branch of the stores by itself.
func (s *Session) Undo() {
	for _, table := range s.tables {
		table.undo()
	}
}

// AtEnd has a function called before the records are written, under the context in which the session began. A module that tells of
// many operations together does so there. Of an owner the first one counts, until it was called.
func (s *Session) AtEnd(owner any, end func(ctx context.Context, session *Session) error) {
	if s.ended[owner] {
		return
	}
	if s.ended == nil {
		s.ended = map[any]bool{}
	}
	s.ended[owner] = true
	s.ends = append(s.ends, end)
}

// Flush writes what has changed since the session began, or since the last Flush.
func (s *Session) Flush() error {
	ends := s.ends
	s.ends, s.ended = nil, nil
	for _, end := range ends {
		if err := end(s.base, s); err != nil {
			return err
		}
	}
	for _, table := range s.tables {
		if err := table.flush(s.base); err != nil {
			return err
		}
	}
	return nil
}

// Map is a collections.Map whose records a Session can keep. Values must not be changed in place.
type Map[K, V any] struct {
	collections.Map[K, V]

	rows rows[K, V]
}

// NewMap returns a Map on a collection that has no indexes of its own.
func NewMap[K, V any](rows collections.Map[K, V]) *Map[K, V] {
	return &Map[K, V]{Map: rows, rows: mapRows[K, V]{rows}}
}

// Get returns a record, or collections.ErrNotFound.
func (m *Map[K, V]) Get(ctx context.Context, key K) (V, error) {
	session := Of(ctx)
	if session == nil {
		return m.Map.Get(ctx, key)
	}
	return m.table(session).get(session.base, key)
}

// Has says whether there is a record.
func (m *Map[K, V]) Has(ctx context.Context, key K) (bool, error) {
	session := Of(ctx)
	if session == nil {
		return m.Map.Has(ctx, key)
	}
	return m.table(session).has(session.base, key)
}

// Set writes a record.
func (m *Map[K, V]) Set(ctx context.Context, key K, value V) error {
	if session := Of(ctx); session != nil {
		return m.table(session).put(session.base, key, value, true)
	}
	return m.Map.Set(ctx, key, value)
}

// Remove takes a record away; none to begin with is no error.
func (m *Map[K, V]) Remove(ctx context.Context, key K) error {
	if session := Of(ctx); session != nil {
		var none V
		return m.table(session).put(session.base, key, none, false)
	}
	return m.Map.Remove(ctx, key)
}

// Walk visits the records of a range; see collections.Map. Under a session it returns ErrBypass.
func (m *Map[K, V]) Walk(ctx context.Context, ranger collections.Ranger[K], visit func(key K, value V) (stop bool, err error)) error {
	if Of(ctx) != nil {
		return ErrBypass
	}
	return m.Map.Walk(ctx, ranger, visit)
}

// Iterate returns an iterator over a range; see collections.Map. Under a session it returns ErrBypass.
func (m *Map[K, V]) Iterate(ctx context.Context, ranger collections.Ranger[K]) (collections.Iterator[K, V], error) {
	if Of(ctx) != nil {
		return collections.Iterator[K, V]{}, ErrBypass
	}
	return m.Map.Iterate(ctx, ranger)
}

// Clear takes the records of a range away; see collections.Map. Under a session it returns ErrBypass.
func (m *Map[K, V]) Clear(ctx context.Context, ranger collections.Ranger[K]) error {
	if Of(ctx) != nil {
		return ErrBypass
	}
	return m.Map.Clear(ctx, ranger)
}

// Changes visits the records that a session has written and not yet flushed, in the order in which they were first asked for, each
// with what the store has; records that were removed it leaves out. Before is the zero value where the store has none.
func (m *Map[K, V]) Changes(session *Session, visit func(key K, before, after V) error) error {
	for _, one := range m.table(session).list {
		if !one.dirty || !one.exists {
			continue
		}
		var before V
		if one.existed {
			var err error
			if before, err = m.Map.Get(session.base, one.key); err != nil {
				return err
			}
		}
		if err := visit(one.key, before, one.value); err != nil {
			return err
		}
	}
	return nil
}

func (m *Map[K, V]) table(session *Session) *table[K, V] {
	return tableOf(session, m, m.rows)
}
