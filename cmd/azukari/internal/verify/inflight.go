package verify

import (
	"bytes"
	"context"
	"fmt"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/types/query"

	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// successCommitment is what a chain keeps of the acknowledgement of a transfer that it has credited.
var successCommitment = channeltypes.CommitAcknowledgement(
	channeltypes.NewResultAcknowledgement([]byte{1}).Acknowledgement(),
)

// credited asks the receiving chain for its acknowledgement of a transfer. No acknowledgement means that it was not
// received, or timed out.
func credited(ctx context.Context, receiver grpc.ClientConnInterface, channel string, sequence uint64) (bool, error) {
	answer, err := channeltypes.NewQueryClient(receiver).PacketAcknowledgement(ctx, &channeltypes.QueryPacketAcknowledgementRequest{
		PortId: transfertypes.PortID, ChannelId: channel, Sequence: sequence,
	})
	if status.Code(err) == codes.NotFound {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("acknowledgement of packet %s/%d: %w", channel, sequence, err)
	}
	return bytes.Equal(answer.Acknowledgement, successCommitment), nil
}

// inFlight sums by bank the charges and discharges that are on their way. What a sender waits for is read on its side,
// what became of it on the other.
func (p pair) inFlight(financialChannel, zoneChannel string) (charges, discharges map[string]math.Int, err error) {
	waiting, err := waitingCharges(p.atFinancial, p.financial, financialChannel)
	if err != nil {
		return nil, nil, err
	}
	if charges, err = undelivered(p.atZone, p.zone, zoneChannel, waiting); err != nil {
		return nil, nil, err
	}
	if waiting, err = waitingDischarges(p.atZone, p.zone, zoneChannel); err != nil {
		return nil, nil, err
	}
	discharges, err = undelivered(p.atFinancial, p.financial, financialChannel, waiting)
	return charges, discharges, err
}

// undelivered sums by bank the transfers that the sender still waits for and the receiver has not credited: a success
// that waits for its acknowledgement is where it is going, everything else is still on its way or on its way back.
func undelivered(
	ctx context.Context, receiver grpc.ClientConnInterface, receiverChannel string, waiting []zonelinktypes.Transfer,
) (map[string]math.Int, error) {
	sums := map[string]math.Int{}
	for _, transfer := range waiting {
		done, err := credited(ctx, receiver, receiverChannel, transfer.Sequence)
		if err != nil {
			return nil, err
		}
		if !done {
			add(sums, transfer.ShareBank(), transfer.Amount)
		}
	}
	return sums, nil
}

// waitingCharges lists the Financial Zone's transfers on one channel.
func waitingCharges(ctx context.Context, conn grpc.ClientConnInterface, channel string) ([]zonelinktypes.Transfer, error) {
	client := financialtypes.NewQueryClient(conn)
	return waitingOn(channel, func(page *query.PageRequest) ([]zonelinktypes.Transfer, *query.PageResponse, error) {
		answer, err := client.Transfers(ctx, &financialtypes.QueryTransfersRequest{Pagination: page})
		if err != nil {
			return nil, nil, fmt.Errorf("charges in flight: %w", err)
		}
		return answer.Transfers, answer.Pagination, nil
	})
}

// waitingDischarges lists a Business Zone's transfers on one channel.
func waitingDischarges(ctx context.Context, conn grpc.ClientConnInterface, channel string) ([]zonelinktypes.Transfer, error) {
	client := businesstypes.NewQueryClient(conn)
	return waitingOn(channel, func(page *query.PageRequest) ([]zonelinktypes.Transfer, *query.PageResponse, error) {
		answer, err := client.Transfers(ctx, &businesstypes.QueryTransfersRequest{Pagination: page})
		if err != nil {
			return nil, nil, fmt.Errorf("discharges in flight: %w", err)
		}
		return answer.Transfers, answer.Pagination, nil
	})
}

func waitingOn(
	channel string, ask func(*query.PageRequest) ([]zonelinktypes.Transfer, *query.PageResponse, error),
) ([]zonelinktypes.Transfer, error) {
	var waiting []zonelinktypes.Transfer
	err := eachPage(func(page *query.PageRequest) (*query.PageResponse, error) {
		transfers, next, err := ask(page)
		for _, transfer := range transfers {
			if transfer.ChannelId == channel {
				waiting = append(waiting, transfer)
			}
		}
		return next, err
	})
	return waiting, err
}
