package node

import (
	"bytes"
	"encoding/hex"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	servertypes "github.com/cosmos/cosmos-sdk/server/types"

	"github.com/azukari-network/azukari/app/nodeconfig"
)

// willing accepts every proposal.
type willing struct{ servertypes.ABCI }

func (willing) ProcessProposal(*abci.RequestProcessProposal) (*abci.ResponseProcessProposal, error) {
	return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_ACCEPT}, nil
}

// A node that took a validator over accepts, at the one height of its lock, the locked block only.
func TestLockedApp(t *testing.T) {
	locked, other := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	app := lockedApp{willing{}, nodeconfig.Signer{LockHeight: 7, LockBlock: hex.EncodeToString(locked)}}
	for _, test := range []struct {
		app    lockedApp
		height int64
		block  []byte
		accept bool
	}{
		{app, 7, locked, true},
		{app, 7, other, false},
		{app, 6, other, true},
		{app, 8, other, true},
		{lockedApp{ABCI: willing{}}, 7, other, true},
	} {
		answer, err := test.app.ProcessProposal(&abci.RequestProcessProposal{Height: test.height, Hash: test.block})
		require.NoError(t, err)
		require.Equal(t, test.accept, answer.IsAccepted(), "%d %x", test.height, test.block)
	}
}
