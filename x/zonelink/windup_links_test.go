package zonelink_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/zones"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

// Flows that depend on a charge wait for it.
func TestProvenFlowsWaitForCharges(t *testing.T) {
	w := charged(t)
	w.setSlice(bankA, 200_000)
	require.NoError(t, w.Charge(w.aoi, retail, 50_000))
	w.link.Financial.Deliver(w.link.Business)
	require.NoError(t, w.zone.Pay(w.aoi, w.ken, 120_000))
	sequence := uint64(0)
	require.NoError(t, w.keeper.IterateTransfers(w.Financial.Ctx(), func(transfer types.Transfer) (bool, error) {
		sequence = transfer.Sequence
		return false, nil
	}))
	height := w.link.Financial.ShowState(w.link.Business)
	w.windUp(height)
	proofs := w.at(height)
	require.False(t, w.proveFlows(proofs.flow(bankA, bankB)), "20,000 yen of them were never settled")
	require.Zero(t, w.share(w.Financial.Ctx(), bankB))
	_, err := w.claim(proofs.account(w.ken))
	require.ErrorIs(t, err, types.ErrInsufficientShare)
	_, err = w.msgs.CloseZone(w.financialCtx(), &financialtypes.MsgCloseZone{Authority: w.authority(), Zone: retail, Reason: "x"})
	require.ErrorIs(t, err, types.ErrZoneInUse)
	answer, err := w.queries.WindUp(w.Financial.Ctx(), &financialtypes.QueryWindUpRequest{Zone: retail})
	require.NoError(t, err)
	require.Len(t, answer.ProvenFlows, 1)
	requireExportReturns(t, w)

	w.mustClaim(chargeClaim(sequence, success, proofs.answer(sequence)))
	require.EqualValues(t, 120_000, w.share(w.Financial.Ctx(), bankB), "applied with it, beyond what was set aside")
	require.Equal(t, []int64{30_000, 120_000}, w.mustClaim(proofs.account(w.aoi), proofs.account(w.ken)))
	require.Zero(t, w.escrow())
}

// Payments to and fro are more than the yen that there is: one way alone would leave a share below zero.
func TestProvenFlowsWaitForEachOther(t *testing.T) {
	w := charged(t)
	w.setSlice(bankA, 200_000)
	w.setSlice(bankB, 200_000)
	require.NoError(t, w.Charge(w.ken, retail, 10))
	w.Rest()
	require.NoError(t, w.zone.Pay(w.aoi, w.ken, 90_000))
	require.NoError(t, w.zone.Pay(w.ken, w.aoi, 60_000))
	require.NoError(t, w.zone.Pay(w.aoi, w.ken, 50_000))
	height := w.link.Financial.ShowState(w.link.Business)
	w.windUp(height)
	proofs := w.at(height)
	require.False(t, w.proveFlows(proofs.flow(bankA, bankB)), "140,000 of 100,000")
	require.EqualValues(t, 100_000, w.share(w.Financial.Ctx(), bankA))
	require.True(t, w.proveFlows(proofs.flow(bankB, bankA)))
	require.EqualValues(t, 20_000, w.share(w.Financial.Ctx(), bankA))
	require.Equal(t, []int64{20_000, 80_010}, w.mustClaim(proofs.account(w.aoi), proofs.account(w.ken)))
	require.Zero(t, w.escrow())
}

// requireExportReturns asserts that the Financial Zone's state comes back the same from an export.
func requireExportReturns(t *testing.T, w *world) {
	t.Helper()
	first := w.Financial.Export()
	require.Equal(t, section(t, first.AppState), section(t, w.Financial.Import(first).Export().AppState))
}

// Links of a zone that is wound up end at once; what is unclaimed stays with the bank that the account had.
func TestLinksToAZoneThatIsWoundUp(t *testing.T) {
	d := die(t)
	height := d.link.Financial.ShowState(d.link.Business)
	outsider := d.Keys.Account(bankB, 1)
	d.Financial.MustSend(outsider.PrivKey(), &financialtypes.MsgRequestLink{Holder: outsider.String(), Zone: retail})
	d.windUp(height)
	proofs := d.at(height)
	ctx := d.financialCtx()
	checker := d.Keys.Operator(bankB, membershiptypes.RoleChecker).String()
	_, err := d.msgs.ApproveLink(ctx, &financialtypes.MsgApproveLink{Operator: checker, Address: outsider.String(), Zone: retail, Limits: zones.LinkLimits(1)})
	require.ErrorIs(t, err, types.ErrZoneStatus)
	_, err = d.msgs.RequestLink(ctx, &financialtypes.MsgRequestLink{Holder: d.Keys.Account(bankA, 1).String(), Zone: retail})
	require.ErrorIs(t, err, types.ErrZoneNotActive)
	unlink := func(holder devnet.Key) error {
		_, err := d.msgs.Unlink(ctx, &financialtypes.MsgUnlink{Signer: holder.String(), Address: holder.String(), Zone: retail})
		return err
	}
	require.NoError(t, unlink(outsider))
	require.NoError(t, unlink(d.ken))
	require.ErrorIs(t, unlink(d.ken), types.ErrLinkNotFound)
	require.Equal(t, registrytypes.LinkStatusUnspecified, d.linkStatus(ctx, d.ken))
	state, err := d.keeper.ExportGenesis(ctx)
	require.NoError(t, err)
	require.NoError(t, state.Validate())

	// Known to be owed, it must be claimed first.
	relayer := d.Keys.Relayer().String()
	claim := func(claims ...financialtypes.Claim) error {
		_, err := d.msgs.Claim(ctx, &financialtypes.MsgClaim{Signer: relayer, Zone: retail, Claims: claims})
		return err
	}
	require.NoError(t, claim(proofs.account(d.aoi)))
	require.NoError(t, claim(chargeClaim(d.credited, success, proofs.answer(d.credited))))
	require.ErrorIs(t, unlink(d.aoi), types.ErrNotEmpty)
	require.NoError(t, claim(proofs.account(d.aoi)))
	require.NoError(t, unlink(d.aoi))

	// An account that has moved to another bank since is not paid out of that one's share.
	for i, book := range state.WindUpAccounts {
		if book.Address == d.ken.String() {
			state.WindUpAccounts[i].Bank = bankA
		}
	}
	moved := d.Financial.Ctx()
	moved, _ = moved.CacheContext()
	require.NoError(t, d.keeper.InitGenesis(moved, *state))
	_, err = d.msgs.Claim(moved, &financialtypes.MsgClaim{Signer: relayer, Zone: retail, Claims: []financialtypes.Claim{proofs.account(d.ken)}})
	require.ErrorIs(t, err, registrytypes.ErrWrongBank)
}

func TestExportOfAWindUp(t *testing.T) {
	d := die(t)
	height := d.link.Financial.ShowState(d.link.Business)
	d.windUp(height)
	proofs := d.at(height)
	d.proveFlows(proofs.flow(bankA, bankB))
	d.mustClaim(proofs.account(d.aoi), holdClaim(d.hold, proofs.hold(d.hold)), proofs.account(d.ken))
	requireExportReturns(t, d.world)
	imported := d.Financial.Import(d.Financial.Export())
	var sections map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(imported.Export().AppState, &sections))
	require.Contains(t, string(sections["zonelink"]), "ZONE_STATUS_WINDING_UP")
	imported.RequireLaws()
}
