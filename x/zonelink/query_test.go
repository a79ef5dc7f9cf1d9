package zonelink_test

import (
	"testing"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/zonelink/business"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	"github.com/azukari-network/azukari/x/zonelink/financial"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

func TestFinancialQueries(t *testing.T) {
	w := busy(t)
	ctx := w.financialCtx()

	params, err := w.queries.Params(ctx, &financialtypes.QueryParamsRequest{})
	require.NoError(t, err)
	require.NoError(t, params.Params.Validate())

	zone, err := w.queries.Zone(ctx, &financialtypes.QueryZoneRequest{Id: retail})
	require.NoError(t, err)
	require.Equal(t, retail, zone.Zone.Id)
	require.Len(t, zone.Shares, 2)
	require.Equal(t, transfertypes.GetEscrowAddress(transfertypes.PortID, w.link.Financial.Transfer).String(), zone.EscrowAddress)
	require.EqualValues(t, 100_320, zone.Escrow.Int64())
	_, err = w.queries.Zone(ctx, &financialtypes.QueryZoneRequest{Id: "nowhere"})
	require.Equal(t, codes.NotFound, status.Code(err))

	all, err := w.queries.Zones(ctx, &financialtypes.QueryZonesRequest{})
	require.NoError(t, err)
	require.Equal(t, []financialtypes.Zone{zone.Zone}, all.Zones)

	sync, err := w.queries.AccountSync(ctx, &financialtypes.QueryAccountSyncRequest{Zone: retail, Address: w.aoi.String()})
	require.NoError(t, err)
	require.Equal(t, w.sync(ctx, w.aoi), sync.AccountSync)
	_, err = w.queries.AccountSync(ctx, &financialtypes.QueryAccountSyncRequest{Zone: retail, Address: w.rin.String()})
	require.Equal(t, codes.NotFound, status.Code(err))
	_, err = w.queries.AccountSync(ctx, &financialtypes.QueryAccountSyncRequest{Zone: retail, Address: "aoi"})
	require.Equal(t, codes.InvalidArgument, status.Code(err))

	first, err := w.queries.Transfers(ctx, &financialtypes.QueryTransfersRequest{Pagination: &query.PageRequest{Limit: 1}})
	require.NoError(t, err)
	require.Len(t, first.Transfers, 1)
	second, err := w.queries.Transfers(ctx, &financialtypes.QueryTransfersRequest{Pagination: &query.PageRequest{Key: first.Pagination.NextKey}})
	require.NoError(t, err)
	require.Len(t, second.Transfers, 1)
	require.Less(t, first.Transfers[0].Sequence, second.Transfers[0].Sequence)

	_, err = w.queries.Zone(ctx, nil)
	require.Equal(t, codes.InvalidArgument, status.Code(err))
	_, err = w.queries.Zones(ctx, nil)
	require.Equal(t, codes.InvalidArgument, status.Code(err))
	_, err = w.queries.AccountSync(ctx, nil)
	require.Equal(t, codes.InvalidArgument, status.Code(err))
	_, err = w.queries.Transfers(ctx, nil)
	require.Equal(t, codes.InvalidArgument, status.Code(err))
}

func TestQueryOfAZoneThatIsNotConnected(t *testing.T) {
	w := unlinked(t)
	zone, err := w.queries.Zone(w.financialCtx(), &financialtypes.QueryZoneRequest{Id: retail})
	require.NoError(t, err)
	require.Empty(t, zone.EscrowAddress)
	require.True(t, zone.Escrow.IsZero())
	require.Equal(t, financialtypes.ZoneStatusRegistered, zone.Zone.Status)
}

func TestBusinessQueries(t *testing.T) {
	w := busy(t)
	ctx := w.businessCtx()

	params, err := w.businessQueries.Params(ctx, &businesstypes.QueryParamsRequest{})
	require.NoError(t, err)
	require.Equal(t, w.Financial.ChainID, params.Params.FinancialChainId)

	zone, err := w.businessQueries.FinancialZone(ctx, &businesstypes.QueryFinancialZoneRequest{})
	require.NoError(t, err)
	require.NoError(t, zone.FinancialZone.CheckActive())
	require.Equal(t, w.zone.Yen(0).Denom, zone.YenDenom)

	transfers, err := w.businessQueries.Transfers(ctx, &businesstypes.QueryTransfersRequest{})
	require.NoError(t, err)
	require.Len(t, transfers.Transfers, 2)
	_, err = w.businessQueries.Transfers(ctx, nil)
	require.Equal(t, codes.InvalidArgument, status.Code(err))
}

// Every message and every query has its command, whose positional arguments are fields that exist.
func TestCommands(t *testing.T) {
	w := linked(t)
	fz := financial.NewAppModule(w.Financial.App.Encoding.Codec, w.keeper).AutoCLIOptions()
	require.Len(t, fz.Tx.RpcCommandOptions, len(financialtypes.Msg_serviceDesc.Methods))
	require.Len(t, fz.Query.RpcCommandOptions, len(financialtypes.Query_serviceDesc.Methods))
	bz := business.NewAppModule(w.zone.App.Encoding.Codec, w.business).AutoCLIOptions()
	require.Len(t, bz.Tx.RpcCommandOptions, len(businesstypes.Msg_serviceDesc.Methods))
	require.Len(t, bz.Query.RpcCommandOptions, len(businesstypes.Query_serviceDesc.Methods))
}

func TestWiringTwiceIsRefused(t *testing.T) {
	w := linked(t)
	require.Panics(t, func() { w.keeper.SetTransferKeeper(w.Financial.App.IBC.Transfer) })
	require.Panics(t, func() { w.business.SetTransferKeeper(w.zone.App.IBC.Transfer) })
}
