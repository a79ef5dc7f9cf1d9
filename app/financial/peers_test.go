package financial_test

import (
	"context"
	"strings"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"

	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"

	"github.com/azukari-network/azukari/app/base"
	"github.com/azukari-network/azukari/app/financial"
	"github.com/azukari-network/azukari/testutil/zones"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

var (
	bootstrapNode = strings.Repeat("b0", 20)
	memberNode    = strings.Repeat("a1", 20)
	strangeNode   = strings.Repeat("5e", 20)
)

// asks puts the question about a peer to the application as consensus does.
func asks(t *testing.T, app *base.App, id string) *abci.ResponseQuery {
	t.Helper()
	answer, err := app.Query(context.Background(), &abci.RequestQuery{Path: "/p2p/filter/id/" + id})
	require.NoError(t, err)
	return answer
}

func requireAdmitted(t *testing.T, app *base.App, id string) {
	t.Helper()
	answer := asks(t, app, id)
	require.True(t, answer.IsOK(), answer.Log)
}

func requireRefused(t *testing.T, app *base.App, id, why string) {
	t.Helper()
	answer := asks(t, app, id)
	require.Equal(t, membershiptypes.ErrNodeNotAdmitted.ABCICode(), answer.Code)
	require.Equal(t, membershiptypes.ErrNodeNotAdmitted.Codespace(), answer.Codespace)
	require.Contains(t, answer.Log, why)
	require.Contains(t, answer.Log, id)
	require.NotContains(t, answer.Log, "\n")
}

func TestPeersBeforeTheFirstBlock(t *testing.T) {
	app := financial.New(log.NewNopLogger(), dbm.NewMemDB(), nil, true, simtestutil.NewAppOptionsWithFlagHome(t.TempDir())).App
	requireRefused(t, app, bootstrapNode, "expected one of the 0 bootstrap ids, since there is no state yet")

	caughtUp := false
	app.SetPeerPolicy(base.PeerPolicy{Bootstrap: []string{bootstrapNode}, CaughtUp: func() bool { return caughtUp }, Now: func() time.Time { return time.Unix(0, 0) }})
	for _, caughtUp = range []bool{false, true} { // a validator alone has caught up before its first block
		requireAdmitted(t, app, bootstrapNode)
		requireRefused(t, app, strangeNode, "expected one of the 1 bootstrap ids, since there is no state yet")
	}
	votes, err := app.HasVote(make([]byte, 32))
	require.NoError(t, err)
	require.False(t, votes)
}

func TestPeersByState(t *testing.T) {
	n := zones.New(t, zones.Manifest(2))
	app := n.Financial.App
	operator := n.Keys.Operator("bank-b", membershiptypes.RoleNode)
	register := func(id string) {
		n.Financial.MustSend(operator.PrivKey(), &membershiptypes.MsgRegisterNode{Operator: operator.String(), NodeId: id})
	}
	unregister := func(id string) {
		n.Financial.MustSend(operator.PrivKey(), &membershiptypes.MsgUnregisterNode{Operator: operator.String(), NodeId: id})
	}
	requireRefused(t, app, memberNode, "expected the id of a node that a member registered")
	register(memberNode)
	requireAdmitted(t, app, memberNode)

	// Committed state alone decides once the node has caught up, whatever its configuration lists.
	caughtUp, now := true, n.Financial.Ctx().BlockTime()
	app.SetPeerPolicy(base.PeerPolicy{
		Bootstrap: []string{bootstrapNode}, CaughtUp: func() bool { return caughtUp }, Now: func() time.Time { return now },
	})
	requireAdmitted(t, app, memberNode)
	requireRefused(t, app, bootstrapNode, "expected the id of a node that a member registered")

	// While it catches up the bootstrap ids come in too, and nobody else does.
	caughtUp = false
	requireAdmitted(t, app, memberNode)
	requireAdmitted(t, app, bootstrapNode)
	requireRefused(t, app, strangeNode, "expected the id of a node that a member registered")

	// A state older than the unbonding time is not asked any more, to the second.
	unbonding, err := app.Membership.UnbondingTime(n.Financial.Ctx())
	require.NoError(t, err)
	committed, err := app.Membership.GetHistoricalInfo(n.Financial.Ctx(), app.LastBlockHeight())
	require.NoError(t, err)
	now = committed.Header.Time.Add(unbonding)
	requireAdmitted(t, app, memberNode)
	now = now.Add(time.Second)
	requireAdmitted(t, app, bootstrapNode)
	requireRefused(t, app, memberNode, "since the state is older than the unbonding time")

	caughtUp = true
	unregister(memberNode)
	requireRefused(t, app, memberNode, "expected the id of a node that a member registered")
}

// A key of the members' decision votes, any other does not.
func TestHasVote(t *testing.T) {
	n := zones.New(t, zones.Manifest(2))
	validators, err := n.Financial.App.Membership.GenesisValidators(n.Financial.Ctx())
	require.NoError(t, err)
	votes, err := n.Financial.App.HasVote(validators[0].PubKey.Bytes())
	require.NoError(t, err)
	require.True(t, votes)
	votes, err = n.Financial.App.HasVote(make([]byte, 32))
	require.NoError(t, err)
	require.False(t, votes)
}
