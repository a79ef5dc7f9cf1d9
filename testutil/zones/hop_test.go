package zones_test

import (
	"testing"
	"time"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/zones"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// hopping returns a network in which aoi of bank-a has 1,000 yen in retail and ken of bank-b a link to energy.
func hopping(t *testing.T) (n *zones.Network, retail, energy *zones.Zone, aoi, ken devnet.Key) {
	t.Helper()
	n = zones.NewLinked(t, zones.Manifest(2, "retail", "energy"))
	retail, energy = n.Business[0], n.Business[1]
	aoi, ken = n.Keys.Account("bank-a", 0), n.Keys.Account("bank-b", 0)
	n.LinkAccount("bank-a", aoi, "retail", zones.LinkLimits(50_000))
	n.LinkAccount("bank-b", ken, "energy", zones.LinkLimits(50_000))
	require.NoError(t, n.Charge(aoi, "retail", 1_000))
	n.Settle()
	return n, retail, energy, aoi, ken
}

// hop pays 300 yen to an account in another zone.
func hop(zone *zones.Zone, from, to devnet.Key, where string) error {
	_, err := zone.Send(from.PrivKey(), &businesstypes.MsgHop{
		Holder: from.String(), Amount: zones.Yen(300), Zone: where, Payee: to.String(),
	})
	return err
}

// One signature pays an account in another zone.
func TestHop(t *testing.T) {
	n, retail, energy, aoi, ken := hopping(t)
	require.NoError(t, hop(retail, aoi, ken, "energy"))
	n.RequireLaws()
	n.Settle()
	n.RequireLaws()
	require.EqualValues(t, 700, retail.Balance(aoi))
	require.EqualValues(t, 300, energy.Balance(ken))
	require.EqualValues(t, 999_000, n.Financial.Balance(aoi))
	require.EqualValues(t, 300, escrow(n, n.Links[1]))
	n.Rest()
	n.RequireLaws()
	require.NoError(t, n.Discharge(energy, ken, 300))
	n.Settle()
	require.EqualValues(t, 1_000_300, n.Financial.Balance(ken))
	n.RequireLaws()
}

// An account's own yen goes to another zone without a flow.
func TestHopToOneself(t *testing.T) {
	n, retail, energy, aoi, _ := hopping(t)
	n.LinkAccount("bank-a", aoi, "energy", zones.LinkLimits(50_000))
	require.NoError(t, hop(retail, aoi, aoi, "energy"))
	n.Settle()
	require.EqualValues(t, 300, energy.Balance(aoi))
	n.RequireLaws()
}

// What cannot go on stays in the payer's own account on the Financial Zone.
func TestHopThatCannotGoOn(t *testing.T) {
	for name, where := range map[string]string{"no such zone": "moon", "the same zone": "retail", "no link": "energy"} {
		t.Run(name, func(t *testing.T) {
			n, retail, _, aoi, ken := hopping(t)
			payee := ken
			if where == "energy" {
				payee = n.Keys.Account("bank-b", 1)
			}
			require.NoError(t, hop(retail, aoi, payee, where))
			n.Settle()
			require.EqualValues(t, 999_300, n.Financial.Balance(aoi))
			n.RequireLaws()
		})
	}
}

// A second leg that is refused or lost comes back into the payer's own account, and the flow between the banks with it.
func TestHopComesBack(t *testing.T) {
	n, retail, energy, aoi, ken := hopping(t)
	position := func() string {
		position, err := n.Financial.Financial.Clearing.Position(n.Financial.Ctx(), "bank-a")
		require.NoError(t, err)
		return position.Position.Add(position.Reserve).String()
	}
	before := position()
	toFinancial, toEnergy := n.Links[0].Business, n.Links[1].Financial

	require.NoError(t, hop(retail, aoi, ken, "energy"))
	toFinancial.Deliver(n.Links[0].Financial)
	var lost []channeltypes.Packet
	for _, packet := range toEnergy.Drop() {
		if packet.SourcePort == transfertypes.PortID { // the other one brings bank-b's cap
			lost = append(lost, packet)
		}
	}
	require.Len(t, lost, 1)
	n.RequireLaws()
	n.Freeze("bank-a", aoi)
	n.Clock.Advance(time.Duration(n.Manifest.PacketTimeoutSeconds) * time.Second)
	require.NoError(t, toEnergy.Timeout(n.Links[1].Business, lost[0]))
	require.EqualValues(t, 999_300, n.Financial.Balance(aoi), "although it is frozen by now")
	require.Zero(t, energy.Balance(ken))
	require.Zero(t, escrow(n, n.Links[1]))
	require.Equal(t, before, position())
	n.RequireLaws()
}

// An account that wants to consent to payments is not paid by a hop, which cannot wait; what waits there is paid in the zone. Its wish
// outlives news of the account.
func TestHopNeedsConsent(t *testing.T) {
	n, retail, energy, aoi, ken := hopping(t)
	_, err := energy.Send(ken.PrivKey(), &paymenttypes.MsgSetConsent{Account: ken.String(), Needed: true, DecisionTime: time.Hour})
	require.NoError(t, err)
	maker := n.Keys.Operator("bank-b", membershiptypes.RoleMaker)
	n.Financial.MustSend(maker.PrivKey(), &financialtypes.MsgSetLinkLimits{
		Operator: maker.String(), Address: ken.String(), Zone: "energy", Limits: zones.LinkLimits(40_000),
	})
	n.Settle()
	require.NoError(t, hop(retail, aoi, ken, "energy"))
	n.Settle()
	require.Zero(t, energy.Balance(ken))
	require.EqualValues(t, 999_300, n.Financial.Balance(aoi))
	n.RequireLaws()

	n.LinkAccount("bank-a", aoi, "energy", zones.LinkLimits(50_000))
	require.NoError(t, n.Charge(aoi, "energy", 300))
	n.Settle()
	require.ErrorContains(t, energy.Pay(aoi, ken, 300), "payee has to consent")
	_, err = energy.Send(aoi.PrivKey(), &paymenttypes.MsgPay{Payer: aoi.String(), Payee: ken.String(), Amount: energy.Yen(300), Reference: "P"})
	require.NoError(t, err)
	require.Zero(t, energy.Balance(aoi))
	n.RequireLaws()
	_, err = energy.Send(ken.PrivKey(), &paymenttypes.MsgAcceptPayment{Payee: ken.String(), Id: 1})
	require.NoError(t, err)
	require.EqualValues(t, 300, energy.Balance(ken))
	n.Settle()
	n.RequireLaws()
}
