package signer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cometbft/cometbft/crypto"
)

// storeRetry is the pause before a store that did not answer is asked again.
const storeRetry = 5 * time.Millisecond

// Identity is one validator in a store.
type Identity struct {
	ChainID string
	PubKey  crypto.PubKey
	Store   Store
}

// Key returns where the store has the validator's record.
func (i Identity) Key() string { return storeKey(i.ChainID, i.PubKey.Address()) }

// Load returns the validator's record. It asks until the store answers or the context ends: then it returns ErrUnavailable.
// ErrNoRecord: the store does not know the validator. ErrBadRecord: it has something else in its place.
func (i Identity) Load(ctx context.Context) (Record, error) {
	raw, err := i.load(ctx)
	if err != nil {
		return Record{}, err
	}
	if raw == nil {
		return Record{}, fmt.Errorf("%w: %s", ErrNoRecord, i.Key())
	}
	return decode(raw, i.ChainID, i.PubKey)
}

func (i Identity) load(ctx context.Context) (raw []byte, err error) {
	err = i.insist(ctx, func() (bool, error) {
		raw, err = i.Store.Load(ctx, i.Key())
		return err == nil, err
	})
	return raw, err
}

// insist asks the store until done, or until the context ends: then it returns ErrUnavailable with the store's last words.
func (Identity) insist(ctx context.Context, ask func() (done bool, err error)) error {
	for {
		done, err := ask()
		if done {
			return nil
		}
		if err != nil && errors.Is(err, ErrBadRecord) {
			return err
		}
		select {
		case <-ctx.Done():
			if err == nil {
				err = ctx.Err()
			}
			return fmt.Errorf("%w: %w", ErrUnavailable, err)
		case <-time.After(storeRetry):
		}
	}
}

// change replaces the record by what edit makes of it, until that is done, edit refuses, or the context ends. edit gets nil if
// there is no record, and returns nil if it wants no change. The record that then is in the store is returned.
func (i Identity) change(ctx context.Context, edit func(*Record) (*Record, error)) (Record, error) {
	for {
		raw, err := i.load(ctx)
		if err != nil {
			return Record{}, err
		}
		var before *Record
		if raw != nil {
			record, err := decode(raw, i.ChainID, i.PubKey)
			if err != nil {
				return Record{}, err
			}
			before = &record
		}
		after, err := edit(before)
		if err != nil {
			return Record{}, err
		}
		if after == nil {
			return *before, nil
		}
		encoded, err := after.encode()
		if err != nil {
			return Record{}, err
		}
		// Changed meanwhile, or nobody knows: what the store has now decides.
		if swapped, _, err := i.Store.Swap(ctx, i.Key(), raw, encoded); err == nil && swapped {
			return *after, nil
		}
		select {
		case <-ctx.Done():
			return Record{}, fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
		case <-time.After(storeRetry):
		}
	}
}

// Begin writes the validator's first record, for a holder that goes on from what was signed before. If there is a record that
// the holder has already, it is raised to that position, and never lowered. It returns ErrFenced if another one holds it.
func (i Identity) Begin(ctx context.Context, holder string, from Signed, now time.Time) (Record, error) {
	return i.change(ctx, func(before *Record) (*Record, error) {
		next := Record{ChainID: i.ChainID, PubKey: i.PubKey.Bytes(), Holder: holder, Epoch: 1, TakenAt: now.UTC()}
		if before != nil {
			if before.Holder != holder {
				return nil, fmt.Errorf("%w: %q, epoch %d", ErrFenced, before.Holder, before.Epoch)
			}
			if from.Compare(before.Position) <= 0 {
				return nil, nil //nolint:nilnil // nothing to change
			}
			next.Epoch, next.TakenAt = before.Epoch, before.TakenAt
		}
		next.Signed = from
		if from.Step == stepPrecommit && len(from.SignBytes) > 0 {
			next.Lock = lockOf(from, next.Epoch)
		}
		return &next, nil
	})
}

// TakeOver makes a signer the holder in place of the one named, with the next epoch: what that one asks the store for fails from
// now on. Nothing changes if the signer is the holder already. It returns the records before and after. ErrFenced: another one
// holds the identity; so of two who take over from the same one, one does.
func (i Identity) TakeOver(ctx context.Context, holder, from string, now time.Time) (before, after Record, err error) {
	after, err = i.change(ctx, func(found *Record) (*Record, error) {
		if found == nil {
			return nil, fmt.Errorf("%w: %s: run `azukari signer init` where the validator signs now", ErrNoRecord, i.Key())
		}
		before = *found
		switch found.Holder {
		case holder:
			return nil, nil //nolint:nilnil // nothing to change
		case from:
			next := *found
			next.Holder, next.Epoch, next.TakenAt = holder, found.Epoch+1, now.UTC()
			return &next, nil
		default:
			return nil, fmt.Errorf("%w: expected %q, got %q, epoch %d since %s",
				ErrFenced, from, found.Holder, found.Epoch, found.TakenAt.Format(time.RFC3339))
		}
	})
	return before, after, err
}
