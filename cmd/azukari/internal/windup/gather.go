package windup

import (
	"context"
	"errors"
	"fmt"
	"slices"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	host "github.com/cosmos/ibc-go/v8/modules/core/24-host"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"
	"google.golang.org/grpc"

	"github.com/cosmos/cosmos-sdk/types/query"

	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// pageSize is how many entries are asked for at once.
const pageSize = 500

// Kinds of claims.
const (
	KindCharge  = "charge"
	KindAccount = "account"
	KindHold    = "hold"
)

// Item is one claim, and for whom it is.
type Item struct {
	Kind string
	// Owner is the account that gets the yen.
	Owner string
	Claim financialtypes.Claim
}

// Plan is all that can be claimed of a zone, in the order in which it must be.
type Plan struct {
	Charges  []Item
	Flows    []financialtypes.FlowProof
	Accounts []Item
	Holds    []Item
}

// Gather reads all that a zone's state has for owners, with proofs. What was claimed already stays out, as far as it is known.
func Gather(ctx context.Context, financial grpc.ClientConnInterface, node Node, zone string) (Plan, error) {
	queries := financialtypes.NewQueryClient(financial)
	record, err := queries.WindUp(ctx, &financialtypes.QueryWindUpRequest{Zone: zone})
	if err != nil {
		return Plan{}, err
	}
	g := gatherer{
		queries: queries, zone: zone, channel: record.ChannelId, denom: record.Denom,
		// The root at a height is that of the state after the block before.
		state:  State{node: node, block: int64(record.WindUp.Height) - 1}, // #nosec G115 -- heights fit
		owners: map[string]struct{}{},
	}
	var plan Plan
	for _, step := range []func() error{
		func() (err error) { plan.Charges, err = g.charges(ctx); return err },
		func() (err error) { plan.Flows, err = g.flows(ctx); return err },
		func() (err error) { plan.Holds, err = g.holds(ctx); return err },
		func() (err error) { plan.Accounts, err = g.accounts(ctx); return err },
	} {
		if err := step(); err != nil {
			return Plan{}, err
		}
	}
	return plan, nil
}

type gatherer struct {
	queries        financialtypes.QueryClient
	zone           string
	channel, denom string
	state          State
	// owners are all accounts that may have something in the zone.
	owners map[string]struct{}
}

// charges finds out what became of each charge in flight.
func (g gatherer) charges(ctx context.Context) ([]Item, error) {
	zone, err := g.queries.Zone(ctx, &financialtypes.QueryZoneRequest{Id: g.zone})
	if err != nil {
		return nil, err
	}
	var items []Item
	err = pages(func(page *query.PageRequest) (*query.PageResponse, error) {
		answer, err := g.queries.Transfers(ctx, &financialtypes.QueryTransfersRequest{Pagination: page})
		if err != nil {
			return nil, err
		}
		for _, transfer := range answer.Transfers {
			if transfer.ChannelId != zone.Zone.TransferChannelId {
				continue
			}
			item, err := g.charge(ctx, transfer)
			if err != nil {
				return nil, fmt.Errorf("charge %d: %w", transfer.Sequence, err)
			}
			items = append(items, item)
			g.owners[transfer.Receiver()] = struct{}{}
		}
		return answer.Pagination, nil
	})
	return items, err
}

func (g gatherer) charge(ctx context.Context, transfer zonelinktypes.Transfer) (Item, error) {
	claim := &financialtypes.ChargeClaim{Sequence: transfer.Sequence}
	item := Item{Kind: KindCharge, Owner: transfer.Account, Claim: financialtypes.Claim{Claim: &financialtypes.Claim_Charge{Charge: claim}}}
	receipt, err := g.state.stored(ctx, exported.StoreKey, host.PacketReceiptKey(transfertypes.PortID, g.channel, transfer.Sequence))
	if err != nil {
		return item, err
	}
	if len(receipt.Value) == 0 {
		claim.Proof = receipt.Proof
		return item, nil
	}
	commitment, err := g.state.stored(ctx, exported.StoreKey, host.PacketAcknowledgementKey(transfertypes.PortID, g.channel, transfer.Sequence))
	if err != nil {
		return item, err
	}
	claim.Proof = commitment.Proof
	claim.Acknowledgement, err = g.answer(ctx, transfer.Sequence, commitment.Value)
	return item, err
}

// answer returns the acknowledgement of which the zone keeps only the hash: success is always the same, else the node's events
// tell.
func (g gatherer) answer(ctx context.Context, sequence uint64, commitment []byte) ([]byte, error) {
	success := channeltypes.NewResultAcknowledgement([]byte{1}).Acknowledgement()
	if isAnswer(success, commitment) {
		return success, nil
	}
	answers, err := g.state.node.Answers(ctx, g.channel, sequence)
	if err != nil {
		return nil, err
	}
	found := slices.IndexFunc(answers, func(answer []byte) bool { return isAnswer(answer, commitment) })
	if found < 0 {
		return nil, errors.New("expected its acknowledgement among the node's events, got none; ask a node that indexes transactions")
	}
	return answers[found], nil
}

// flows reads totals between banks beyond what was reported.
func (g gatherer) flows(ctx context.Context) ([]financialtypes.FlowProof, error) {
	reported := map[[2]string]financialtypes.ZoneFlow{}
	err := pages(func(page *query.PageRequest) (*query.PageResponse, error) {
		answer, err := g.queries.ZoneFlows(ctx, &financialtypes.QueryZoneFlowsRequest{Zone: g.zone, Pagination: page})
		if err != nil {
			return nil, err
		}
		for _, flow := range answer.Flows {
			reported[[2]string{flow.PayerBank, flow.PayeeBank}] = flow
		}
		return answer.Pagination, nil
	})
	if err != nil {
		return nil, err
	}
	var flows []financialtypes.FlowProof
	err = pages(func(page *query.PageRequest) (*query.PageResponse, error) {
		var answer businesstypes.QueryFlowsResponse
		err := g.state.ask(ctx, "/azukari.zonelink.business.v1.Query/Flows", &businesstypes.QueryFlowsRequest{Pagination: page}, &answer)
		if err != nil {
			return nil, err
		}
		for _, flow := range answer.Flows {
			if known, found := reported[[2]string{flow.PayerBank, flow.PayeeBank}]; found && known.Total.GTE(flow.Total) {
				continue
			}
			key, err := financialtypes.FlowKey(flow.PayerBank, flow.PayeeBank)
			if err != nil {
				return nil, err
			}
			proof, err := g.state.stored(ctx, zonelinktypes.StoreKey, key)
			if err != nil {
				return nil, err
			}
			flows = append(flows, financialtypes.FlowProof{PayerBank: flow.PayerBank, PayeeBank: flow.PayeeBank, Flow: proof})
		}
		return answer.Pagination, nil
	})
	return flows, err
}

// holds reads open holds of yen that were not counted yet.
func (g gatherer) holds(ctx context.Context) ([]Item, error) {
	counted := map[uint64]struct{}{}
	err := pages(func(page *query.PageRequest) (*query.PageResponse, error) {
		answer, err := g.queries.WindUpHolds(ctx, &financialtypes.QueryWindUpHoldsRequest{Zone: g.zone, Pagination: page})
		if err != nil {
			return nil, err
		}
		for _, id := range answer.Ids {
			counted[id] = struct{}{}
		}
		return answer.Pagination, nil
	})
	if err != nil {
		return nil, err
	}
	var items []Item
	err = pages(func(page *query.PageRequest) (*query.PageResponse, error) {
		var answer holdtypes.QueryHoldsResponse
		if err := g.state.ask(ctx, "/azukari.hold.v1.Query/Holds", &holdtypes.QueryHoldsRequest{Pagination: page}, &answer); err != nil {
			return nil, err
		}
		for _, hold := range answer.Holds {
			if _, found := counted[hold.Id]; found || hold.Amount.Denom != g.denom {
				continue
			}
			key, err := financialtypes.HoldKey(hold.Id)
			if err != nil {
				return nil, err
			}
			proof, err := g.state.stored(ctx, holdtypes.StoreKey, key)
			if err != nil {
				return nil, err
			}
			items = append(items, Item{Kind: KindHold, Owner: hold.Owner, Claim: financialtypes.Claim{
				Claim: &financialtypes.Claim_Hold{Hold: &financialtypes.HoldClaim{Id: hold.Id, Hold: proof}},
			}})
			g.owners[hold.Owner] = struct{}{}
		}
		return answer.Pagination, nil
	})
	return items, err
}

// pages asks for one page after the other.
func pages(ask func(*query.PageRequest) (*query.PageResponse, error)) error {
	page := &query.PageRequest{Limit: pageSize}
	for {
		answer, err := ask(page)
		if err != nil {
			return err
		}
		if answer == nil || len(answer.NextKey) == 0 {
			return nil
		}
		page = &query.PageRequest{Key: answer.NextKey, Limit: pageSize}
	}
}

func sorted(set map[string]struct{}) []string {
	all := make([]string, 0, len(set))
	for one := range set {
		all = append(all, one)
	}
	slices.Sort(all)
	return all
}
