package zones_test

import (
	"testing"
	"time"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/zones"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// escrow returns what the Financial Zone keeps for a Business Zone, which is also the sum of the banks' shares.
func escrow(n *zones.Network, link *zones.Link) int64 {
	address := transfertypes.GetEscrowAddress(transfertypes.PortID, link.Financial.Transfer)
	return n.Financial.App.Bank.GetBalance(n.Financial.Ctx(), address, registrytypes.YenDenom).Amount.Int64()
}

// The whole life of a yen, with the laws checked in both zones after each step.
func TestYenFromDepositToBusinessZoneAndBack(t *testing.T) {
	n := zones.NewLinked(t, zones.Manifest(2, "retail"))
	retail, link := n.Business[0], n.Links[0]
	aoi, ren, ken := n.Keys.Holder("aoi"), n.Keys.Holder("ren"), n.Keys.Holder("ken")
	n.OpenAccount("bank-a", aoi, zones.Unlimited())
	n.OpenAccount("bank-a", ren, zones.Unlimited())
	n.OpenAccount("bank-b", ken, zones.Unlimited())
	n.RequireLaws()

	n.Issue("bank-a", aoi, 10_000)
	require.Equal(t, int64(10_000), n.Financial.Balance(aoi))
	n.RequireLaws()

	require.NoError(t, n.Financial.Pay(aoi, ken, 1_000), "across banks in the Financial Zone")
	n.RequireLaws()

	n.LinkAccount("bank-a", aoi, "retail", zones.LinkLimits(50_000))
	n.LinkAccount("bank-a", ren, "retail", zones.LinkLimits(50_000))
	n.LinkAccount("bank-b", ken, "retail", zones.LinkLimits(50_000))
	n.RequireLaws()

	require.NoError(t, n.Charge(aoi, "retail", 6_000))
	n.RequireLaws()
	n.Settle()
	n.RequireLaws()
	require.Equal(t, int64(6_000), retail.Balance(aoi))
	require.Equal(t, int64(6_000), escrow(n, link))

	require.NoError(t, retail.Pay(aoi, ren, 2_500), "inside a bank in the Business Zone")
	require.NoError(t, retail.Pay(aoi, ken, 500), "across banks in the Business Zone")
	n.RequireLaws()
	n.Settle()
	n.RequireLaws()

	require.NoError(t, n.Discharge(retail, ren, 2_500))
	n.RequireLaws()
	n.Settle()
	n.RequireLaws()
	require.Equal(t, int64(2_500), n.Financial.Balance(ren))
	require.Equal(t, int64(3_500), escrow(n, link))
	require.NoError(t, n.Discharge(retail, ken, 500), "what came from a customer of another bank")
	n.Settle()
	n.RequireLaws()
	require.Equal(t, int64(1_500), n.Financial.Balance(ken))

	n.RequestRedeem(ren, "redeem-1", 2_500)
	n.RequireLaws()
	checker := n.Keys.Operator("bank-a", membershiptypes.RoleChecker)
	n.Financial.MustSend(checker.PrivKey(), &deposittypes.MsgApprove{
		Operator: checker.String(), Reference: deposittypes.HolderReference(ren.String(), "redeem-1"),
	})
	require.Zero(t, n.Financial.Balance(ren))
	n.RequireLaws()
}

// A charge that the Business Zone refuses comes back to its owner.
func TestRefusedChargeIsRefunded(t *testing.T) {
	n := zones.NewLinked(t, zones.Manifest(1, "retail"))
	aoi := n.Keys.Account("bank-a", 0)
	limits := zones.LinkLimits(50_000)
	limits.Balance = math.NewInt(500)
	n.LinkAccount("bank-a", aoi, "retail", limits)

	require.NoError(t, n.Charge(aoi, "retail", 501))
	require.Equal(t, int64(999_499), n.Financial.Balance(aoi))
	n.RequireLaws()
	n.Settle()
	require.Equal(t, int64(1_000_000), n.Financial.Balance(aoi))
	require.Zero(t, escrow(n, n.Links[0]))
	n.RequireLaws()
}

// Packets that nobody delivers time out, and the yen is back with its owner, even when the bank has frozen the account in
// the meantime.
func TestTimedOutTransfersAreRefunded(t *testing.T) {
	n := zones.NewLinked(t, zones.Manifest(1, "retail"))
	retail, link := n.Business[0], n.Links[0]
	aoi := n.Keys.Account("bank-a", 0)
	n.LinkAccount("bank-a", aoi, "retail", zones.LinkLimits(50_000))
	require.NoError(t, n.Charge(aoi, "retail", 400))
	n.Settle()

	require.NoError(t, n.Charge(aoi, "retail", 7))
	charge := link.Financial.Drop()
	require.Len(t, charge, 1)
	require.NoError(t, n.Discharge(retail, aoi, 30))
	discharge := link.Business.Drop()
	require.Len(t, discharge, 1)
	n.RequireLaws()

	require.Error(t, link.Financial.Timeout(link.Business, charge[0]), "before its time")
	n.Freeze("bank-a", aoi)
	n.Settle()
	n.Clock.Advance(time.Duration(n.Manifest.PacketTimeoutSeconds) * time.Second)
	require.NoError(t, link.Financial.Timeout(link.Business, charge[0]))
	require.NoError(t, link.Business.Timeout(link.Financial, discharge[0]))
	n.RequireLaws()
	require.Equal(t, int64(999_600), n.Financial.Balance(aoi))
	require.Equal(t, int64(400), retail.Balance(aoi))
	require.Equal(t, int64(400), escrow(n, link))
}

// Freezing reaches the Business Zone; what the holder had sent home before lands in the frozen account.
func TestFrozenAccountStillReceivesItsDischarge(t *testing.T) {
	n := zones.NewLinked(t, zones.Manifest(1, "retail"))
	retail := n.Business[0]
	aoi, ren := n.Keys.Account("bank-a", 0), n.Keys.Account("bank-a", 1)
	n.LinkAccount("bank-a", aoi, "retail", zones.LinkLimits(50_000))
	n.LinkAccount("bank-a", ren, "retail", zones.LinkLimits(50_000))
	require.NoError(t, n.Charge(aoi, "retail", 400))
	n.Settle()
	require.NoError(t, n.Discharge(retail, aoi, 100))
	n.Freeze("bank-a", aoi)
	n.Settle()
	require.Equal(t, int64(999_700), n.Financial.Balance(aoi))
	require.ErrorIs(t, retail.Pay(aoi, ren, 1), registrytypes.ErrAccountFrozen)
	require.ErrorIs(t, n.Discharge(retail, aoi, 1), registrytypes.ErrAccountFrozen)
	require.ErrorIs(t, n.Financial.Pay(aoi, ren, 1), registrytypes.ErrAccountFrozen)
	n.RequireLaws()
}

// The raw ICS-20 message goes through the same checks as a charge: nothing but jpy, and only to oneself.
func TestRawTransferIsChecked(t *testing.T) {
	n := zones.NewLinked(t, zones.Manifest(1, "retail"))
	link := n.Links[0]
	aoi, ren := n.Keys.Account("bank-a", 0), n.Keys.Account("bank-a", 1)
	send := func(change func(*transfertypes.MsgTransfer)) error {
		message := transfertypes.NewMsgTransfer(
			transfertypes.PortID, link.Financial.Transfer, zones.Yen(5), aoi.String(), aoi.String(),
			clienttypes.ZeroHeight(), uint64(n.Clock.Now.Add(time.Hour).UnixNano()), "",
		)
		change(message)
		_, err := n.Financial.Send(aoi.PrivKey(), message)
		return err
	}
	require.Error(t, send(func(*transfertypes.MsgTransfer) {}), "without a link")
	n.LinkAccount("bank-a", aoi, "retail", zones.LinkLimits(50_000))
	require.NoError(t, send(func(*transfertypes.MsgTransfer) {}))
	require.Error(t, send(func(m *transfertypes.MsgTransfer) { m.Receiver = ren.String() }))
	require.Error(t, send(func(m *transfertypes.MsgTransfer) { m.Memo = "to ren" }))
	n.Settle()
	require.Equal(t, int64(5), n.Business[0].Balance(aoi))
	n.RequireLaws()
}
