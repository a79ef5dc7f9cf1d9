package zones

import (
	"encoding/hex"
	"fmt"
	"math/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/devnet"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	settlementtypes "github.com/azukari-network/azukari/x/settlement/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialkeeper "github.com/azukari-network/azukari/x/zonelink/financial/keeper"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// stepsToRest is after how many steps the simulation lets everything come to rest and checks the laws.
const stepsToRest = 100

// tradeTime is how long the parties of a trade have: longer than some rests take, so that some trades wait through them.
const tradeTime = 20 * time.Minute

// SimulationReport says what a simulation did.
type SimulationReport struct {
	// Accepted and Refused count what accounts and operators asked for.
	Accepted, Refused int
	// Delivered, Lost, Repeated and TimedOut count packets and acknowledgements on their way.
	Delivered, Lost, Repeated, TimedOut int
	// Refunded counts transfers that came back to their owners.
	Refunded int
	// Rests counts the points at which the laws were checked.
	Rests int
	// AppHash is that of the Financial Zone at the end: the same for the same seed.
	AppHash string
}

// simulation is one run. Every choice comes from its random source, so that a seed replays it.
type simulation struct {
	*Network
	random  *rand.Rand
	holders []holder
	mail    []*route
	report  SimulationReport
	total   int64
	// replayable keeps everything within blocks: no zone is suspended, which is written between them.
	replayable bool
}

// holder is an account and its bank.
type holder struct {
	devnet.Key
	bank string
}

// route is one direction of a link, with what is on its way.
type route struct {
	from, to *End
	waiting  []event
	// lost is what the relayer forgot; another one finds it before the next rest.
	lost []event
}

// Simulate runs a Financial Zone with three banks and three Business Zones for a number of steps, with a relayer that loses,
// repeats, delays and reorders. It fails the test if a law does not hold when everything has come to rest, or in a zone after
// something was carried to it or has timed out there.
func Simulate(t testing.TB, seed int64, steps int) SimulationReport {
	t.Helper()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("replay with -zones.seed %d -zones.steps %d", seed, steps)
		}
	})
	s := newSimulation(t, seed)
	for step := range steps {
		s.step()
		if (step+1)%stepsToRest == 0 {
			s.rest()
		}
	}
	s.rest()
	s.report.AppHash = hex.EncodeToString(s.Financial.App.LastCommitID().Hash)
	return s.report
}

func newSimulation(t testing.TB, seed int64) *simulation {
	t.Helper()
	manifest := Manifest(3, "retail", "energy", "travel")
	s := &simulation{Network: NewLinked(t, manifest), random: rand.New(rand.NewSource(seed))}
	for _, bank := range manifest.BankIDs() {
		for index := range manifest.Accounts.PerBank {
			s.holders = append(s.holders, holder{Key: s.Keys.Account(bank, index), bank: bank})
		}
	}
	for _, link := range s.Links {
		s.mail = append(s.mail, &route{from: link.Financial, to: link.Business}, &route{from: link.Business, to: link.Financial})
	}
	for _, holder := range s.holders {
		for _, zone := range s.Business {
			s.LinkAccount(holder.bank, holder.Key, zone.ID, LinkLimits(100_000_000))
		}
	}
	for _, bank := range manifest.BankIDs() {
		for _, zone := range s.Business {
			s.setSlice(bank, zone, 50_000)
		}
	}
	for _, holder := range s.holders {
		for _, zone := range s.Business {
			require.NoError(t, s.Charge(holder.Key, zone.ID, 100_000))
		}
	}
	s.Rest()
	s.total = s.Financial.App.Bank.GetSupply(s.Financial.Ctx(), registrytypes.YenDenom).Amount.Int64()
	return s
}

