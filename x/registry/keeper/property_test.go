package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/azukari-network/azukari/x/registry/types"
)

// modelAccount is what a plain ledger on paper would say of one account.
type modelAccount struct {
	bank    string
	limits  types.Limits
	linked  int64 // day limits given away to zones
	frozen  bool
	balance int64
	spent   int64
}

// model is the ledger on paper beside the registry: it predicts the outcome of every payment.
type model struct {
	accounts map[string]*modelAccount
	flows    int
	day      time.Time // midnight in Japan at which the day began
}

var japan = time.FixedZone("JST", 9*60*60)

func midnight(t time.Time) time.Time {
	local := t.In(japan)
	return time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, japan)
}

func (m *model) predict(from, to sdk.AccAddress, amount int64) error {
	payer, payee := m.accounts[string(from)], m.accounts[string(to)]
	switch {
	case payer == nil:
		return types.ErrNotRegistered
	case payer.frozen:
		return types.ErrAccountFrozen
	case payee == nil:
		return types.ErrNotRegistered
	case payee.frozen:
		return types.ErrAccountFrozen
	case amount > payer.limits.PerPayment.Int64():
		return types.ErrLimitPerPayment
	case payer != payee && payee.balance+amount > payee.limits.Balance.Int64():
		return types.ErrLimitBalance
	case payer.spent+amount > payer.limits.PerDay.Int64()-payer.linked:
		return types.ErrLimitPerDay
	case amount > payer.balance:
		return sdkerrors.ErrInsufficientFunds
	}
	payer.balance -= amount
	payee.balance += amount
	payer.spent += amount
	if payer.bank != payee.bank {
		m.flows++
	}
	return nil
}

// Whatever is paid, frozen, limited and linked, at whatever time of day: the registry lets through exactly what a ledger
// on paper would, and its day counters and balances are those of the ledger.
func TestPaymentsFollowTheLedger(t *testing.T) {
	s := newSuite(t)
	start := s.Ctx
	parties := []sdk.AccAddress{alice, akira, bob, stranger}
	rapid.Check(t, func(rt *rapid.T) {
		s.Ctx, _ = start.CacheContext()
		s.flows = nil
		ledger := &model{accounts: map[string]*modelAccount{}, day: midnight(s.Ctx.BlockTime())}
		for address, bank := range map[string]string{string(alice): bankA, string(akira): bankA, string(bob): bankB} {
			ledger.accounts[address] = &modelAccount{bank: bank, limits: limits(1_000, 3_000, 20_000), balance: 10_000}
		}
		party := rapid.SampledFrom(parties)

		rt.Repeat(map[string]func(*rapid.T){
			"pay": func(rt *rapid.T) {
				from, to := party.Draw(rt, "from"), party.Draw(rt, "to")
				amount := rapid.Int64Range(1, 1_100).Draw(rt, "amount")
				want := ledger.predict(from, to, amount)
				got := s.pay(from, to, yen(amount))
				if want == nil {
					require.NoError(rt, got)
				} else {
					require.ErrorIs(rt, got, want)
				}
			},
			"wait": func(rt *rapid.T) {
				s.NextBlock(time.Duration(rapid.Int64Range(1, 8*60*60).Draw(rt, "seconds")) * time.Second)
				if day := midnight(s.Ctx.BlockTime()); day.After(ledger.day) {
					ledger.day = day
					for _, account := range ledger.accounts {
						account.spent = 0
					}
				}
			},
			"toggle freeze": func(rt *rapid.T) {
				account := ledger.accounts[string(alice)]
				account.frozen = !account.frozen
				var err error
				if account.frozen {
					_, err = s.messages.FreezeAccount(s.Ctx, &types.MsgFreezeAccount{Operator: complianceA.String(), Address: alice.String(), Reason: "x"})
				} else {
					s.unfreeze(rt, alice)
				}
				require.NoError(rt, err)
			},
			"set limits": func(rt *rapid.T) {
				holder := rapid.SampledFrom([]sdk.AccAddress{alice, akira}).Draw(rt, "holder")
				account := ledger.accounts[string(holder)]
				wanted := limits(
					rapid.Int64Range(0, 1_200).Draw(rt, "payment"),
					rapid.Int64Range(account.linked, 4_000).Draw(rt, "day"),
					rapid.Int64Range(0, 20_000).Draw(rt, "balance"))
				s.setLimits(rt, holder, wanted)
				account.limits = wanted
			},
			"link": func(rt *rapid.T) {
				account := ledger.accounts[string(alice)]
				account.linked = rapid.Int64Range(0, account.limits.PerDay.Int64()).Draw(rt, "linked")
				err := s.registry.UpdateLinks(s.Ctx, alice, func(types.Account) ([]types.Link, error) {
					return []types.Link{{Zone: "retail", Status: types.LinkStatusActive, Limits: limits(0, account.linked, 0)}}, nil
				})
				require.NoError(rt, err)
			},
			"": func(rt *rapid.T) {
				for _, holder := range []sdk.AccAddress{alice, akira, bob} {
					account := ledger.accounts[string(holder)]
					require.Equal(rt, account.balance, s.balance(holder))
					spent, err := s.registry.SpentToday(s.Ctx, holder)
					require.NoError(rt, err)
					require.Equal(rt, account.spent, spent.Int64())
				}
				require.Len(rt, s.flows, ledger.flows)
				exported, err := s.registry.ExportGenesis(s.Ctx)
				require.NoError(rt, err)
				require.NoError(rt, exported.Validate())
			},
		})
	})
}
