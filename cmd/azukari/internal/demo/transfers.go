package demo

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cosmos/gogoproto/proto"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

const (
	pollInterval    = 200 * time.Millisecond
	transferTimeout = 2 * time.Minute
)

// charge sends yen to a Business Zone and waits until it is credited there, or back.
func (a *actor) charge(ctx context.Context, task Task) error {
	holder := a.holder(task.From)
	var answer financialtypes.MsgChargeResponse
	err := a.sendFor(ctx, devnet.FinancialID, holder, &answer, &financialtypes.MsgCharge{
		Holder: holder.String(), Zone: task.Zone, Amount: yen(task.AmountYen),
	})
	if err != nil {
		return err
	}
	return outcomeOf(ctx, a.network.Financial().Client(), transferEvents{
		settled: &financialtypes.EventChargeSettled{}, refunded: &financialtypes.EventChargeRefunded{}, zone: task.Zone,
	}, answer.Sequence)
}

// discharge sends yen back to the Financial Zone and waits until it is credited there, or back.
func (a *actor) discharge(ctx context.Context, task Task) error {
	holder := a.holder(task.From)
	var answer businesstypes.MsgDischargeResponse
	err := a.sendFor(ctx, task.Zone, holder, &answer, &businesstypes.MsgDischarge{
		Holder: holder.String(), Amount: yen(task.AmountYen),
	})
	if err != nil {
		return err
	}
	return outcomeOf(ctx, a.network.Zone(task.Zone).Client(), transferEvents{
		settled: &businesstypes.EventDischargeSettled{}, refunded: &businesstypes.EventDischargeRefunded{},
	}, answer.Sequence)
}

// sendFor sends one message and decodes its answer.
func (a *actor) sendFor(ctx context.Context, zone string, key devnet.Key, answer proto.Message, msg sdk.Msg) error {
	response, err := a.network.Zone(zone).Client().Send(ctx, key, msg)
	if err != nil {
		return err
	}
	return devnet.DecodeResponse(response, answer)
}

// transferEvents are the events of which one ends each transfer.
type transferEvents struct {
	settled, refunded proto.Message
	// zone of a charge; empty for a discharge, whose chain has one counterparty.
	zone string
}

// outcomeOf returns nil for a transfer that was credited, and the reason as an error for one that was refunded. It waits
// until the node's index has the one or the other: a node indexes a block some time after it has its state.
func outcomeOf(ctx context.Context, client *devnet.Client, events transferEvents, sequence uint64) error {
	var refund error
	err := waitUntil(ctx, fmt.Sprintf("the outcome of transfer %d", sequence), func(ctx context.Context) (bool, error) {
		reason, refunded, err := findEvent(ctx, client, events.refunded, events.zone, sequence)
		if err != nil || refunded {
			refund = refundError(reason)
			return refunded, err
		}
		_, settled, err := findEvent(ctx, client, events.settled, events.zone, sequence)
		return settled, err
	})
	if err != nil {
		return err
	}
	return refund
}

// findEvent says whether a node's index has the event of a transfer, and the reason that the event gives.
func findEvent(ctx context.Context, client *devnet.Client, event proto.Message, zone string, sequence uint64) (string, bool, error) {
	name := proto.MessageName(event)
	query := fmt.Sprintf("%s.sequence='\"%d\"'", name, sequence)
	if zone != "" {
		query += fmt.Sprintf(" AND %s.zone='\"%s\"'", name, zone)
	}
	found, err := client.RPC().TxSearch(ctx, query, false, nil, nil, "")
	if err != nil {
		return "", false, fmt.Errorf("look for %s: %w", name, err)
	}
	for _, tx := range found.Txs {
		if reason, ok := eventReason(tx.TxResult.Events, name, sequence); ok {
			return reason, true, nil
		}
	}
	return "", false, nil
}

// eventReason finds the event of a sequence, and its reason if it has one, among those of a transaction, which may settle many packets.
func eventReason(events []abci.Event, name string, sequence uint64) (string, bool) {
	for _, event := range events {
		if event.Type != name {
			continue
		}
		var reason, number string
		for _, attribute := range event.Attributes {
			switch attribute.Key {
			case "reason":
				reason = strings.Trim(attribute.Value, `"`)
			case "sequence":
				number = strings.Trim(attribute.Value, `"`)
			}
		}
		if number == strconv.FormatUint(sequence, 10) {
			return reason, true
		}
	}
	return "", false
}

// waitSynced waits until every zone that the account is linked with knows its newest state.
func (a *actor) waitSynced(ctx context.Context, holder devnet.Key) error {
	conn := a.network.Financial().Client().GRPC()
	registry, zonelink := registrytypes.NewQueryClient(conn), financialtypes.NewQueryClient(conn)
	return waitUntil(ctx, "the linked zones to know "+holder.Name, func(ctx context.Context) (bool, error) {
		answer, err := registry.Account(ctx, &registrytypes.QueryAccountRequest{Address: holder.String()})
		if err != nil {
			return false, err
		}
		for _, link := range answer.Account.Links {
			sync, err := zonelink.AccountSync(ctx, &financialtypes.QueryAccountSyncRequest{Zone: link.Zone, Address: holder.String()})
			if err != nil {
				return false, err
			}
			if link.Status != registrytypes.LinkStatusActive || sync.AccountSync.Dirty ||
				sync.AccountSync.AcknowledgedRevision < sync.AccountSync.SentRevision {
				return false, nil
			}
		}
		return true, nil
	})
}

// waitUntil asks again and again until the answer is yes, an error, or too late.
func waitUntil(ctx context.Context, what string, done func(context.Context) (bool, error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, transferTimeout, fmt.Errorf("waited %s in vain for %s", transferTimeout, what))
	defer cancel()
	for {
		ok, err := done(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(pollInterval):
		}
	}
}
