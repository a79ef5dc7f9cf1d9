package keeper_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/businesstest"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/settlement/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

var denoms = []string{bond, share, "asset/share/8", businesstest.YenDenom}

// market is a zone in which anything happens, and what everybody must have: a model that knows trades only as a whole.
type market struct {
	*suite
	// fay has nothing, so that it can be unlinked, and only receives and passes on.
	fay string
	// owned is what each account has, in holds too, by account and denom.
	owned map[string]map[string]int64
	// caps are those in force, of a revision.
	caps     []zonelinktypes.BankCap
	revision uint64
	// limitMax is how far the Financial Zone lets banks go, by the reports that have reached it; reports are on their way to it.
	limitMax map[string]int64
	reports  []report
	// promised are trades that are ready: they settle, whatever happens.
	promised map[string]bool
	// proposed counts trades; their references are T-0 and so on.
	proposed int
	// settled counts trades, so that the test knows that it tests something.
	settled int
}

// report is what the Financial Zone hears: the caps that the zone goes by, and what it has promised beyond them.
type report struct {
	revision uint64
	promised map[string]int64
}

func newMarket(t testing.TB) *market {
	t.Helper()
	first := capped(1_500, 1_500)
	m := &market{
		suite: newSuiteWithCaps(t, first), caps: first, revision: 1, limitMax: map[string]int64{"alpha": 1_500, "beta": 1_500},
		promised: map[string]bool{},
	}
	m.issueUnits(t, "share", 7, 2)
	m.fay = m.Open(t, "alpha", "fay")
	m.owned = map[string]map[string]int64{}
	for _, account := range m.everybody() {
		m.owned[account] = map[string]int64{}
		for _, denom := range denoms {
			m.owned[account][denom] = m.BalanceOf(account, denom)
		}
	}
	return m
}

func (m *market) everybody() []string { return append(m.accounts(), m.fay) }

// Whatever parties, agents, presenters, banks, issuers and the Financial Zone do in whatever order: trades happen as a whole or not
// at all, nothing is made or lost, holds and reserved flows are those of confirmed parties, no report can be refused, a ready trade
// settles at its time, and what a refused message left is nothing.
func TestTradesKeepTheLaws(t *testing.T) {
	settled := 0
	rapid.Check(t, func(r *rapid.T) {
		m := newMarket(t)
		for range rapid.IntRange(20, 80).Draw(r, "steps") {
			before := m.module.ExportGenesis(m.Ctx, m.Codec)
			statuses := m.statuses(r)
			if err := m.step(r); err != nil {
				require.Equal(r, string(before), string(m.module.ExportGenesis(m.Ctx, m.Codec)), err)
			}
			m.follow(r, statuses)
			m.requireLaws(r)
		}
		m.requireEnd(r)
		settled += m.settled
	})
	require.Positive(t, settled, "expected some trades to settle")
}

// number draws a number below n. Rapid prefers small numbers, with which most trades would be proposed and few settle; here all
// numbers are as likely.
func number(r *rapid.T, n int, label string) int {
	return int(rapid.Uint64().Draw(r, label) * 0x9E3779B97F4A7C15 >> 33 % uint64(n))
}

func oneOf[T any](r *rapid.T, label string, all ...T) T { return all[number(r, len(all), label)] }

// step does one thing that somebody may do.
func (m *market) step(r *rapid.T) error {
	account := oneOf(r, "account", m.everybody()...)
	reference := fmt.Sprintf("T-%d", number(r, max(m.proposed, 1), "trade"))
	switch choice := number(r, 100, "action"); {
	case choice < 20:
		err := m.create(fmt.Sprintf("T-%d", m.proposed), m.anyTerms(r))
		if err == nil {
			m.proposed++
		}
		return err
	case choice < 60:
		if trade, err := m.settlement.GetTrade(m.Ctx, m.ann, reference); err == nil && choice < 50 {
			account = m.missing(r, trade)
		}
		return m.confirm(account, reference)
	case choice < 63:
		return m.cancel(account, reference)
	case choice < 66:
		return m.refuse(account, reference)
	case choice < 68:
		return m.abort(m.eve, reference)
	case choice < 72:
		return m.release(m.eve, reference)
	case choice < 74:
		return m.present(m.dan, reference, "a", hash)
	case choice < 78:
		m.pay(r, account)
	case choice < 81:
		m.tell(r)
	case choice < 83:
		m.changeAccount(r, account)
	case choice < 86:
		m.changeCaps(r)
	case choice < 88:
		// Whether it was frozen before does not matter.
		_, _ = m.freeze("bond", ""), m.unfreeze("share")
	case choice < 90:
		_, _ = m.unfreeze("bond"), m.freeze("share", "")
	case choice < 95:
		m.unlink(r, m.fay)
	default:
		m.block(r, time.Duration(number(r, 151, "minutes"))*time.Minute)
	}
	return nil
}

