package types_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/azukari-network/azukari/x/payment/types"
)

// Beside a set of everything that was ever used: no nonce is accepted twice, none below the window, and every other one that
// is not too far above it.
func TestNoncesAreAcceptedOnce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		nonces, used, highest := types.OrderNonces{Payer: someone(1), Height: 1, Count: 1}, map[uint64]bool{}, uint64(0)
		for range rapid.IntRange(1, 300).Draw(r, "orders") {
			nonce := rapid.OneOf(
				rapid.Uint64Range(0, highest+3),
				rapid.Uint64Range(highest-min(highest, types.NonceWindow+1), highest+types.NonceWindow+1),
				rapid.Uint64Range(highest, highest+types.NonceJumpMax+1),
			).Draw(r, "nonce")
			after, err := nonces.Use(nonce)
			switch {
			case nonce == 0, nonce > highest && nonce-highest > types.NonceJumpMax:
				require.ErrorIs(r, err, types.ErrInvalidOrder)
			case used[nonce], nonce+types.NonceWindow <= highest:
				require.ErrorIs(r, err, types.ErrNonceUsed)
			default:
				require.NoError(r, err)
				used[nonce] = true
				highest = max(highest, nonce)
				require.NoError(r, after.Validate())
				require.Equal(r, highest+1, after.Next())
			}
			if err != nil {
				require.Equal(r, nonces, after, "a refused nonce changes nothing")
			}
			nonces = after
		}
	})
}

func TestNoncesValidate(t *testing.T) {
	nonces, err := types.OrderNonces{Payer: someone(1), Height: 1, Count: 1}.Use(7)
	require.NoError(t, err)
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
