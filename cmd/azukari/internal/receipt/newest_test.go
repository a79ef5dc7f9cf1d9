package receipt

import (
	"context"
	"fmt"
	"testing"

	"github.com/cometbft/cometbft/crypto/tmhash"
	"github.com/stretchr/testify/require"

	notarytypes "github.com/azukari-network/azukari/x/notary/types"
)

// growing is a world that makes a block whenever it is asked a third time for its heights, as nodes do meanwhile.
type growing struct {
	*world

	asked int
}

func (g *growing) Heights(ctx context.Context) (oldest, newest int64, err error) {
	if g.asked++; g.asked%3 == 0 {
		g.block()
	}
	return g.world.Heights(ctx)
}

func (g *growing) Row(ctx context.Context, store string, key []byte, height int64) (Row, error) {
	row, err := g.world.Row(ctx, store, key, height)
	if err == nil && len(row.Value) == 0 {
		return Row{}, fmt.Errorf("%w with key %X", ErrNoRow, key)
	}
	return row, err
}

// What the newest block wrote is proven by the one after it; found when a receipt was asked for within a block of the
// notarization.
func TestReceiptOfTheNewestBlock(t *testing.T) {
	w := newWorld(t)
	document := tmhash.Sum([]byte("document of the newest block"))
	w.notarize(document, "")
	w.block()
	key, err := NotarizationKey(shop, document)
	require.NoError(t, err)
	written := w.height

	receipt, err := MakeNewest(t.Context(), &growing{world: w}, nil, notarytypes.StoreKey, key)
	require.NoError(t, err)
	require.Equal(t, written, receipt.Row.Height)
	require.Equal(t, written+1, w.height, "waited for one block")

	other, err := NotarizationKey(shop, tmhash.Sum([]byte("never notarized")))
	require.NoError(t, err)
	node := &growing{world: w}
	_, err = MakeNewest(t.Context(), node, nil, notarytypes.StoreKey, other)
	require.ErrorIs(t, err, ErrNoRow)
	require.Equal(t, written+2, w.height, "waited for one block, and gave up")
}

// Whoever does not want to wait does not.
func TestReceiptOfTheNewestBlockIsNotWaitedForAnyMore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := newWorld(t)
	key, err := NotarizationKey(shop, tmhash.Sum([]byte("never notarized")))
	require.NoError(t, err)
	cancel()
	_, err = MakeNewest(ctx, &still{growing{world: w}}, nil, notarytypes.StoreKey, key)
	require.ErrorIs(t, err, context.Canceled)
}

// still makes no more blocks.
type still struct{ growing }

func (s *still) Heights(ctx context.Context) (oldest, newest int64, err error) {
	return s.world.Heights(ctx)
}
