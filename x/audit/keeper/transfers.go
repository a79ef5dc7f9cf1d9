package keeper

import (
	"maps"
	"slices"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/audit/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// transfers is the record of each transfer in flight, by channel, then by sequence.
type transfers map[string]map[uint64]zonelinktypes.Transfer

func (t transfers) add(transfer zonelinktypes.Transfer) {
	if t[transfer.ChannelId] == nil {
		t[transfer.ChannelId] = map[uint64]zonelinktypes.Transfer{}
	}
	t[transfer.ChannelId][transfer.Sequence] = transfer
}

// lawTransfers recomputes law 6 for the packets of one ICS-20 channel: each record of a transfer in flight has its
// packet commitment, and each commitment its record. An empty channel id stands for a channel that is not open yet.
func (c common) lawTransfers(
	ctx sdk.Context, subject, channel string, records map[uint64]zonelinktypes.Transfer, violations types.Violations,
) types.Finding {
	committed := map[uint64]struct{}{}
	if channel != "" {
		for _, commitment := range c.channels.GetAllPacketCommitmentsAtChannel(ctx, transfertypes.PortID, channel) {
			committed[commitment.Sequence] = struct{}{}
		}
	}
	inFlight := math.ZeroInt()
	for _, sequence := range slices.Sorted(maps.Keys(records)) {
		inFlight = inFlight.Add(records[sequence].Amount)
		_, found := committed[sequence]
		violations.Require(found, "expected a packet commitment for transfer %s/%d of %s, got none",
			channel, sequence, records[sequence].Account)
	}
	for _, sequence := range slices.Sorted(maps.Keys(committed)) {
		_, found := records[sequence]
		violations.Require(found, "expected a transfer for packet commitment %s/%d, got none", channel, sequence)
	}
	return types.NewFinding(types.LawOnce, subject, violations,
		types.NewFigure("in_flight", inFlight),
		types.NewFigure("transfers_count", math.NewInt(int64(len(records)))),
		types.NewFigure("packet_commitments_count", math.NewInt(int64(len(committed)))),
	)
}

// elsewhere returns a violation for each channel but the given ones that has transfers: it belongs to no link.
func (t transfers) elsewhere(links ...string) types.Violations {
	var violations types.Violations
	for _, channel := range slices.Sorted(maps.Keys(t)) {
		violations.Require(slices.Contains(links, channel), "expected transfers on channels of links only, got %d on %s",
			len(t[channel]), channel)
	}
	return violations
}
