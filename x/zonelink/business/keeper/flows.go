package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/zonelink/business/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// RecordFlow implements registrytypes.FlowRecorder: it counts yen that passes between customers of two banks, within the
// room that the payer's bank has here. It returns ErrNotConnected or ErrOverSlice.
func (k *Keeper) RecordFlow(ctx context.Context, payerBank, payeeBank string, amount math.Int) error {
	zone, err := k.financialZone.Get(ctx)
	if err != nil {
		return err
	}
	// What could never be reported must not pass.
	if err := zone.CheckActive(); err != nil {
		return err
	}
	payer, err := k.bankTotal(ctx, payerBank)
	if err != nil {
		return err
	}
	if err := k.checkSlice(ctx, payer, payeeBank, amount); err != nil {
		return err
	}
	return k.countFlow(ctx, payer, payeeBank, amount)
}

// countFlow adds a flow to the totals of both banks and of the pair.
func (k *Keeper) countFlow(ctx context.Context, payer types.BankTotal, payeeBank string, amount math.Int) error {
	payee, err := k.bankTotal(ctx, payeeBank)
	if err != nil {
		return err
	}
	state, err := k.reportState.Get(ctx)
	if err != nil {
		return err
	}
	state.Version++
	payer.Sent = payer.Sent.Add(amount)
	payee.Received = payee.Received.Add(amount)
	for _, total := range []types.BankTotal{payer, payee} {
		if err := k.bankTotals.Set(ctx, total.Bank, total); err != nil {
			return err
		}
	}
	if err := k.addFlow(ctx, payer.Bank, payeeBank, amount, state.Version); err != nil {
		return err
	}
	if err := k.reportState.Set(ctx, state); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventFlowCounted{PayerBank: payer.Bank, PayeeBank: payeeBank, Amount: amount, Version: state.Version})
}

// checkSlice returns ErrOverSlice if a payment would go beyond what the payer's bank may owe out of this zone, and leave no room
// for what is reserved.
func (k *Keeper) checkSlice(ctx context.Context, payer types.BankTotal, payeeBank string, amount math.Int) error {
	bankCap, err := k.capOf(ctx, payer.Bank)
	if err != nil {
		return err
	}
	if room := roomOf(bankCap, payer); amount.GT(room) {
		return errorsmod.Wrapf(zonelinktypes.ErrOverSlice,
			"expected payments of %s's customers to %s's of at most %s yen now, got %s; pay less, pay on the Financial Zone, or ask %s",
			payer.Bank, payeeBank, math.MaxInt(room, math.ZeroInt()), amount, payer.Bank)
	}
	return nil
}

func (k *Keeper) addFlow(ctx context.Context, payerBank, payeeBank string, amount math.Int, version uint64) error {
	key := collections.Join(payerBank, payeeBank)
	flow, err := k.flows.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		flow = types.FlowTotal{PayerBank: payerBank, PayeeBank: payeeBank, Total: math.ZeroInt()}
	} else if err != nil {
		return err
	}
	flow.Total = flow.Total.Add(amount)
	flow.Version = version
	return k.flows.Set(ctx, key, flow)
}

// capOf returns how far a bank may go here; not at all if the Financial Zone said nothing of it.
func (k *Keeper) capOf(ctx context.Context, bank string) (zonelinktypes.BankCap, error) {
	bankCap, err := k.caps.Get(ctx, bank)
	if errors.Is(err, collections.ErrNotFound) {
		return zonelinktypes.BankCap{Bank: bank, Limit: math.ZeroInt()}, nil
	}
	return bankCap, err
}

func (k *Keeper) bankTotal(ctx context.Context, bank string) (types.BankTotal, error) {
	total, err := k.bankTotals.Get(ctx, bank)
	if errors.Is(err, collections.ErrNotFound) {
		return types.BankTotal{Bank: bank, Sent: math.ZeroInt(), Received: math.ZeroInt(), Reserved: math.ZeroInt()}, nil
	}
	return total, err
}

// IterateFlows visits what passed between banks in ascending order of payer bank, then payee bank, until it is told to
// stop.
func (k *Keeper) IterateFlows(ctx context.Context, visit func(types.FlowTotal) (stop bool, err error)) error {
	return k.flows.Walk(ctx, nil, func(_ bankPair, flow types.FlowTotal) (bool, error) { return visit(flow) })
}

// report returns what has changed since the newest version that the Financial Zone acknowledged: on top of that one, it is
// the state of this zone, whole. Parts of it could make a bank's share there fall below zero for a while.
func (k *Keeper) report(ctx context.Context, state types.ReportState) (zonelinktypes.FlowReport, error) {
	report := zonelinktypes.FlowReport{
		Version: state.Version, Height: sdk.UnwrapSDKContext(ctx).BlockHeight(), CapRevision: state.CapRevision,
	}
	err := k.IterateFlows(ctx, func(flow types.FlowTotal) (bool, error) {
		if flow.Version > state.AcknowledgedVersion {
			report.Flows = append(report.Flows, zonelinktypes.Flow{
				PayerBank: flow.PayerBank, PayeeBank: flow.PayeeBank, Total: flow.Total,
			})
		}
		return false, nil
	})
	if err != nil {
		return report, err
	}
	report.Promised, err = k.promised(ctx)
	return report, err
}

// memoFlowsMax bounds the flows in a memo; with more of them the discharge goes without, behind the next report.
const memoFlowsMax = 2048

// memo returns what a discharge tells the Financial Zone.
func (k *Keeper) memo(ctx context.Context, hop *zonelinktypes.Hop) (string, error) {
	state, err := k.reportState.Get(ctx)
	if err != nil {
		return "", err
	}
	memo := zonelinktypes.DischargeMemo{Hop: hop}
	if state.Version > state.AcknowledgedVersion {
		report, err := k.report(ctx, state)
		if err != nil {
			return "", err
		}
		if len(report.Flows) <= memoFlowsMax {
			memo.Report = &report
		}
	}
	if memo.Report == nil && memo.Hop == nil {
		return "", nil
	}
	return memo.Encode()
}
