package base

import (
	"context"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/testutil/testdata"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/base/encoding"
	"github.com/azukari-network/azukari/app/commitstore"
)

// clock answers with the time that a query sees.
type clock struct{ testdata.QueryImpl }

func (clock) Echo(ctx context.Context, _ *testdata.EchoRequest) (*testdata.EchoResponse, error) {
	return &testdata.EchoResponse{Message: sdk.UnwrapSDKContext(ctx).BlockTime().Format(time.TimeOnly)}, nil
}

// A query at a past height sees the time of that height's block, and one at the newest that of its header.
func TestQueriesSeeTheTimeOfTheirHeight(t *testing.T) {
	store := commitstore.New(t.TempDir(), log.NewNopLogger(), commitstore.Options{})
	require.NoError(t, store.LoadLatestVersion())
	noon := time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	for minute := range 3 {
		store.SetCommitTime(noon.Add(time.Duration(minute) * time.Minute))
		store.Commit()
	}
	router := baseapp.NewGRPCQueryRouter()
	router.SetInterfaceRegistry(encoding.Make().InterfaceRegistry)
	testdata.RegisterQueryServer(timedQueries{router, store}, clock{})
	header := noon.Add(time.Hour)
	for height, want := range map[int64]string{1: "12:00:00", 2: "12:01:00", 3: "13:00:00", 4: "13:00:00"} {
		ctx := sdk.Context{}.WithContext(t.Context()).WithBlockHeight(height).WithBlockTime(header)
		answer, err := router.Route("/testpb.Query/Echo")(ctx, &abci.RequestQuery{})
		require.NoError(t, err)
		var echo testdata.EchoResponse
		require.NoError(t, echo.Unmarshal(answer.Value))
		require.Equal(t, want, echo.Message, "height %d", height)
	}
	require.NoError(t, store.Close())
}
