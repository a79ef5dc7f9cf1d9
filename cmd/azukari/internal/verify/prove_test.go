package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand"
	"strings"
	"testing"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/zones"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// scene is a network in one process: customers aoi of bank-a and ken of bank-b, each with yen in retail.
type scene struct {
	*zones.Network

	t              *testing.T
	retail, energy *zones.Zone
	aoi, ken       devnet.Key
}

func newScene(t *testing.T) *scene {
	t.Helper()
	n := zones.NewLinked(t, zones.Manifest(2, "retail", "energy"))
	s := &scene{
		Network: n, t: t, retail: n.Business[0], energy: n.Business[1],
		aoi: n.Keys.Account("bank-a", 0), ken: n.Keys.Account("bank-b", 0),
	}
	n.LinkAccount("bank-a", s.aoi, "retail", zones.LinkLimits(500_000))
	n.LinkAccount("bank-b", s.ken, "retail", zones.LinkLimits(500_000))
	require.NoError(t, n.Charge(s.aoi, "retail", 1_000))
	require.NoError(t, n.Charge(s.ken, "retail", 1_000))
	n.Settle()
	compliance := n.Keys.Operator("bank-a", membershiptypes.RoleCompliance)
	slice := math.NewInt(500)
	n.Financial.MustSend(compliance.PrivKey(), &financialtypes.MsgSetZoneTerms{Operator: compliance.String(), Zone: "retail", Slice: &slice})
	n.Rest()
	return s
}

// network is whom a proof asks.
func (s *scene) network() Network {
	return Network{
		Financial: Zone{ID: devnet.FinancialID, Chain: s.Financial.Node()},
		Business:  []Zone{{ID: "energy", Chain: s.energy.Node()}, {ID: "retail", Chain: s.retail.Node()}},
	}
}

func (s *scene) prove(height int64) Report {
	s.t.Helper()
	report, err := Prove(s.t.Context(), s.network(), height)
	require.NoError(s.t, err)
	return report
}

func (s *scene) requireHolds() Report {
	s.t.Helper()
	report := s.prove(0)
	require.True(s.t, report.Holds, "%v %v", report.Violations(), report.Unproven())
	return report
}

// bank returns a bank's figures in retail.
func bank(report Report, id string) ZoneBankFigures {
	for _, zone := range report.Snapshot.Zones {
		for _, figures := range zone.Banks {
			if zone.Zone == "retail" && figures.Bank == id {
				return figures
			}
		}
	}
	return ZoneBankFigures{}
}

// Wherever a packet is on its way, its yen is counted once.
func TestYenInFlightCountsOnce(t *testing.T) {
	s := newScene(t)
	link := s.Links[0]
	require.EqualValues(t, 0, bank(s.requireHolds(), "bank-a").Charges.Int64())

	require.NoError(t, s.Charge(s.aoi, "retail", 200))
	require.EqualValues(t, 200, bank(s.requireHolds(), "bank-a").Charges.Int64(), "sent")
	link.Financial.Deliver(link.Business)
	report := s.requireHolds()
	require.EqualValues(t, 0, bank(report, "bank-a").Charges.Int64(), "credited, its acknowledgement is on the way")
	require.EqualValues(t, 1_200, bank(report, "bank-a").Balances.Int64())
	s.Settle()

	require.NoError(t, s.Discharge(s.retail, s.ken, 300))
	report = s.requireHolds()
	require.EqualValues(t, 300, bank(report, "bank-b").Discharges.Int64(), "sent")
	require.Contains(t, report.Summary(), "¥300 of it between zones")
	link.Business.Deliver(link.Financial)
	require.EqualValues(t, 0, bank(s.requireHolds(), "bank-b").Discharges.Int64(), "credited")
	s.Settle()
	s.requireHolds()
}

// A payment between banks that a zone has not reported yet is known, and kept within the slice.
func TestFlowsThatAreNotReportedYet(t *testing.T) {
	s := newScene(t)
	require.NoError(t, s.retail.Pay(s.aoi, s.ken, 400))
	report := s.requireHolds()
	require.EqualValues(t, 1_000, bank(report, "bank-a").Share.Int64(), "the Financial Zone does not know")
	require.EqualValues(t, 600, bank(report, "bank-a").Balances.Int64())
	require.EqualValues(t, 400, bank(report, "bank-a").Out.Int64())
	require.EqualValues(t, 500, bank(report, "bank-a").Reserved.Int64())
	s.Rest()
	report = s.requireHolds()
	require.EqualValues(t, 600, bank(report, "bank-a").Share.Int64())
	require.EqualValues(t, 0, bank(report, "bank-a").Out.Int64())
}