// step does one thing that somebody may do.
func (s *simulation) step() {
	s.t.Helper()
	from, to := s.anyHolder(), s.anyHolder()
	zone := s.Business[s.random.Intn(len(s.Business))]
	amount := 1 + s.random.Int63n(20_000)
	switch choice := s.random.Intn(100); {
	case choice < 22:
		s.asked(zone.Pay(from.Key, to.Key, amount))
	case choice < 30:
		s.trade(zone, from, to, amount)
	case choice < 35:
		s.asked(s.Financial.Pay(from.Key, to.Key, amount))
	case choice < 47:
		s.asked(s.Charge(from.Key, zone.ID, amount))
	case choice < 57:
		s.asked(s.Discharge(zone, from.Key, amount))
	case choice < 65:
		other := s.Business[s.random.Intn(len(s.Business))]
		_, err := zone.Send(from.PrivKey(), &businesstypes.MsgHop{
			Holder: from.String(), Amount: Yen(amount), Zone: other.ID, Payee: to.String(),
		})
		s.asked(err)
	case choice < 92:
		s.relay(s.mail[s.random.Intn(len(s.mail))])
	case choice < 95:
		s.Blocks()
	case choice < 96:
		// Longer than a packet may take as often as not: what is on its way then times out.
		s.Clock.Advance(time.Duration(s.random.Int63n(2*s.Manifest.PacketTimeoutSeconds)) * time.Second)
		s.Blocks()
	case choice < 97:
		s.toggleFreeze(from)
	case choice < 99:
		s.setSlice(from.bank, zone, s.random.Int63n(100_000))
	default:
		s.toggleSuspension(zone)
	}
}

// trade lets somebody pay for somebody's yen with yen: one confirms, and the other mostly does, at once or at a later time.
func (s *simulation) trade(zone *Zone, from, to holder, amount int64) {
	s.t.Helper()
	back := 1 + s.random.Int63n(20_000)
	terms := settlementtypes.Terms{
		Legs: []settlementtypes.Leg{
			{From: from.String(), To: to.String(), Amount: zone.Yen(amount)}, {From: to.String(), To: from.String(), Amount: zone.Yen(back)},
		},
		Deadline: s.Clock.Now.Add(tradeTime),
	}
	if s.random.Intn(2) == 0 {
		at := s.Clock.Now.Add(time.Duration(1+s.random.Int63n(30)) * time.Second)
		terms.SettleAt = &at
	}
	reference := fmt.Sprintf("%s-%d", zone.ID, zone.App.LastBlockHeight())
	hash, err := terms.Hash(zone.ChainID, from.String(), reference)
	require.NoError(s.t, err)
	confirm := func(party holder) *settlementtypes.MsgConfirmTrade {
		return &settlementtypes.MsgConfirmTrade{Party: party.String(), Creator: from.String(), Reference: reference, TermsHash: hash}
	}
	_, err = zone.Send(from.PrivKey(), &settlementtypes.MsgCreateTrade{Creator: from.String(), Reference: reference, Terms: terms}, confirm(from))
	s.asked(err)
	if err == nil && s.random.Intn(4) > 0 {
		_, err = zone.Send(to.PrivKey(), confirm(to))
		s.asked(err)
	}
}

func (s *simulation) anyHolder() holder { return s.holders[s.random.Intn(len(s.holders))] }

func (s *simulation) asked(err error) {
	if err != nil {
		s.report.Refused++
		return
	}
	s.report.Accepted++
}

// toggleFreeze lets a bank freeze an account, or end that.
func (s *simulation) toggleFreeze(holder holder) {
	s.t.Helper()
	compliance := s.Keys.Operator(holder.bank, membershiptypes.RoleCompliance)
	account, err := s.Financial.App.Registry.GetAccount(s.Financial.Ctx(), holder.Address())
	require.NoError(s.t, err)
	if account.Status != registrytypes.AccountStatusFrozen {
		s.Freeze(holder.bank, holder.Key)
		return
	}
	second := s.Keys.SecondOperator(holder.bank, membershiptypes.RoleCompliance)
	reference := fmt.Sprintf("unfreeze-%d", s.Financial.App.LastBlockHeight())
	s.Financial.MustSend(compliance.PrivKey(), &registrytypes.MsgRequestUnfreeze{
		Operator: compliance.String(), Reference: reference, Address: holder.String(), Reason: "inquiry ended",
	})
	s.Financial.MustSend(second.PrivKey(), &registrytypes.MsgApproveRequest{Operator: second.String(), Reference: reference})
}

func (s *simulation) setSlice(bank string, zone *Zone, yen int64) {
	s.t.Helper()
	compliance := s.Keys.Operator(bank, membershiptypes.RoleCompliance)
	slice := math.NewInt(yen)
	_, err := s.Financial.Send(compliance.PrivKey(), &financialtypes.MsgSetZoneTerms{
		Operator: compliance.String(), Zone: zone.ID, Slice: &slice,
	})
	s.asked(err)
}