// anyTerms are those of a trade of a few legs, some of which are passed on, with some conditions.
func (m *market) anyTerms(r *rapid.T) types.Terms {
	terms := types.Terms{Deadline: m.Ctx.BlockTime().Add(time.Duration((1 + number(r, 4, "hours"))) * time.Hour)}
	routes := map[string]bool{}
	for range 1 + number(r, 5, "legs") {
		if one := m.anyLeg(r, terms.Legs); one.From != one.To && !routes[one.From+one.To+one.Amount.Denom] {
			routes[one.From+one.To+one.Amount.Denom] = true
			terms.Legs = append(terms.Legs, one)
		}
	}
	if number(r, 3, "timed") == 0 {
		at := m.Ctx.BlockTime().Add(time.Duration((1 + number(r, 200, "settle at"))) * time.Minute)
		terms.SettleAt = &at
	}
	if number(r, 4, "agent") == 0 {
		terms.Agent, terms.AgentReleases = m.eve, (number(r, 2, "releases") == 0)
	}
	if number(r, 5, "documents") == 0 {
		terms.Documents = []types.Document{{Name: "a", Hash: hash, Presenter: m.dan}}
	}
	return terms
}

// anyLeg delivers something, as often as not what the leg before it brings.
func (m *market) anyLeg(r *rapid.T, before []types.Leg) types.Leg {
	to := oneOf(r, "to", append(m.everybody(), m.fay, m.fay)...)
	if len(before) > 0 && (number(r, 2, "passes on") == 0) {
		last := before[len(before)-1]
		return leg(last.To, to, last.Amount.SubAmount(math.NewInt(int64(number(r, int(last.Amount.Amount.Int64()), "keeps")))))
	}
	from := oneOf(r, "from", m.accounts()...)
	switch denom := oneOf(r, "denom", denoms...); denom {
	case bond:
		return leg(from, to, bonds(int64(1+number(r, 60, "bonds"))))
	case businesstest.YenDenom:
		return leg(from, to, yen(int64(1+number(r, 1_500, "yen"))))
	default:
		return leg(from, to, sdk.NewInt64Coin(denom, 1))
	}
}

// missing returns a party that has not confirmed yet, so that many trades come to their end.
func (m *market) missing(r *rapid.T, trade types.Trade) string {
	shown, err := m.queries.Trade(m.Ctx, &types.QueryTradeRequest{Creator: m.ann, Reference: trade.Reference})
	require.NoError(r, err)
	for _, party := range shown.Parties {
		if party.ConfirmedAt == nil {
			return party.Address
		}
	}
	return m.ann
}

func (m *market) pay(r *rapid.T, from string) {
	to := oneOf(r, "payee", m.accounts()...) // fay seldom has anything
	denom := oneOf(r, "paid in", bond, businesstest.YenDenom)
	amount := int64(1 + number(r, 2_000, "paid"))
	if m.Send(from, to, sdk.NewInt64Coin(denom, amount)) == nil {
		m.move(from, to, denom, amount)
	}
}

func (m *market) move(from, to, denom string, amount int64) {
	m.owned[from][denom] -= amount
	m.owned[to][denom] += amount
}

// changeAccount freezes an account, or ends that, or changes its limits.
func (m *market) changeAccount(r *rapid.T, account string) {
	status := oneOf(r, "status", registrytypes.AccountStatusFrozen, registrytypes.AccountStatusActive, registrytypes.AccountStatusActive)
	limit := math.NewInt(oneOf[int64](r, "limit", 0, 20_000, 1_000_000, 1_000_000))
	m.change(r, account, func(account *registrytypes.Account) {
		account.Status = status
		account.Limits = registrytypes.Limits{PerPayment: limit, PerDay: limit, Balance: limit}
	})
}

