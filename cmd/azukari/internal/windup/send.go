package windup

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/nodeclient"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

const (
	// batchClaims and batchBytes bound the claims and the proofs of one transaction, far below what a block takes.
	batchClaims = 50
	batchBytes  = 256 << 10
	// gasBase, gasPerClaim and gasPerByte are more than claims cost. Gas has no price.
	gasBase     = 1_000_000
	gasPerClaim = 500_000
	gasPerByte  = 20
)

// Sender signs and sends transactions on the Financial Zone.
type Sender interface {
	// Send returns the response of each message of a transaction that a block has carried out.
	Send(ctx context.Context, msgs ...sdk.Msg) (*sdk.TxResponse, error)
	// Address of the signer.
	Address() string
}

// Outcome is what became of one item.
type Outcome struct {
	Kind  string   `json:"kind"`
	Owner string   `json:"owner"`
	Yen   math.Int `json:"yen"`
	// Error is empty for a claim that succeeded.
	Error string `json:"error,omitempty"`
}

// Report is what became of a plan.
type Report struct {
	Zone string `json:"zone"`
	// FlowsProven counts totals between banks that were sent; FlowsApplied says whether none waits any more.
	FlowsProven  int       `json:"flows_proven"`
	FlowsApplied bool      `json:"flows_applied"`
	Outcomes     []Outcome `json:"claims"`
	Paid         math.Int  `json:"paid"`
	Refused      int       `json:"refused"`
	// Unclaimed is what is left in the escrow.
	Unclaimed math.Int `json:"unclaimed"`
}

// Claim carries out a plan. Whoever runs it again, or at the same time, does no harm: what was claimed is refused. It tells how far
// it has come after each transaction.
func Claim(ctx context.Context, sender Sender, zone string, plan Plan, progress func(done, total int)) (Report, error) {
	report := Report{Zone: zone, Paid: math.ZeroInt(), FlowsApplied: true, Unclaimed: math.ZeroInt()}
	total, done := len(plan.Charges)+len(plan.Flows)+len(plan.Accounts)+len(plan.Holds), 0
	step := func(count int) {
		done += count
		progress(done, total)
	}
	if err := report.claim(ctx, sender, plan.Charges, step); err != nil {
		return report, err
	}
	if err := report.prove(ctx, sender, plan.Flows, step); err != nil {
		return report, err
	}
	if err := report.claim(ctx, sender, plan.Accounts, step); err != nil {
		return report, err
	}
	return report, report.claim(ctx, sender, plan.Holds, step)
}

func (r *Report) prove(ctx context.Context, sender Sender, flows []financialtypes.FlowProof, step func(int)) error {
	for _, batch := range split(flows, func(flow financialtypes.FlowProof) int { return flow.Size() }) {
		msg := &financialtypes.MsgProveFlows{Signer: sender.Address(), Zone: r.Zone, Flows: batch}
		sent, err := sender.Send(ctx, weighed(msg, len(batch), msg.Size()))
		if err != nil {
			return fmt.Errorf("prove flows: %w", err)
		}
		var response financialtypes.MsgProveFlowsResponse
		if err := decode(sent, &response); err != nil {
			return err
		}
		r.FlowsProven += len(batch)
		r.FlowsApplied = response.Applied
		step(len(batch))
	}
	return nil
}

func (r *Report) claim(ctx context.Context, sender Sender, items []Item, step func(int)) error {
	for _, batch := range split(items, func(item Item) int { return item.Claim.Size() }) {
		msg := &financialtypes.MsgClaim{Signer: sender.Address(), Zone: r.Zone}
		for _, item := range batch {
			msg.Claims = append(msg.Claims, item.Claim)
		}
		sent, err := sender.Send(ctx, weighed(msg, len(batch), msg.Size()))
		var refused *nodeclient.TxError
		switch {
		case err == nil:
			var response financialtypes.MsgClaimResponse
			if err := decode(sent, &response); err != nil {
				return err
			}
			r.note(batch, response.Results)
		case errors.As(err, &refused) && refused.Codespace == zonelinktypes.ModuleName:
			// None of them succeeded; the chain gives the first one's reason.
			results := make([]financialtypes.ClaimResult, len(batch))
			for i := range results {
				results[i] = financialtypes.ClaimResult{Paid: math.ZeroInt(), Error: "refused with all others of its transaction"}
			}
			results[0].Error = refused.Error()
			r.note(batch, results)
		default:
			return fmt.Errorf("claim: %w", err)
		}
		step(len(batch))
	}
	return nil
}

func (r *Report) note(items []Item, results []financialtypes.ClaimResult) {
	for i, item := range items {
		r.Outcomes = append(r.Outcomes, Outcome{Kind: item.Kind, Owner: item.Owner, Yen: results[i].Paid, Error: results[i].Error})
		r.Paid = r.Paid.Add(results[i].Paid)
		if results[i].Error != "" {
			r.Refused++
		}
	}
}

// split cuts a list into parts that fit a transaction.
func split[T any](all []T, size func(T) int) [][]T {
	var parts [][]T
	bytes := 0
	for _, one := range all {
		last := len(parts) - 1
		if last < 0 || len(parts[last]) == batchClaims || bytes+size(one) > batchBytes {
			parts, bytes = append(parts, nil), 0
			last++
		}
		parts[last] = append(parts[last], one)
		bytes += size(one)
	}
	return parts
}

func weighed(msg sdk.Msg, claims, bytes int) sdk.Msg {
	return nodeclient.Weighted{Msg: msg, Gas: uint64(gasBase + claims*gasPerClaim + bytes*gasPerByte)} // #nosec G115 -- neither is negative
}

// decode reads the response of a transaction's only message.
func decode(sent *sdk.TxResponse, response interface{ Unmarshal([]byte) error }) error {
	raw, err := hex.DecodeString(sent.Data)
	if err != nil {
		return fmt.Errorf("transaction %s: %w", sent.TxHash, err)
	}
	var data sdk.TxMsgData
	if err := data.Unmarshal(raw); err != nil {
		return fmt.Errorf("transaction %s: %w", sent.TxHash, err)
	}
	if len(data.MsgResponses) != 1 {
		return fmt.Errorf("transaction %s: expected one response, got %d", sent.TxHash, len(data.MsgResponses))
	}
	return response.Unmarshal(data.MsgResponses[0].Value)
}
