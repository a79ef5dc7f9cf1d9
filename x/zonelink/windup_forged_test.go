package zonelink_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

func TestForgedProofsAreRefused(t *testing.T) {
	d := die(t)
	earlier := d.link.Financial.ShowState(d.link.Business)
	require.NoError(t, d.zone.Pay(d.aoi, d.ken, 1))
	height := d.link.Financial.ShowState(d.link.Business)
	d.windUp(height)
	proofs, old := d.at(height), d.at(earlier)
	relayer := d.Keys.Relayer().String()
	value := func(proof financialtypes.StoreProof, value string) financialtypes.StoreProof {
		proof.Value = []byte(value)
		return proof
	}
	aoi, brought, hold := proofs.balance(d.aoi), proofs.brought(d.aoi), proofs.hold(d.hold)
	_, err := d.msgs.Claim(d.financialCtx(), &financialtypes.MsgClaim{Signer: relayer, Zone: retail, Claims: []financialtypes.Claim{proofs.account(d.aoi)}})
	require.NoError(t, err, "what is not forged is paid")
	for name, claim := range map[string]financialtypes.Claim{
		"balance of another":             accountClaim(d.ken, aoi, proofs.brought(d.ken)),
		"another balance":                accountClaim(d.aoi, value(aoi, "83101"), brought),
		"balance of another time":        accountClaim(d.aoi, old.balance(d.aoi), brought),
		"balance out of another store":   accountClaim(d.aoi, brought, brought),
		"a balance that is not there":    accountClaim(d.rin, aoi, proofs.brought(d.rin)),
		"no balance though there is one": accountClaim(d.aoi, value(aoi, ""), brought),
		"no proof of the balance":        accountClaim(d.aoi, financialtypes.StoreProof{Value: aoi.Value}, brought),
		"no proof of absence":            accountClaim(d.rin, financialtypes.StoreProof{}, proofs.brought(d.rin)),
		"absence proof of another":       accountClaim(d.aoi, proofs.balance(d.rin), brought),
		"noise":                          accountClaim(d.aoi, financialtypes.StoreProof{Value: aoi.Value, Proof: []byte("\xff\xfe")}, brought),
		"cut off":                        accountClaim(d.aoi, financialtypes.StoreProof{Value: aoi.Value, Proof: aoi.Proof[:len(aoi.Proof)-1]}, brought),
		"brought by another":             accountClaim(d.aoi, aoi, proofs.brought(d.ken)),
		"another amount brought":         accountClaim(d.aoi, aoi, value(brought, "1")),
		"nothing brought":                accountClaim(d.aoi, aoi, value(brought, "")),
		"brought, of another store":      accountClaim(d.aoi, aoi, aoi),
		"another hold":                   holdClaim(d.hold+1, hold),
		"a greater hold":                 holdClaim(d.hold, value(hold, string(hold.Value)+"\x00")),
		"a hold out of another store":    holdClaim(d.hold, financialtypes.StoreProof{Value: aoi.Value, Proof: aoi.Proof}),
		"not received though it was":     chargeClaim(d.credited, nil, proofs.receipt(d.credited)),
		"not received, of another":       chargeClaim(d.credited, nil, proofs.receipt(d.lost)),
		"another answer":                 chargeClaim(d.credited, refusal, proofs.answer(d.credited)),
		"the answer to another":          chargeClaim(d.credited, refusal, proofs.answer(d.refused)),
		"an answer that is not there":    chargeClaim(d.lost, success, proofs.answer(d.credited)),
	} {
		t.Run(name, func(t *testing.T) {
			ctx := d.financialCtx()
			_, err := d.msgs.Claim(ctx, &financialtypes.MsgClaim{Signer: relayer, Zone: retail, Claims: []financialtypes.Claim{claim}})
			require.ErrorIs(t, err, types.ErrInvalidProof)
			d.requireUnpaid(t, ctx)
		})
	}
	flow := proofs.flow(bankA, bankB)
	for name, change := range map[string]func(*financialtypes.FlowProof){
		"the other way round": func(f *financialtypes.FlowProof) { f.PayerBank, f.PayeeBank = bankB, bankA },
		"another total":       func(f *financialtypes.FlowProof) { f.Flow = value(f.Flow, string(f.Flow.Value)+"\x00") },
		"of another time":     func(f *financialtypes.FlowProof) { f.Flow = old.flow(bankA, bankB).Flow },
		"of another store":    func(f *financialtypes.FlowProof) { f.Flow = aoi },
	} {
		t.Run("flow "+name, func(t *testing.T) {
			ctx := d.financialCtx()
			forged := flow
			change(&forged)
			_, err := d.msgs.ProveFlows(ctx, &financialtypes.MsgProveFlows{Signer: relayer, Zone: retail, Flows: []financialtypes.FlowProof{forged}})
			require.ErrorIs(t, err, types.ErrInvalidProof)
			d.requireUnpaid(t, ctx)
		})
	}
}