func (m *market) change(r *rapid.T, account string, change func(account *registrytypes.Account)) {
	known, err := m.Registry.GetAccount(m.Ctx, sdk.MustAccAddressFromBech32(account))
	require.NoError(r, err)
	change(&known)
	known.Revision++
	_, _, err = m.Registry.ApplyReplica(m.Ctx, known)
	require.NoError(r, err)
}

func (m *market) changeCaps(r *rapid.T) {
	caps := capped(int64(number(r, 3_000, "alpha")-500), int64(number(r, 3_000, "beta")-500))
	if number(r, 6, "fewer") == 0 {
		caps = caps[:1]
	}
	m.caps, m.revision = caps, m.revision+1
	m.setCaps(r, m.revision, caps)
	for bank := range m.limitMax {
		m.limitMax[bank] = max(m.limitMax[bank], limitOf(caps, bank))
	}
}

// unlink lets the Financial Zone ask for the end of an account's link.
func (m *market) unlink(r *rapid.T, account string) {
	known, err := m.Registry.GetAccount(m.Ctx, sdk.MustAccAddressFromBech32(account))
	require.NoError(r, err)
	_, err = m.Link.ReceiveAccountUpdate(m.Ctx, businesstest.ZonelinkChannel, zonelinktypes.AccountUpdate{
		Address: account, Bank: known.Bank, Status: known.Status, Kind: known.Kind, Limits: known.Limits, Revision: known.Revision + 1,
	})
	if err == nil {
		// It comes back at once, at another bank: nothing of it was here.
		m.change(r, account, func(known *registrytypes.Account) {
			known.Status, known.Bank = registrytypes.AccountStatusActive, oneOf(r, "bank", "alpha", "beta")
		})
	}
}

func (m *market) statuses(r *rapid.T) map[uint64]types.TradeStatus {
	all := map[uint64]types.TradeStatus{}
	response, err := m.queries.Trades(m.Ctx, &types.QueryTradesRequest{})
	require.NoError(r, err)
	for _, trade := range response.Trades {
		all[trade.Id] = trade.Status
	}
	return all
}

// follow books trades that have settled in the model, as a whole, and asserts that ready ones did at their time.
func (m *market) follow(r *rapid.T, before map[uint64]types.TradeStatus) {
	response, err := m.queries.Trades(m.Ctx, &types.QueryTradesRequest{})
	require.NoError(r, err)
	for _, trade := range response.Trades {
		if trade.Status == types.TradeStatusSettled && before[trade.Id] != trade.Status {
			m.settled++
			shown, err := m.queries.Trade(m.Ctx, &types.QueryTradeRequest{Creator: m.ann, Reference: trade.Reference})
			require.NoError(r, err)
			for _, leg := range shown.Legs {
				m.move(leg.From, leg.To, leg.Amount.Denom, leg.Amount.Amount.Int64())
			}
		}
		if trade.IsReady() {
			m.promised[trade.Reference] = true
			require.False(r, trade.IsDue(m.Ctx.BlockTime()), "a ready trade settles in the first block of its time")
		}
		if m.promised[trade.Reference] && !trade.IsOpen() && trade.Status != types.TradeStatusAborted {
			require.Equal(r, types.TradeStatusSettled, trade.Status, "what is ready settles, unless its agent aborts")
		}
		require.False(r, trade.IsOverdue(m.Ctx.BlockTime()), "the first block after the deadline ends what is not ready")
	}
}

func (m *market) requireLaws(r *rapid.T) {
	state, err := m.settlement.ExportGenesis(m.Ctx)
	require.NoError(r, err)
	require.NoError(r, state.Validate())
	held := m.requireHolds(r)
	supply := map[string]int64{}
	for _, account := range m.everybody() {
		for _, denom := range denoms {
			require.Equal(r, m.owned[account][denom], m.BalanceOf(account, denom)+held[account+denom], "%s of %s", denom, account)
			supply[denom] += m.owned[account][denom]
		}
	}
	require.Equal(r, map[string]int64{bond: 100, share: 1, "asset/share/8": 1, businesstest.YenDenom: 50_000}, supply)
	m.requireBanks(r)
	m.requireReportable(r)
}

