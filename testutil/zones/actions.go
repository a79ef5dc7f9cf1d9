package zones

import (
	"crypto/sha256"
	"fmt"
	"time"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// Yen returns an amount of the Financial Zone's yen.
func Yen(amount int64) sdk.Coin { return sdk.NewInt64Coin(registrytypes.YenDenom, amount) }

// Unlimited are the widest limits that an account may have.
func Unlimited() registrytypes.Limits {
	bound := math.NewInt(1_000_000_000_000_000)
	return registrytypes.Limits{PerPayment: bound, PerDay: bound, Balance: bound}
}

// LinkLimits are limits for one Business Zone whose day limit leaves room for many such links.
func LinkLimits(perDay int64) registrytypes.Limits {
	limits := Unlimited()
	limits.PerDay = math.NewInt(perDay)
	return limits
}

// OpenAccount lets a bank's maker apply for an account of a natural person, its checker approve it, and the holder activate it.
func (n *Network) OpenAccount(bank string, holder devnet.Key, limits registrytypes.Limits) {
	n.t.Helper()
	n.OpenAccountAs(bank, holder, registrytypes.AccountKindIndividual, limits)
}

// OpenAccountAs is OpenAccount for a holder of any kind.
func (n *Network) OpenAccountAs(bank string, holder devnet.Key, kind registrytypes.AccountKind, limits registrytypes.Limits) {
	n.t.Helper()
	maker := n.Keys.Operator(bank, membershiptypes.RoleMaker)
	checker := n.Keys.Operator(bank, membershiptypes.RoleChecker)
	identity := sha256.Sum256([]byte(holder.Name))
	reference := "open/" + holder.Name
	n.Financial.MustSend(maker.PrivKey(), &registrytypes.MsgApplyAccount{
		Operator: maker.String(), Reference: reference, Address: holder.String(), Kind: kind,
		IdentityHash: identity[:], Limits: &limits,
	})
	n.Financial.MustSend(checker.PrivKey(), &registrytypes.MsgApproveRequest{Operator: checker.String(), Reference: reference})
	n.Financial.MustSend(holder.PrivKey(), &registrytypes.MsgActivateAccount{Holder: holder.String()})
}

// Issue lets a bank's maker and checker give a holder yen.
func (n *Network) Issue(bank string, holder devnet.Key, amount int64) {
	n.t.Helper()
	maker := n.Keys.Operator(bank, membershiptypes.RoleMaker)
	checker := n.Keys.Operator(bank, membershiptypes.RoleChecker)
	reference := fmt.Sprintf("issue-%d", n.Financial.App.LastBlockHeight())
	n.Financial.MustSend(maker.PrivKey(), &deposittypes.MsgRequestIssue{
		Requester: maker.String(), Account: holder.String(), Amount: Yen(amount), Reference: reference,
	})
	n.Financial.MustSend(checker.PrivKey(), &deposittypes.MsgApprove{Operator: checker.String(), Reference: reference})
}

// LinkAccount lets a holder ask for a link to a Business Zone and the bank approve it, and relays until it is active.
func (n *Network) LinkAccount(bank string, holder devnet.Key, zone string, limits registrytypes.Limits) {
	n.t.Helper()
	checker := n.Keys.Operator(bank, membershiptypes.RoleChecker)
	n.Financial.MustSend(holder.PrivKey(), &financialtypes.MsgRequestLink{Holder: holder.String(), Zone: zone})
	n.Financial.MustSend(checker.PrivKey(), &financialtypes.MsgApproveLink{
		Operator: checker.String(), Address: holder.String(), Zone: zone, Limits: limits,
	})
	n.Settle()
}

// Charge sends a holder's yen to a Business Zone, without relaying it.
func (n *Network) Charge(holder devnet.Key, zone string, amount int64) error {
	n.t.Helper()
	_, err := n.Financial.Send(holder.PrivKey(), &financialtypes.MsgCharge{
		Holder: holder.String(), Zone: zone, Amount: Yen(amount),
	})
	return err
}

// Discharge sends a holder's yen home from a Business Zone, without relaying it.
func (n *Network) Discharge(zone *Zone, holder devnet.Key, amount int64) error {
	n.t.Helper()
	_, err := zone.Send(holder.PrivKey(), &businesstypes.MsgDischarge{Holder: holder.String(), Amount: Yen(amount)})
	return err
}

// Pay sends yen from one holder to another inside a zone.
func (z *Zone) Pay(from, to devnet.Key, amount int64) error {
	z.t.Helper()
	_, err := z.Send(from.PrivKey(), banktypes.NewMsgSend(from.Address(), to.Address(), sdk.NewCoins(z.Yen(amount))))
	return err
}

// Yen returns an amount of yen in the zone's own denom.
func (z *Zone) Yen(amount int64) sdk.Coin {
	if z.Financial != nil {
		return Yen(amount)
	}
	return sdk.NewInt64Coin(z.Business.Zonelink.YenDenom(z.Ctx()), amount)
}

// Balance returns a holder's yen in the zone.
func (z *Zone) Balance(holder devnet.Key) int64 {
	return z.App.Bank.GetBalance(z.Ctx(), holder.Address(), z.Yen(0).Denom).Amount.Int64()
}

// RequestRedeem lets a holder ask for a deposit, and leaves the order to be decided. Its reference is then
// deposittypes.HolderReference(holder, reference).
func (n *Network) RequestRedeem(holder devnet.Key, reference string, amount int64) {
	n.t.Helper()
	n.Financial.MustSend(holder.PrivKey(), &deposittypes.MsgRequestRedeem{
		Requester: holder.String(), Account: holder.String(), Amount: Yen(amount), Reference: reference,
	})
}

// Freeze lets a bank's compliance operator freeze an account.
func (n *Network) Freeze(bank string, holder devnet.Key) {
	n.t.Helper()
	compliance := n.Keys.Operator(bank, membershiptypes.RoleCompliance)
	n.Financial.MustSend(compliance.PrivKey(), &registrytypes.MsgFreezeAccount{
		Operator: compliance.String(), Address: holder.String(), Reason: "order 2026-17",
	})
}

// Recall lets a payer's bank ask for a payment back, to which the payee consents; the yen stays held.
func (n *Network) Recall(bank, reference string, payer, payee devnet.Key, amount int64) {
	n.t.Helper()
	maker := n.Keys.Operator(bank, membershiptypes.RoleMaker)
	payment := sha256.Sum256([]byte(reference))
	n.Financial.MustSend(maker.PrivKey(), &paymenttypes.MsgRequestRecall{
		Operator: maker.String(), Reference: reference, Payer: payer.String(), Payee: payee.String(), Amount: Yen(amount),
		TxHash: payment[:], Reason: "sent twice", ExpiresAt: n.Clock.Now.Add(24 * time.Hour),
	})
	n.Financial.MustSend(payee.PrivKey(), &paymenttypes.MsgConsentRecall{
		Payee: payee.String(), PayerBank: bank, Reference: reference,
	})
}