// Whatever happened, and with packets wherever they are, the laws hold at every height of the past: the proof finds heights
// of the zones that belong to it.
func TestEveryHeightOfThePast(t *testing.T) {
	s := newScene(t)
	random := rand.New(rand.NewSource(3))
	first := s.Financial.App.LastBlockHeight()
	link := s.Links[0]
	for range 60 {
		amount := 1 + random.Int63n(50)
		switch random.Intn(7) {
		case 0:
			_ = s.Charge(s.aoi, "retail", amount)
		case 1:
			_ = s.Discharge(s.retail, s.ken, amount)
		case 2:
			_ = s.retail.Pay(s.aoi, s.ken, amount)
		case 3:
			_ = s.retail.Pay(s.ken, s.aoi, amount)
		case 4:
			link.Financial.Deliver(link.Business)
		case 5:
			link.Business.Deliver(link.Financial)
		case 6:
			s.Blocks()
		}
		s.requireHolds()
	}
	inFlight := false
	for height := first; height <= s.Financial.App.LastBlockHeight(); height++ {
		report := s.prove(height)
		require.True(t, report.Holds, "height %d: %v %v", height, report.Violations(), report.Unproven())
		inFlight = inFlight || bank(report, "bank-a").Charges.IsPositive()
	}
	require.True(t, inFlight, "expected heights with packets on their way")
}

// Yen that is made or lost is found, and so is where.
func TestYenMadeOrLost(t *testing.T) {
	for name, test := range map[string]struct {
		corrupt func(s *scene)
		want    string
	}{
		"vouchers made": {func(s *scene) {
			s.change(s.retail, s.aoi.Address(), 5)
			s.supply(s.retail, 5)
		}, "law 3, retail: escrow 2,000 = vouchers 2,005"},
		"a voucher lost": {func(s *scene) { s.change(s.retail, s.aoi.Address(), -1) }, "law 3, bank-a in retail: share 1,000"},
		"vouchers moved past the flows": {func(s *scene) {
			s.change(s.retail, s.aoi.Address(), -9)
			s.change(s.retail, s.ken.Address(), 9)
		}, "law 3, bank-b in retail: share 1,000"},
		"yen made": {func(s *scene) {
			s.change(s.Financial, s.aoi.Address(), 5)
			s.supply(s.Financial, 5)
		}, "law 1, bank-a: "},
		"escrow emptied": {func(s *scene) {
			s.change(s.Financial, transfertypes.GetEscrowAddress(transfertypes.PortID, s.Links[0].Financial.Transfer), -7)
			s.change(s.Financial, s.aoi.Address(), 7)
		}, "law 3, retail: escrow 1,993 = vouchers 2,000"},
		"yen of nobody": {func(s *scene) {
			s.change(s.retail, s.Keys.Account("bank-b", 0).Address(), -3)
			s.change(s.retail, []byte("nobody has this address"), 3)
		}, "law 7, yen of strangers: expected 0 = retail azu"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			test.corrupt(s)
			s.Blocks()
			report := s.prove(0)
			require.False(t, report.Holds)
			require.True(t, report.Broken())
			require.Contains(t, strings.Join(report.Violations(), "\n"), test.want)
			var coded interface{ ExitCode() int }
			require.ErrorAs(t, report.Err(), &coded)
			require.Equal(t, exitBroken, coded.ExitCode())
			var text bytes.Buffer
			report.WriteText(&text, false)
			require.Regexp(t, "✗ [12] of [0-9]+ ", text.String())
		})
	}
}

// A node of another chain, or of a fork, is not believed.
func TestForkIsFound(t *testing.T) {
	s := newScene(t)
	network := s.network()
	network.Business[1].Chain = forked{s.retail.Node()}
	report, err := Prove(t.Context(), network, 0)
	require.NoError(t, err)
	require.True(t, report.Broken())
	require.Contains(t, strings.Join(report.Violations(), "\n"), "this node is on another chain")
}