// requireUnpaid asserts that nothing was proven and paid.
func (d dying) requireUnpaid(t *testing.T, ctx sdk.Context) {
	t.Helper()
	state, err := d.keeper.ExportGenesis(ctx)
	require.NoError(t, err)
	require.Empty(t, state.WindUpAccounts)
	require.Empty(t, state.WindUpHolds)
	require.Empty(t, state.ProvenFlows)
	require.Len(t, state.Transfers, 3)
	require.Zero(t, d.share(ctx, bankB))
	d.requireShares(t, ctx)
}

func TestWhatCannotBeClaimed(t *testing.T) {
	d := die(t)
	height := d.link.Financial.ShowState(d.link.Business)
	proofs := d.at(height)
	ctx := d.financialCtx()
	relayer := d.Keys.Relayer().String()
	claim := func(ctx sdk.Context, signer string, claims ...financialtypes.Claim) error {
		_, err := d.msgs.Claim(ctx, &financialtypes.MsgClaim{Signer: signer, Zone: retail, Claims: claims})
		return err
	}
	require.ErrorIs(t, claim(ctx, relayer, proofs.account(d.aoi)), types.ErrZoneStatus, "the zone lives")
	_, err := d.msgs.ProveFlows(ctx, &financialtypes.MsgProveFlows{Signer: relayer, Zone: retail})
	require.ErrorIs(t, err, types.ErrZoneStatus)
	_, err = d.queries.WindUp(ctx, &financialtypes.QueryWindUpRequest{Zone: retail})
	require.ErrorIs(t, err, types.ErrZoneStatus)

	d.windUp(height)
	ctx = d.financialCtx()

	for name, test := range map[string]struct {
		claims []financialtypes.Claim
		want   error
	}{
		"nothing":              {nil, types.ErrInvalidClaim},
		"too much":             {make([]financialtypes.Claim, financialtypes.MaxClaims+1), types.ErrInvalidClaim},
		"an empty claim":       {make([]financialtypes.Claim, 1), types.ErrInvalidClaim},
		"a hold that is none":  {[]financialtypes.Claim{holdClaim(99, proofs.hold(99))}, types.ErrInvalidClaim},
		"an unknown charge":    {[]financialtypes.Claim{chargeClaim(99, nil, proofs.receipt(99))}, types.ErrTransferNotFound},
		"an unknown account":   {[]financialtypes.Claim{accountClaim(d.Keys.Relayer(), proofs.balance(d.aoi), proofs.brought(d.aoi))}, registrytypes.ErrAccountNotFound},
		"an address of nobody": {[]financialtypes.Claim{{Claim: &financialtypes.Claim_Account{Account: &financialtypes.AccountClaim{Address: "azu1"}}}}, registrytypes.ErrInvalidAccount},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, claim(ctx, relayer, test.claims...), test.want)
			d.requireUnpaid(t, ctx)
		})
	}

	// The yen of all holds is the hold module's in the zone's bank; nobody but the owners of holds gets it.
	address := d.zone.App.Account.GetModuleAddress("hold").String()
	err = claim(ctx, relayer, financialtypes.Claim{Claim: &financialtypes.Claim_Account{Account: &financialtypes.AccountClaim{Address: address}}})
	require.ErrorIs(t, err, registrytypes.ErrAccountNotFound)

	// Who may bring proofs.
	checker := d.Keys.Operator(bankA, membershiptypes.RoleChecker)
	require.ErrorIs(t, claim(ctx, checker.String(), proofs.account(d.aoi)), membershiptypes.ErrRoleMissing)
	for _, signer := range []devnet.Key{d.ken, d.Keys.Operator(bankB, membershiptypes.RoleMaker), d.Keys.Relayer()} {
		require.NoError(t, claim(d.financialCtx(), signer.String(), proofs.account(d.aoi)))
	}
	_, err = d.Financial.Send(checker.PrivKey(), &financialtypes.MsgClaim{Signer: checker.String(), Zone: retail, Claims: []financialtypes.Claim{proofs.account(d.aoi)}})
	require.ErrorIs(t, err, membershiptypes.ErrRoleMissing)
	d.Financial.MustSend(d.rin.PrivKey(), &financialtypes.MsgClaim{Signer: d.rin.String(), Zone: retail, Claims: []financialtypes.Claim{proofs.account(d.aoi)}})

	_, err = d.msgs.ProveFlows(ctx, &financialtypes.MsgProveFlows{
		Signer: relayer, Zone: retail, Flows: []financialtypes.FlowProof{{PayerBank: bankB, PayeeBank: bankA}},
	})
	require.ErrorIs(t, err, types.ErrInvalidClaim)
	_, err = d.msgs.ProveFlows(ctx, &financialtypes.MsgProveFlows{Signer: relayer, Zone: retail, Flows: make([]financialtypes.FlowProof, financialtypes.MaxFlowProofs+1)})
	require.ErrorIs(t, err, types.ErrInvalidClaim)
}
