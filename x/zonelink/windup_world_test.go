package zonelink_test

import (
	"testing"
	"time"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	host "github.com/cosmos/ibc-go/v8/modules/core/24-host"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/zones"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

// resolve carries out a decision of the members on the Financial Zone's committed state, makes a block, and asserts the laws.
func (w *world) resolve(carryOut func(ctx sdk.Context) error) sdk.Context {
	w.t.Helper()
	ctx := w.Financial.Ctx().WithBlockTime(w.Clock.Now.Add(time.Second)).WithEventManager(sdk.NewEventManager())
	require.NoError(w.t, carryOut(ctx))
	w.Financial.Block()
	w.Financial.RequireLaws()
	return ctx
}

// windUp lets the members wind up retail by the state at a height.
func (w *world) windUp(height clienttypes.Height) sdk.Context {
	w.t.Helper()
	return w.resolve(func(ctx sdk.Context) error {
		_, err := w.msgs.WindUpZone(ctx, &financialtypes.MsgWindUpZone{
			Authority: w.authority(), Zone: retail, Revision: height.RevisionNumber, Height: height.RevisionHeight, Reason: "validators gone",
		})
		return err
	})
}

// claim sends claims to the Financial Zone as the relayer, and asserts the laws whatever comes of it.
func (w *world) claim(claims ...financialtypes.Claim) ([]financialtypes.ClaimResult, error) {
	w.t.Helper()
	relayer := w.Keys.Relayer()
	result, err := w.Financial.Send(relayer.PrivKey(), &financialtypes.MsgClaim{Signer: relayer.String(), Zone: retail, Claims: claims})
	w.Financial.RequireLaws()
	if err != nil {
		return nil, err
	}
	var data sdk.TxMsgData
	require.NoError(w.t, data.Unmarshal(result.Data))
	var response financialtypes.MsgClaimResponse
	require.NoError(w.t, response.Unmarshal(data.MsgResponses[0].Value))
	return response.Results, nil
}

// mustClaim is claim for claims that must all succeed, and returns how many yen each paid.
func (w *world) mustClaim(claims ...financialtypes.Claim) []int64 {
	w.t.Helper()
	results, err := w.claim(claims...)
	require.NoError(w.t, err)
	var paid []int64
	for i, result := range results {
		require.Empty(w.t, result.Error, "claim %d", i)
		paid = append(paid, result.Paid.Int64())
	}
	return paid
}

// proveFlows sends proofs of flows as the relayer and returns whether they are applied.
func (w *world) proveFlows(flows ...financialtypes.FlowProof) bool {
	w.t.Helper()
	relayer := w.Keys.Relayer()
	result := w.Financial.MustSend(relayer.PrivKey(), &financialtypes.MsgProveFlows{Signer: relayer.String(), Zone: retail, Flows: flows})
	w.Financial.RequireLaws()
	var data sdk.TxMsgData
	require.NoError(w.t, data.Unmarshal(result.Data))
	var response financialtypes.MsgProveFlowsResponse
	require.NoError(w.t, response.Unmarshal(data.MsgResponses[0].Value))
	return response.Applied
}

// witness proves what retail had in the state at a height.
type witness struct {
	*world
	height clienttypes.Height
}

func (w *world) at(height clienttypes.Height) witness { return witness{w, height} }

func (p witness) stored(store string, key []byte, err error) financialtypes.StoreProof {
	p.t.Helper()
	require.NoError(p.t, err)
	value, proof := p.zone.StoreProof(store, key, p.height)
	return financialtypes.StoreProof{Value: value, Proof: proof}
}

func (p witness) balance(holder devnet.Key) financialtypes.StoreProof {
	p.t.Helper()
	key, err := financialtypes.BalanceKey(p.link.Business.Transfer, holder.Address())
	return p.stored("bank", key, err)
}

func (p witness) brought(holder devnet.Key) financialtypes.StoreProof {
	p.t.Helper()
	key, err := financialtypes.BroughtKey(holder.Address())
	return p.stored("zonelink", key, err)
}

func (p witness) hold(id uint64) financialtypes.StoreProof {
	p.t.Helper()
	key, err := financialtypes.HoldKey(id)
	return p.stored("hold", key, err)
}

// account returns the claim of a holder.
func (p witness) account(holder devnet.Key) financialtypes.Claim {
	p.t.Helper()
	return accountClaim(holder, p.balance(holder), p.brought(holder))
}

func accountClaim(holder devnet.Key, balance, brought financialtypes.StoreProof) financialtypes.Claim {
	return financialtypes.Claim{Claim: &financialtypes.Claim_Account{Account: &financialtypes.AccountClaim{
		Address: holder.String(), Balance: balance, Brought: brought,
	}}}
}

func holdClaim(id uint64, proof financialtypes.StoreProof) financialtypes.Claim {
	return financialtypes.Claim{Claim: &financialtypes.Claim_Hold{Hold: &financialtypes.HoldClaim{Id: id, Hold: proof}}}
}

func chargeClaim(sequence uint64, acknowledgement, proof []byte) financialtypes.Claim {
	return financialtypes.Claim{Claim: &financialtypes.Claim_Charge{Charge: &financialtypes.ChargeClaim{
		Sequence: sequence, Acknowledgement: acknowledgement, Proof: proof,
	}}}
}

// receipt and answer are the proofs of a charge's receipt, or its absence, and of its acknowledgement.
func (p witness) receipt(sequence uint64) []byte {
	p.t.Helper()
	_, proof := p.zone.StoreProof("ibc", host.PacketReceiptKey(transfertypes.PortID, p.link.Business.Transfer, sequence), p.height)
	return proof
}

func (p witness) answer(sequence uint64) []byte {
	p.t.Helper()
	_, proof := p.zone.StoreProof("ibc", host.PacketAcknowledgementKey(transfertypes.PortID, p.link.Business.Transfer, sequence), p.height)
	return proof
}

// flow proves what customers of one bank paid to another's.
func (p witness) flow(payer, payee string) financialtypes.FlowProof {
	p.t.Helper()
	key, err := financialtypes.FlowKey(payer, payee)
	return financialtypes.FlowProof{PayerBank: payer, PayeeBank: payee, Flow: p.stored("zonelink", key, err)}
}

// refusal is the acknowledgement of a charge to an account that may not have so much.
var refusal = types.NewRefusal(registrytypes.ErrLimitBalance).Acknowledgement()

// dying is retail with something of aoi, rin and ken in every state, and no news of it on the Financial Zone:
//
//	aoi brought 100,000; 800 of it came home, and 900 were refused there; neither is known in retail;
//	aoi paid ken 10,000, which was not reported, and has a hold of 5,000;
//	a charge of 400 to rin was refused by retail, and one of 500 to aoi credited; neither is known on the Financial Zone;
//	300 that aoi charged have not arrived, nor 700 that aoi discharged.
type dying struct {
	*world
	refused, credited, lost uint64 // sequences of the charges
	hold                    uint64
	// answered is the packet of the charge that was credited.
	answered channeltypes.Packet
}

func die(t testing.TB) dying {
	t.Helper()
	w := charged(t)
	limits := zones.LinkLimits(1_000)
	limits.Balance = math.NewInt(100)
	w.LinkAccount(bankA, w.rin, retail, limits)
	w.setSlice(bankA, 50_000)
	w.Rest()
	d := dying{world: w}
	require.NoError(t, w.Discharge(w.zone, w.aoi, 800))
	w.link.Business.Deliver(w.link.Financial)
	w.resolve(func(ctx sdk.Context) error {
		_, err := w.msgs.SuspendZone(ctx, &financialtypes.MsgSuspendZone{Authority: w.authority(), Zone: retail, Reason: "silent"})
		return err
	})
	require.NoError(t, w.Discharge(w.zone, w.aoi, 900))
	w.link.Business.Deliver(w.link.Financial)
	w.link.Financial.Drop()
	w.resolve(func(ctx sdk.Context) error {
		_, err := w.msgs.ResumeZone(ctx, &financialtypes.MsgResumeZone{Authority: w.authority(), Zone: retail, Reason: "speaks again"})
		return err
	})
	w.link.Financial.Drop()
	require.NoError(t, w.zone.Pay(w.aoi, w.ken, 10_000))
	id, err := w.zone.App.Hold.Place(w.zone.Ctx(), w.aoi.Address(), w.zone.Yen(5_000), "test/one")
	require.NoError(t, err)
	d.hold = id
	w.zone.Block()
	require.NoError(t, w.Charge(w.rin, retail, 400))
	require.NoError(t, w.Charge(w.aoi, retail, 500))
	for _, packet := range w.link.Financial.Waiting() {
		if packet.SourcePort == transfertypes.PortID {
			d.answered = packet
		}
	}
	w.link.Financial.Deliver(w.link.Business)
	require.NoError(t, w.Charge(w.aoi, retail, 300))
	require.NoError(t, w.Discharge(w.zone, w.aoi, 700))
	require.NoError(t, w.keeper.IterateTransfers(w.Financial.Ctx(), func(transfer types.Transfer) (bool, error) {
		switch transfer.Amount.Int64() {
		case 400:
			d.refused = transfer.Sequence
		case 500:
			d.credited = transfer.Sequence
		case 300:
			d.lost = transfer.Sequence
		}
		return false, nil
	}))
	w.RequireLaws()
	return d
}
