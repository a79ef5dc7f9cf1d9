package zonelink_test

import (
	"testing"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	ibctm "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/zones"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

// escrow returns what is in the escrow of retail.
func (w *world) escrow() int64 {
	w.t.Helper()
	response, err := w.queries.Zone(w.Financial.Ctx(), &financialtypes.QueryZoneRequest{Id: retail})
	require.NoError(w.t, err)
	return response.Escrow.Int64()
}

// A dead zone: every owner gets every yen once, whatever state it was in, and nothing is left.
func TestDeadZonePaysEveryOwnerOnce(t *testing.T) {
	d := die(t)
	height := d.link.Financial.ShowState(d.link.Business)
	before := map[string]int64{d.aoi.Name: d.Financial.Balance(d.aoi), d.rin.Name: d.Financial.Balance(d.rin), d.ken.Name: d.Financial.Balance(d.ken)}
	got := func(holder devnet.Key) int64 { return d.Financial.Balance(holder) - before[holder.Name] }
	require.EqualValues(t, 100_400, d.escrow())
	// Frozen accounts are paid, too, and stay frozen.
	d.Freeze(bankB, d.ken)
	ctx := d.windUp(height)
	keepertest.RequireEvent(t, ctx, &financialtypes.EventZoneStatusChanged{
		Zone: retail, OldStatus: financialtypes.ZoneStatusActive, NewStatus: financialtypes.ZoneStatusWindingUp, Reason: "validators gone",
	})
	proofs := d.at(height)

	aoi := proofs.account(d.aoi)
	_, err := d.claim(holdClaim(d.hold, proofs.hold(d.hold)))
	require.ErrorIs(t, err, types.ErrNotProven, "the account first")

	require.Equal(t, []int64{300, 400, 0}, d.mustClaim(
		chargeClaim(d.lost, nil, proofs.receipt(d.lost)),
		chargeClaim(d.refused, refusal, proofs.answer(d.refused)),
		chargeClaim(d.credited, success, proofs.answer(d.credited)),
	))
	require.EqualValues(t, 300, got(d.aoi))
	require.EqualValues(t, 400, got(d.rin))
	require.Zero(t, d.share(d.Financial.Ctx(), bankB))
	require.True(t, d.proveFlows(proofs.flow(bankA, bankB)))
	require.EqualValues(t, 10_000, d.share(d.Financial.Ctx(), bankB))
	position, err := d.Financial.Financial.Clearing.Position(d.Financial.Ctx(), bankA)
	require.NoError(t, err)
	require.Equal(t, "-10000", position.Position.String())

	require.Equal(t, []int64{84_700, 5_000, 10_000, 0}, d.mustClaim(
		aoi, holdClaim(d.hold, proofs.hold(d.hold)), proofs.account(d.ken), proofs.account(d.rin),
	))
	require.EqualValues(t, 90_000, got(d.aoi), "83,100 yen, 900 and 700 on their way home, 5,000 held, 300 that never arrived")
	require.EqualValues(t, 10_000, got(d.ken))
	require.Equal(t, registrytypes.AccountStatusFrozen, d.account(d.Financial.Ctx(), d.ken).Status)
	require.Zero(t, d.escrow())

	// Nothing is paid twice.
	for _, again := range []financialtypes.Claim{
		aoi, proofs.account(d.ken), proofs.account(d.rin), holdClaim(d.hold, proofs.hold(d.hold)),
	} {
		_, err := d.claim(again)
		require.ErrorIs(t, err, types.ErrAlreadyClaimed)
	}
	for _, sequence := range []uint64{d.lost, d.refused, d.credited} {
		_, err := d.claim(chargeClaim(sequence, nil, proofs.receipt(d.lost)))
		require.Error(t, err)
	}
	_, err = d.claim(chargeClaim(d.lost, nil, proofs.receipt(d.lost)))
	require.ErrorIs(t, err, types.ErrTransferNotFound)
	require.True(t, d.proveFlows(proofs.flow(bankA, bankB)), "nothing new")
	require.Zero(t, d.share(d.Financial.Ctx(), bankB))

	d.requireCloses()
}

// requireCloses unlinks all accounts and closes the zone.
func (d dying) requireCloses() {
	d.t.Helper()
	closing := &financialtypes.MsgCloseZone{Authority: d.authority(), Zone: retail, Reason: "wound up"}
	_, err := d.msgs.CloseZone(d.financialCtx(), closing)
	require.ErrorIs(d.t, err, types.ErrZoneInUse, "links")
	for _, holder := range []devnet.Key{d.aoi, d.rin, d.ken} {
		maker := d.Keys.Operator(d.account(d.Financial.Ctx(), holder).Bank, membershiptypes.RoleMaker)
		d.Financial.MustSend(maker.PrivKey(), &financialtypes.MsgUnlink{Signer: maker.String(), Address: holder.String(), Zone: retail})
		require.Equal(d.t, registrytypes.LinkStatusUnspecified, d.linkStatus(d.Financial.Ctx(), holder), "at once")
	}
	ctx := d.resolve(func(ctx sdk.Context) error {
		_, err := d.msgs.CloseZone(ctx, closing)
		return err
	})
	d.requireStatus(ctx, financialtypes.ZoneStatusClosed)
	for _, bank := range []string{bankA, bankB} {
		reserved, err := d.keeper.ReservedFor(ctx, bank)
		require.NoError(d.t, err)
		require.True(d.t, reserved.IsZero(), "nothing is set aside for it any more")
	}
}

func TestClaimsSayWhatTheyDo(t *testing.T) {
	d := die(t)
	height := d.link.Financial.ShowState(d.link.Business)
	ctx := d.windUp(height)
	record, err := d.queries.WindUp(ctx, &financialtypes.QueryWindUpRequest{Zone: retail})
	require.NoError(t, err)
	require.Equal(t, d.link.Business.Transfer, record.ChannelId)
	require.Equal(t, d.zone.Yen(0).Denom, record.Denom)
	require.Equal(t, "100400", record.Unclaimed.String())
	require.Equal(t, height.RevisionHeight, record.WindUp.Height)
	keepertest.RequireEvent(t, ctx, &financialtypes.EventWindUpStarted{
		Zone: retail, Revision: height.RevisionNumber, Height: height.RevisionHeight, Root: record.WindUp.Root, Reason: "validators gone",
	})
	proofs := d.at(height)
	relayer := d.Keys.Relayer().String()
	ctx = d.financialCtx()
	claim := func(claims ...financialtypes.Claim) []financialtypes.ClaimResult {
		response, err := d.msgs.Claim(ctx, &financialtypes.MsgClaim{Signer: relayer, Zone: retail, Claims: claims})
		require.NoError(t, err)
		return response.Results
	}
	claim(chargeClaim(d.lost, nil, proofs.receipt(d.lost)), chargeClaim(d.refused, refusal, proofs.answer(d.refused)))
	coin := zones.Yen
	keepertest.RequireEvent(t, ctx, &financialtypes.EventChargeRefunded{
		Zone: retail, Address: d.aoi.String(), Bank: bankA, Amount: coin(300), Sequence: d.lost, Reason: "not received by the zone that is wound up",
	})
	keepertest.RequireEvent(t, ctx, &financialtypes.EventChargeRefunded{
		Zone: retail, Address: d.rin.String(), Bank: bankA, Amount: coin(400), Sequence: d.refused, Reason: "registry/20: limit of balance exceeded",
	})
	ctx = ctx.WithEventManager(sdk.NewEventManager())
	response, err := d.msgs.ProveFlows(ctx, &financialtypes.MsgProveFlows{Signer: relayer, Zone: retail, Flows: []financialtypes.FlowProof{proofs.flow(bankA, bankB)}})
	require.NoError(t, err)
	require.True(t, response.Applied)
	keepertest.RequireEvent(t, ctx, &financialtypes.EventFlowsProven{Zone: retail, Amount: math.NewInt(10_000)})

	// One that fails does not hold up the others.
	results := claim(chargeClaim(d.credited, refusal, proofs.answer(d.credited)), proofs.account(d.aoi), holdClaim(d.hold, proofs.hold(d.hold)))
	require.Equal(t, "zonelink", results[0].Codespace)
	require.Equal(t, types.ErrInvalidProof.ABCICode(), results[0].Code)
	require.Equal(t, "proof does not show this", results[0].Error)
	keepertest.RequireEvent(t, ctx, &financialtypes.EventClaimRefused{Zone: retail, Codespace: "zonelink", Code: types.ErrInvalidProof.ABCICode()})
	keepertest.RequireEvent(t, ctx, &financialtypes.EventAccountProven{
		Zone: retail, Address: d.aoi.String(), Bank: bankA, Balance: math.NewInt(83_100), Brought: math.NewInt(98_100),
	})
	keepertest.RequireEvent(t, ctx, &financialtypes.EventClaimPaid{
		Zone: retail, Address: d.aoi.String(), Bank: bankA, Amount: coin(84_200), Left: math.ZeroInt(),
	})
	keepertest.RequireEvent(t, ctx, &financialtypes.EventHoldProven{Zone: retail, Id: d.hold, Owner: d.aoi.String(), Amount: math.NewInt(5_000)})
	// The charge that was credited is due to aoi once it is proven.
	claim(chargeClaim(d.credited, success, proofs.answer(d.credited)))
	accounts, err := d.queries.WindUpAccounts(ctx, &financialtypes.QueryWindUpAccountsRequest{Zone: retail})
	require.NoError(t, err)
	require.Len(t, accounts.Claims, 1)
	require.Equal(t, "500", accounts.Claims[0].Due.String())
	require.Equal(t, "89200", accounts.Claims[0].Account.Paid.String())
	require.Equal(t, "500", claim(accountClaim(d.aoi, financialtypes.StoreProof{}, financialtypes.StoreProof{}))[0].Paid.String())
	holds, err := d.queries.WindUpHolds(ctx, &financialtypes.QueryWindUpHoldsRequest{Zone: retail})
	require.NoError(t, err)
	require.Equal(t, []uint64{d.hold}, holds.Ids)
	brought, err := d.queries.Brought(ctx, &financialtypes.QueryBroughtRequest{Zone: retail})
	require.NoError(t, err)
	require.Len(t, brought.Brought, 1)
	require.Equal(t, "10000", brought.Brought[0].Amount.String(), "aoi's, who spent them there")
}

// A lying zone: what it invents after the state that the members trust is paid to nobody.
func TestLyingZoneIsPaidByItsLastTrustedState(t *testing.T) {
	w := charged(t)
	w.setSlice(bankA, 40_000)
	trusted := w.link.Financial.ShowState(w.link.Business)
	invented := sdk.NewCoins(w.zone.Yen(50_000))
	require.NoError(t, w.zone.App.Bank.MintCoins(w.zone.Ctx(), "transfer", invented))
	require.NoError(t, w.zone.App.Bank.SendCoinsFromModuleToAccount(
		registrytypes.WithCause(w.zone.Ctx(), registrytypes.Cause{Kind: registrytypes.CauseRefund}), "transfer", w.ken.Address(), invented))
	w.zone.Block()
	// It gets out what the slice allows, and no more.
	require.NoError(t, w.zone.Pay(w.aoi, w.ken, 40_000))
	require.NoError(t, w.Discharge(w.zone, w.ken, 40_000))
	w.link.Business.Deliver(w.link.Financial)
	require.EqualValues(t, 60_000, w.escrow())
	lying := w.link.Financial.ShowState(w.link.Business)
	w.windUp(trusted)

	_, err := w.claim(w.at(lying).account(w.ken))
	require.ErrorIs(t, err, types.ErrInvalidProof)
	require.Equal(t, []int64{0}, w.mustClaim(w.at(trusted).account(w.ken)), "the state has nothing of ken, who took 40,000 out since")
	require.Equal(t, []int64{60_000}, w.mustClaim(w.at(trusted).account(w.aoi)), "never above the escrow")
	require.Zero(t, w.escrow())
	_, err = w.claim(w.at(trusted).account(w.aoi))
	require.ErrorIs(t, err, types.ErrInsufficientShare)
	require.EqualValues(t, 960_000, w.Financial.Balance(w.aoi))
	require.EqualValues(t, 1_040_000, w.Financial.Balance(w.ken))
}

// What passed between the zones after the state that the members trust is no one's loss and no one's gain.
func TestOlderStatePaysNobodyTwice(t *testing.T) {
	w := charged(t)
	older := w.link.Financial.ShowState(w.link.Business)
	require.NoError(t, w.Charge(w.aoi, retail, 1_000))
	require.NoError(t, w.Charge(w.ken, retail, 50))
	w.Settle()
	require.NoError(t, w.Discharge(w.zone, w.aoi, 2_000))
	w.Settle()
	w.windUp(older)
	proofs := w.at(older)
	require.Equal(t, []int64{99_000, 50}, w.mustClaim(proofs.account(w.aoi), proofs.account(w.ken)))
	require.Zero(t, w.escrow())
	require.EqualValues(t, 1_000_000, w.Financial.Balance(w.aoi))
	require.EqualValues(t, 1_000_000, w.Financial.Balance(w.ken))
}

func TestWindUpNeedsAStateThatIsKnown(t *testing.T) {
	w := charged(t)
	height := w.link.Financial.ShowState(w.link.Business)
	ctx := w.financialCtx()
	message := func(change func(*financialtypes.MsgWindUpZone)) error {
		msg := &financialtypes.MsgWindUpZone{
			Authority: w.authority(), Zone: retail, Revision: height.RevisionNumber, Height: height.RevisionHeight, Reason: "dead",
		}
		change(msg)
		_, err := w.msgs.WindUpZone(ctx, msg)
		return err
	}
	require.ErrorIs(t, message(func(m *financialtypes.MsgWindUpZone) { m.Height++ }), types.ErrRootNotFound)
	require.ErrorIs(t, message(func(m *financialtypes.MsgWindUpZone) { m.Revision++ }), types.ErrRootNotFound)
	require.ErrorIs(t, message(func(m *financialtypes.MsgWindUpZone) { m.Height = 0 }), types.ErrRootNotFound)
	require.ErrorIs(t, message(func(m *financialtypes.MsgWindUpZone) { m.Zone = "none" }), types.ErrZoneNotFound)
	require.ErrorIs(t, message(func(m *financialtypes.MsgWindUpZone) { m.Reason = "" }), registrytypes.ErrInvalidReason)
	require.ErrorIs(t, message(func(m *financialtypes.MsgWindUpZone) { m.Authority = w.aoi.String() }), types.ErrNotAuthority)

	// The light client may be frozen.
	clients := w.Financial.App.IBC.Core.ClientKeeper
	client, found := clients.GetClientState(ctx, w.link.Financial.Client)
	require.True(t, found)
	client.(*ibctm.ClientState).FrozenHeight = clienttypes.NewHeight(0, 1)
	clients.SetClientState(ctx, w.link.Financial.Client, client)
	require.NoError(t, message(func(*financialtypes.MsgWindUpZone) {}))
	require.ErrorIs(t, message(func(*financialtypes.MsgWindUpZone) {}), types.ErrZoneStatus, "once")
	for _, err := range []error{
		func() error {
			_, err := w.msgs.ResumeZone(ctx, &financialtypes.MsgResumeZone{Authority: w.authority(), Zone: retail, Reason: "x"})
			return err
		}(),
		func() error {
			_, err := w.msgs.SuspendZone(ctx, &financialtypes.MsgSuspendZone{Authority: w.authority(), Zone: retail, Reason: "x"})
			return err
		}(),
	} {
		require.ErrorIs(t, err, types.ErrZoneStatus, "no way back")
	}
	require.NoError(t, w.accounts.OnChanCloseConfirm(ctx, "", w.link.Financial.Zonelink))
	w.requireStatus(ctx, financialtypes.ZoneStatusWindingUp)
}

// Nothing that relayers bring from a zone that is wound up changes anything, until a proof has settled it.
func TestZoneThatIsWoundUpSaysNothingMore(t *testing.T) {
	d := die(t)
	height := d.link.Financial.ShowState(d.link.Business)
	d.windUp(height)
	before := section(t, d.Financial.Export().AppState)
	ctx := d.financialCtx()

	report := receive(ctx, d.accounts, d.report(50, flow(bankA, bankB, 10)))
	require.Contains(t, report.GetError(), "zonelink/9: ")
	discharge := receive(ctx, d.yen, d.homecoming(77, transferData(d.yenPath(), "5", d.aoi, d.aoi, "")))
	require.Contains(t, discharge.GetError(), "zonelink/9: ")
	_, err := d.keeper.Charge(ctx, d.aoi.Address(), retail, math.OneInt())
	require.ErrorIs(t, err, types.ErrZoneNotActive)
	charge := d.outbound(d.credited, transferData("jpy", "500", d.aoi, d.aoi, ""))
	require.ErrorIs(t, d.yen.OnAcknowledgementPacket(ctx, charge, success, nil), types.ErrWindingUp)
	require.ErrorIs(t, d.yen.OnAcknowledgementPacket(ctx, charge, refusal, nil), types.ErrWindingUp)
	require.ErrorIs(t, d.yen.OnTimeoutPacket(ctx, charge, nil), types.ErrWindingUp)

	// Through IBC's core: the message fails, and the packet stays in flight.
	commitment := func(sequence uint64) []byte {
		return d.Financial.App.IBC.Core.ChannelKeeper.GetPacketCommitment(d.Financial.Ctx(), transfertypes.PortID, d.link.Financial.Transfer, sequence)
	}
	proofs := d.at(height)
	late := channeltypes.NewMsgAcknowledgement(d.answered, success, proofs.answer(d.credited), height, d.Keys.Relayer().String())
	_, err = d.link.Financial.TryRelay(late)
	require.ErrorIs(t, err, types.ErrWindingUp)
	require.NotEmpty(t, commitment(d.credited))
	require.Equal(t, before, section(t, d.Financial.Export().AppState))

	// Once it is settled by a proof, IBC's core takes it for done.
	d.mustClaim(chargeClaim(d.credited, success, proofs.answer(d.credited)))
	require.Empty(t, commitment(d.credited))
	_, err = d.link.Financial.TryRelay(late)
	require.ErrorIs(t, err, channeltypes.ErrRedundantTx)
}