// toggleSuspension lets the members suspend a zone, or end that. They have voted already.
func (s *simulation) toggleSuspension(zone *Zone) {
	s.t.Helper()
	known, err := s.Financial.Financial.Zonelink.GetZone(s.Financial.Ctx(), zone.ID)
	require.NoError(s.t, err)
	s.suspend(zone.ID, known.Status == financialtypes.ZoneStatusActive)
}

func (s *simulation) suspend(zone string, suspended bool) {
	s.t.Helper()
	if s.replayable {
		return
	}
	members := financialkeeper.NewMsgServer(s.Financial.Financial.Zonelink)
	authority := s.Financial.App.Authority()
	ctx := s.Financial.Ctx()
	var err error
	if suspended {
		_, err = members.SuspendZone(ctx, &financialtypes.MsgSuspendZone{Authority: authority, Zone: zone, Reason: "voted"})
	} else {
		_, err = members.ResumeZone(ctx, &financialtypes.MsgResumeZone{Authority: authority, Zone: zone, Reason: "voted"})
	}
	require.NoError(s.t, err)
	s.Financial.Block()
}

// rest lets another relayer find all that was lost, zones resume and everything settle, and checks the laws.
func (s *simulation) rest() {
	s.t.Helper()
	for _, zone := range s.Business {
		known, err := s.Financial.Financial.Zonelink.GetZone(s.Financial.Ctx(), zone.ID)
		require.NoError(s.t, err)
		if known.Status == financialtypes.ZoneStatusSuspended {
			s.suspend(zone.ID, false)
		}
		response, err := financialkeeper.NewQueryServer(s.Financial.Financial.Zonelink).ZonePositions(
			s.Financial.Ctx(), &financialtypes.QueryZonePositionsRequest{Zone: zone.ID})
		require.NoError(s.t, err)
		require.Nil(s.t, response.RefusedReport, "an honest zone is never refused")
	}
	for s.settleMail() {
		continue
	}
	s.Clock.Advance(financialtypes.DefaultParams().BackoffMax) // whatever failed is due again
	s.Blocks()
	for s.settleMail() {
		s.Blocks()
	}
	s.Rest()
	s.report.Rests++
	s.RequireLaws()
	s.requireRest()
}

// heldOf returns the yen of each bank's customers that is set aside in a zone for trades.
func (s *simulation) heldOf(zone *Zone) map[string]int64 {
	s.t.Helper()
	banks := map[string]string{}
	for _, holder := range s.holders {
		banks[holder.String()] = holder.bank
	}
	held := map[string]int64{}
	require.NoError(s.t, zone.App.Hold.IterateHolds(zone.Ctx(), func(hold holdtypes.Hold) (bool, error) {
		held[banks[hold.Owner]] += hold.Amount.Amount.Int64()
		return false, nil
	}))
	return held
}

// requireRest asserts what holds only when nothing is on its way: each bank's share is what its customers have in the zone, and
// so the escrow is the supply there; and nobody has made or lost a yen.
func (s *simulation) requireRest() {
	s.t.Helper()
	ctx := s.Financial.Ctx()
	sum := int64(0)
	for _, holder := range s.holders {
		sum += s.Financial.Balance(holder.Key)
	}
	for _, zone := range s.Business {
		balances := s.heldOf(zone)
		for _, held := range balances {
			sum += held
		}
		for _, holder := range s.holders {
			balances[holder.bank] += zone.Balance(holder.Key)
			sum += zone.Balance(holder.Key)
		}
		shares := map[string]int64{}
		require.NoError(s.t, s.Financial.Financial.Zonelink.IterateShares(ctx, func(share financialtypes.Share) (bool, error) {
			if share.Zone == zone.ID {
				shares[share.Bank] = share.Amount.Int64()
			}
			return false, nil
		}))
		for _, bank := range s.Manifest.BankIDs() {
			require.Equal(s.t, balances[bank], shares[bank], "share of %s in %s at rest %d", bank, zone.ID, s.report.Rests)
		}
	}
	require.Equal(s.t, s.total, sum)
	require.Equal(s.t, s.total, s.Financial.App.Bank.GetSupply(ctx, registrytypes.YenDenom).Amount.Int64())
}