type forked struct{ zones.Node }

func (forked) Header(context.Context, int64) (*coretypes.ResultHeader, error) {
	return &coretypes.ResultHeader{Header: &cmttypes.Header{AppHash: []byte("another")}}, nil
}

type silent struct{ zones.Node }

var errSilent = errors.New("no answer")

func (silent) StateHeight(context.Context) (int64, error) { return 0, errSilent }

// What cannot be asked is said, and the rest is proven.
func TestSilentZonesAreUnproven(t *testing.T) {
	s := newScene(t)
	network := s.network()
	network.Business = network.Business[1:]
	network.Business[0].Chain = silent{s.retail.Node()}
	network.Business = append(network.Business, Zone{ID: "typo", Chain: s.retail.Node()})
	report, err := Prove(t.Context(), network, 0)
	require.NoError(t, err)
	require.False(t, report.Broken())
	require.False(t, report.Holds)
	require.Equal(t, []string{
		"energy: expected nodes of this zone in the network file, got none",
		"retail: no answer",
		"typo: expected a zone with open channels on the Financial Zone, got none of this id",
	}, report.Unproven())
	var coded interface{ ExitCode() int }
	require.ErrorAs(t, report.Err(), &coded)
	require.Equal(t, exitUnproven, coded.ExitCode())
	var text bytes.Buffer
	report.WriteText(&text, false)
	require.Contains(t, text.String(), "retail     not asked\n")
	require.Contains(t, text.String(), "? retail: no answer\n")

	network.Financial.Chain = silent{s.Financial.Node()}
	_, err = Prove(t.Context(), network, 0)
	require.ErrorIs(t, err, errSilent)
	_, err = Prove(t.Context(), s.network(), 1_000_000)
	require.ErrorContains(t, err, "--height: expected a height of the Financial Zone from 1 to ")
}

func TestReportAsText(t *testing.T) {
	s := newScene(t)
	var text bytes.Buffer
	s.prove(0).WriteText(&text, false)
	for _, line := range []string{
		"LAW                                             FINANCIAL  ENERGY  RETAIL  BETWEEN ZONES\n",
		"3    vouchers and yen in flight are the escrow  ·          ·       ·       ✓ 6\n",
		"✓ retail  escrow 2,000\n          = vouchers 2,000 + charges in flight 0 + discharges in flight 0 (2,000)\n",
		"findings hold; ¥4,000,000 in all, ¥0 of it between zones\n",
	} {
		require.Contains(t, text.String(), line)
	}
	require.NotContains(t, text.String(), "bank-a in retail")
	text.Reset()
	s.prove(0).WriteText(&text, true)
	require.Contains(t, text.String(), "bank-a in retail")
}

func TestReportAsJSON(t *testing.T) {
	s := newScene(t)
	report := s.requireHolds()
	var raw bytes.Buffer
	require.NoError(t, report.WriteJSON(&raw, "  "))
	var read Report
	require.NoError(t, json.Unmarshal(raw.Bytes(), &read))
	require.True(t, read.Holds)
	require.Equal(t, report.Checks, read.Checks)
	require.Equal(t, report.Zones, read.Zones)
}

// denom of yen in a zone.
func (s *scene) denom(zone *zones.Zone) string {
	if zone == s.Financial {
		return zones.Yen(1).Denom
	}
	return zone.Yen(1).Denom
}

// change adds to a balance, past all rules.
func (s *scene) change(zone *zones.Zone, owner sdk.AccAddress, amount int64) {
	s.t.Helper()
	balance := zone.App.Bank.GetBalance(zone.Ctx(), owner, s.denom(zone)).Amount
	key := collections.Join(owner, s.denom(zone))
	require.NoError(s.t, zone.App.Bank.Balances.Set(zone.Ctx(), key, balance.AddRaw(amount)))
}

// supply adds to the supply, past all rules.
func (s *scene) supply(zone *zones.Zone, amount int64) {
	s.t.Helper()
	supply := zone.App.Bank.GetSupply(zone.Ctx(), s.denom(zone)).Amount
	require.NoError(s.t, zone.App.Bank.Supply.Set(zone.Ctx(), s.denom(zone), supply.AddRaw(amount)))
}
