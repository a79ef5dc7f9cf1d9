package types_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Beside a set of everything that was ever used: no nonce is accepted twice, none below the window, and every other one that
// is not too far above it.
func TestNoncesAreAcceptedOnce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		nonces, used, highest := registrytypes.OrderNonces{}, map[uint64]bool{}, uint64(0)
		for range rapid.IntRange(1, 300).Draw(r, "orders") {
			nonce := rapid.OneOf(
				rapid.Uint64Range(0, highest+3),
				rapid.Uint64Range(highest-min(highest, types.NonceWindow+1), highest+types.NonceWindow+1),
				rapid.Uint64Range(highest, highest+types.NonceJumpMax+1),
			).Draw(r, "nonce")
			after, err := types.UseNonce(nonces, nonce)
			switch {
			case nonce == 0, nonce > highest && nonce-highest > types.NonceJumpMax:
				require.ErrorIs(r, err, types.ErrInvalidOrder)
			case used[nonce], nonce+types.NonceWindow <= highest:
				require.ErrorIs(r, err, types.ErrNonceUsed)
			default:
				require.NoError(r, err)
				used[nonce] = true
				highest = max(highest, nonce)
				toldUse, err := types.OrderNoncesOf(someone(1), nonces).Use(nonce)
				require.NoError(r, err)
				after.Height, after.Count, toldUse.Height, toldUse.Count = 1, 1, 1, 1
				told := types.OrderNoncesOf(someone(1), after)
				require.Equal(r, toldUse, told)
				require.NoError(r, told.Validate())
				require.Equal(r, highest+1, told.Next())
				require.Equal(r, after, told.Kept())
			}
			if err != nil {
				require.Equal(r, nonces, after, "a refused nonce changes nothing")
			}
			nonces = after
		}
	})
}

func TestNoncesValidate(t *testing.T) {
	used, err := types.UseNonce(registrytypes.OrderNonces{Height: 1, Count: 1}, 7)
	require.NoError(t, err)
	nonces := types.OrderNoncesOf(someone(1), used)
	require.NoError(t, nonces.Validate())
	for name, change := range map[string]func(*types.OrderNonces){
		"payer":   func(n *types.OrderNonces) { n.Payer = "azu1" },
		"highest": func(n *types.OrderNonces) { n.Highest = 0 },
		"window":  func(n *types.OrderNonces) { n.Window = n.Window[:15] },
		"unused":  func(n *types.OrderNonces) { n.Window = make([]byte, 16) },
		"height":  func(n *types.OrderNonces) { n.Height = -1 },
		"count":   func(n *types.OrderNonces) { n.Count = 0 },
	} {
		bad := nonces
		change(&bad)
		require.Error(t, bad.Validate(), name)
	}
}