// requireBanks asserts what the Financial Zone goes by: a bank's customers have what they brought, less what flowed to other banks.
func (m *market) requireBanks(r *rapid.T) {
	have := map[string]int64{}
	for _, account := range m.everybody() {
		known, err := m.Registry.GetAccount(m.Ctx, sdk.MustAccAddressFromBech32(account))
		require.NoError(r, err)
		have[known.Bank] += m.owned[account][businesstest.YenDenom]
	}
	flows := m.flows(r)
	net := flows["alpha>beta"] - flows["beta>alpha"]
	require.Equal(r, map[string]int64{"alpha": 20_000 - net, "beta": 30_000 + net}, have)
}

// requireHolds asserts that holds and reserved flows are those of parties that have confirmed, and returns what is held by account
// and denom.
func (m *market) requireHolds(r *rapid.T) map[string]int64 {
	promised := map[uint64]holdtypes.Hold{}
	reserved := map[string]int64{}
	require.NoError(r, m.settlement.IterateCommitments(m.Ctx, func(one types.Commitment) (bool, error) {
		for i, part := range one.Held {
			id := one.Party.Holds[i]
			promised[id] = holdtypes.Hold{Id: id, Owner: one.Party.Address, Amount: part.Amount, Purpose: types.Purpose(one.Trade.Id)}
		}
		if one.Reserved.IsPositive() {
			reserved[one.Party.Bank] += one.Reserved.Int64()
		}
		return false, nil
	}))
	require.Equal(r, reserved, m.reserved(r))
	open := map[uint64]holdtypes.Hold{}
	held := map[string]int64{}
	require.NoError(r, m.Hold.IterateHolds(m.Ctx, func(hold holdtypes.Hold) (bool, error) {
		open[hold.Id] = hold
		held[hold.Owner+hold.Amount.Denom] += hold.Amount.Amount.Int64()
		return false, nil
	}))
	require.Equal(r, promised, open)
	return held
}

// requireReportable asserts what keeps the Financial Zone from refusing reports: what was sent and is reserved stays under the
// limits that it goes by, whenever reports reach it.
func (m *market) requireReportable(r *rapid.T) {
	reserved := m.reserved(r)
	for _, bank := range []string{"alpha", "beta"} {
		if reserved[bank] > 0 {
			require.LessOrEqual(r, m.net(r, bank)+reserved[bank], m.limitMax[bank], bank)
		}
	}
}

// net returns what a bank's customers have sent, less what they have received.
func (m *market) net(r *rapid.T, bank string) int64 {
	flows := m.flows(r)
	return flows[bank+">"+other(bank)] - flows[other(bank)+">"+bank]
}

// tell lets the zone report, or the oldest report reach the Financial Zone, which lowers its limits as far as nothing is promised.
func (m *market) tell(r *rapid.T) {
	if len(m.reports) == 0 || (number(r, 2, "report") == 0) {
		one := report{m.revision, map[string]int64{}}
		for bank, reserved := range m.reserved(r) {
			if promised := m.net(r, bank) + reserved; promised > limitOf(m.caps, bank) {
				one.promised[bank] = promised
			}
		}
		m.reports = append(m.reports, one)
		return
	}
	arrived := m.reports[0]
	m.reports = m.reports[1:]
	if arrived.revision < m.revision {
		return
	}
	for bank := range m.limitMax {
		limit := limitOf(m.caps, bank)
		if promised, found := arrived.promised[bank]; found {
			limit = max(limit, promised)
		}
		m.limitMax[bank] = min(limit, m.limitMax[bank])
	}
}

func limitOf(caps []zonelinktypes.BankCap, bank string) int64 {
	for _, one := range caps {
		if one.Bank == bank {
			return one.Limit.Int64()
		}
	}
	return 0
}

func other(bank string) string {
	if bank == "alpha" {
		return "beta"
	}
	return "alpha"
}

// requireEnd lets the time pass that every open trade has: each settles or gives back, and nothing stays set aside.
func (m *market) requireEnd(r *rapid.T) {
	statuses := m.statuses(r)
	m.block(r, 5*time.Hour)
	m.follow(r, statuses)
	m.requireLaws(r)
	require.Empty(r, m.holds(r))
	require.Empty(r, m.reserved(r))
}
