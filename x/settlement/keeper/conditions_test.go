package keeper_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/keepertest"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/settlement/types"
)

// A value date: the trade is confirmed, and settles in the first block of that time.
func TestTradeSettlesAtItsTime(t *testing.T) {
	s := newSuite(t)
	terms := s.dvp()
	at := s.Ctx.BlockTime().Add(time.Hour)
	terms.SettleAt = &at
	require.NoError(t, s.create("T", terms))
	require.NoError(t, s.confirm(s.ann, "T"))
	require.NoError(t, s.confirm(s.bob, "T"))
	s.requireStatus(t, "T", types.TradeStatusConfirmed)
	require.ErrorIs(t, s.cancel(s.ann, "T"), types.ErrTradeStatus)
	require.ErrorIs(t, s.refuse(s.bob, "T"), types.ErrTradeStatus)
	require.ErrorIs(t, s.abort(s.eve, "T"), types.ErrNotAgent)
	s.block(t, time.Hour-time.Second)
	s.requireStatus(t, "T", types.TradeStatusConfirmed)
	s.block(t, time.Second)
	s.requireStatus(t, "T", types.TradeStatusSettled)
	keepertest.RequireEvent(t, s.Ctx, &types.EventTradeSettled{TradeId: 1, Creator: s.ann, Reference: "T", LegsCount: 2})
	require.Equal(t, int64(11_000), s.Balance(s.ann))

	t.Log("however late its block comes: the deadline is only for what is missing")
	late := s.dvp()
	at = s.Ctx.BlockTime().Add(time.Hour)
	late.SettleAt = &at
	require.NoError(t, s.create("L", late))
	require.NoError(t, s.confirm(s.ann, "L"))
	require.NoError(t, s.confirm(s.bob, "L"))
	s.block(t, 100*24*time.Hour)
	s.requireStatus(t, "L", types.TradeStatusSettled)
}

// Letter of credit: the payment waits for the documents, and a discrepancy blocks it.
func TestTradeWaitsForDocuments(t *testing.T) {
	s := newSuite(t)
	terms := s.dvp()
	other := bytes.Repeat([]byte{0xCD}, 32)
	terms.Documents = []types.Document{
		{Name: "bill-of-lading", Hash: hash, Presenter: s.cho}, {Name: "invoice", Hash: other, Presenter: s.ann},
	}
	require.NoError(t, s.create("T", terms))
	require.NoError(t, s.present(s.ann, "T", "invoice", other), "before anybody has confirmed")
	keepertest.RequireEvent(t, s.Ctx, &types.EventDocumentPresented{
		TradeId: 1, Creator: s.ann, Reference: "T", Name: "invoice", Hash: other, Presenter: s.ann,
	})
	require.NoError(t, s.confirm(s.ann, "T"))
	require.NoError(t, s.confirm(s.bob, "T"))
	s.requireStatus(t, "T", types.TradeStatusConfirmed)
	s.block(t, time.Minute)
	s.requireStatus(t, "T", types.TradeStatusConfirmed)

	for name, test := range map[string]struct {
		presenter, name string
		hash            []byte
		want            error
	}{
		"discrepancy":   {s.cho, "bill-of-lading", other, types.ErrDocumentRefused},
		"by another":    {s.ann, "bill-of-lading", hash, types.ErrDocumentRefused},
		"not asked for": {s.cho, "packing-list", hash, types.ErrDocumentRefused},
		"again":         {s.ann, "invoice", other, types.ErrConditionMet},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, s.present(test.presenter, "T", test.name, test.hash), test.want)
		})
	}
	s.SetStatus(t, s.cho, registrytypes.AccountStatusFrozen)
	require.ErrorIs(t, s.present(s.cho, "T", "bill-of-lading", hash), registrytypes.ErrAccountFrozen)
	s.SetStatus(t, s.cho, registrytypes.AccountStatusActive)
	require.NoError(t, s.present(s.cho, "T", "bill-of-lading", hash))
	s.requireStatus(t, "T", types.TradeStatusSettled)
	keepertest.RequireEvent(t, s.Ctx, &types.EventTradeSettled{TradeId: 1, Creator: s.ann, Reference: "T", LegsCount: 2, SettledBy: s.cho})
	require.ErrorIs(t, s.present(s.cho, "T", "bill-of-lading", hash), types.ErrTradeStatus)
}

// An agent who must release: nothing settles without its word, and it may abort until then.
func TestAgentReleases(t *testing.T) {
	s := newSuite(t)
	terms := s.dvp()
	terms.Agent, terms.AgentReleases = s.eve, true
	require.NoError(t, s.create("T", terms))
	require.ErrorIs(t, s.release(s.dan, "T"), types.ErrNotAgent)
	s.SetStatus(t, s.eve, registrytypes.AccountStatusFrozen)
	require.ErrorIs(t, s.release(s.eve, "T"), registrytypes.ErrAccountFrozen)
	s.SetStatus(t, s.eve, registrytypes.AccountStatusActive)
	require.NoError(t, s.confirm(s.ann, "T"))
	require.NoError(t, s.confirm(s.bob, "T"))
	s.requireStatus(t, "T", types.TradeStatusConfirmed)
	require.NoError(t, s.release(s.eve, "T"))
	keepertest.RequireEvent(t, s.Ctx, &types.EventTradeReleased{TradeId: 1, Creator: s.ann, Reference: "T", Agent: s.eve})
	s.requireStatus(t, "T", types.TradeStatusSettled)
	require.ErrorIs(t, s.abort(s.eve, "T"), types.ErrTradeStatus)

	t.Log("a release before the confirmations counts, once, and can be followed by an abort")
	require.NoError(t, s.create("U", terms))
	require.NoError(t, s.release(s.eve, "U"))
	require.ErrorIs(t, s.release(s.eve, "U"), types.ErrConditionMet)
	require.NoError(t, s.confirm(s.ann, "U"))
	require.NoError(t, s.abort(s.eve, "U"))
	s.requireStatus(t, "U", types.TradeStatusAborted)

	t.Log("one who need not release only aborts")
	terms.AgentReleases = false
	require.NoError(t, s.create("V", terms))
	require.ErrorIs(t, s.release(s.eve, "V"), types.ErrNotAgent)
}

// The agent aborts a trade that waits for its time, even if its account is frozen: that only gives back.
func TestAgentAborts(t *testing.T) {
	s := newSuite(t)
	terms := s.dvp()
	at := s.Ctx.BlockTime().Add(time.Hour)
	terms.Agent, terms.SettleAt = s.eve, &at
	require.NoError(t, s.create("T", terms))
	require.NoError(t, s.confirm(s.ann, "T"))
	require.NoError(t, s.confirm(s.bob, "T"))
	s.SetStatus(t, s.eve, registrytypes.AccountStatusFrozen)
	require.ErrorIs(t, s.abort(s.ann, "T"), types.ErrNotAgent)
	require.NoError(t, s.abort(s.eve, "T"))
	keepertest.RequireEvent(t, s.Ctx, &types.EventTradeAborted{TradeId: 1, Creator: s.ann, Reference: "T", Agent: s.eve, Reason: "default"})
	s.requireReturned(t, "T", types.TradeStatusAborted, s.eve, "default")
	s.block(t, 2*time.Hour)
	s.requireStatus(t, "T", types.TradeStatusAborted)
}

// Whoever ends a trade before its last party has confirmed, all comes back.
func TestTradeIsTakenBack(t *testing.T) {
	tests := map[string]struct {
		end    func(s *suite) error
		status types.TradeStatus
		by     func(s *suite) string
		reason string
		want   error
	}{
		"creator cancels":              {func(s *suite) error { return s.cancel(s.ann, "T") }, types.TradeStatusCancelled, func(s *suite) string { return s.ann }, "a mistake", nil},
		"party cancels":                {func(s *suite) error { return s.cancel(s.bob, "T") }, types.TradeStatusCancelled, func(s *suite) string { return s.bob }, "a mistake", nil},
		"party refuses":                {func(s *suite) error { return s.refuse(s.dan, "T") }, types.TradeStatusRefused, func(s *suite) string { return s.dan }, "too dear", nil},
		"refuses after it confirmed":   {func(s *suite) error { return s.refuse(s.bob, "T") }, 0, nil, "", types.ErrPartyConfirmed},
		"cancels before it confirmed":  {func(s *suite) error { return s.cancel(s.dan, "T") }, 0, nil, "", types.ErrNotParty},
		"outsider cancels":             {func(s *suite) error { return s.cancel(s.eve, "T") }, 0, nil, "", types.ErrNotParty},
		"outsider refuses":             {func(s *suite) error { return s.refuse(s.eve, "T") }, 0, nil, "", types.ErrNotParty},
		"no such trade, cancelled":     {func(s *suite) error { return s.cancel(s.ann, "U") }, 0, nil, "", types.ErrTradeNotFound},
		"no such trade, refused":       {func(s *suite) error { return s.refuse(s.ann, "U") }, 0, nil, "", types.ErrTradeNotFound},
		"no such trade, aborted":       {func(s *suite) error { return s.abort(s.ann, "U") }, 0, nil, "", types.ErrTradeNotFound},
		"no such trade, with document": {func(s *suite) error { return s.present(s.ann, "U", "a", hash) }, 0, nil, "", types.ErrTradeNotFound},
		"cancelled without reason": {func(s *suite) error {
			_, err := s.msgs.CancelTrade(s.Ctx, &types.MsgCancelTrade{Signer: s.ann, Creator: s.ann, Reference: "T"})
			return err
		}, 0, nil, "", registrytypes.ErrInvalidReason},
		"refused without reason": {func(s *suite) error {
			_, err := s.msgs.RefuseTrade(s.Ctx, &types.MsgRefuseTrade{Party: s.dan, Creator: s.ann, Reference: "T"})
			return err
		}, 0, nil, "", registrytypes.ErrInvalidReason},
		"aborted without reason": {func(s *suite) error {
			_, err := s.msgs.AbortTrade(s.Ctx, &types.MsgAbortTrade{Agent: s.eve, Creator: s.ann, Reference: "T"})
			return err
		}, 0, nil, "", registrytypes.ErrInvalidReason},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSuite(t)
			terms := s.dvp()
			terms.Legs = append(terms.Legs, leg(s.dan, s.ann, yen(5)))
			require.NoError(t, s.create("T", terms))
			require.NoError(t, s.confirm(s.ann, "T"))
			require.NoError(t, s.confirm(s.bob, "T"))
			// What only gives back passes a freeze.
			for _, account := range s.accounts() {
				s.SetStatus(t, account, registrytypes.AccountStatusFrozen)
			}
			require.ErrorIs(t, test.end(s), test.want)
			if test.want != nil {
				s.requireStatus(t, "T", types.TradeStatusProposed)
				require.Len(t, s.holds(t), 2)
				return
			}
			s.requireReturned(t, "T", test.status, test.by(s), test.reason)
			require.ErrorIs(t, s.cancel(s.ann, "T"), types.ErrTradeStatus)
			require.ErrorIs(t, s.create("T", s.dvp()), registrytypes.ErrAccountFrozen)
		})
	}
}

// requireReturned asserts that a trade ended and that everybody has what it had.
func (s *suite) requireReturned(t *testing.T, reference string, status types.TradeStatus, by, reason string) {
	t.Helper()
	trade := s.trade(t, reference)
	require.Equal(t, status.Word(), trade.Status.Word())
	require.Equal(t, by, trade.EndedBy)
	require.Equal(t, reason, trade.Reason)
	require.Equal(t, s.Ctx.BlockTime(), *trade.EndedAt)
	require.Empty(t, s.holds(t))
	require.Empty(t, s.reserved(t))
	require.Empty(t, s.flows(t))
	for _, account := range s.accounts() {
		require.Equal(t, int64(10_000), s.Balance(account))
	}
	require.Equal(t, int64(100), s.BalanceOf(s.ann, bond))
}

// The deadline gives everything back, to frozen accounts too; until its block has come nobody can act any more.
func TestTradeExpires(t *testing.T) {
	s := newSuite(t)
	terms := s.dvp()
	terms.Agent, terms.AgentReleases = s.eve, true
	require.NoError(t, s.create("T", terms))
	require.NoError(t, s.confirm(s.ann, "T"))
	require.NoError(t, s.confirm(s.bob, "T"))
	s.requireStatus(t, "T", types.TradeStatusConfirmed)
	s.SetStatus(t, s.bob, registrytypes.AccountStatusFrozen)
	s.block(t, 24*time.Hour-1)
	s.requireStatus(t, "T", types.TradeStatusConfirmed)
	s.NextBlock(1)
	for name, act := range map[string]func() error{
		"release": func() error { return s.release(s.eve, "T") },
		"abort":   func() error { return s.abort(s.eve, "T") },
		"cancel":  func() error { return s.cancel(s.ann, "T") },
		"confirm": func() error { return s.confirm(s.ann, "T") },
	} {
		require.ErrorIs(t, act(), types.ErrTradeExpired, name)
	}
	require.NoError(t, s.module.BeginBlock(s.Ctx))
	keepertest.RequireEvent(t, s.Ctx, &types.EventTradeExpired{TradeId: 1, Creator: s.ann, Reference: "T"})
	s.requireReturned(t, "T", types.TradeStatusExpired, "", "")
	require.ErrorIs(t, s.create("T", s.dvp()), types.ErrReferenceUsed)
}

// Work in a block is bounded by legs, the oldest first, and every trade has its turn.
func TestBlocksAreBoundedByLegs(t *testing.T) {
	for name, test := range map[string]struct {
		settleAt time.Duration
		want     types.TradeStatus
	}{
		"settling": {time.Hour, types.TradeStatusSettled},
		"expiring": {0, types.TradeStatusExpired},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSuite(t)
			references := []string{"A", "B", "C", "D", "E"}
			for i, reference := range references {
				// 300 legs each: three fit into one block.
				terms := s.terms()
				terms.Deadline = terms.Deadline.Add(time.Duration(i) * time.Second)
				for len(terms.Legs) < 300 {
					terms.Legs = append(terms.Legs, s.newLeg(t, s.bob))
				}
				if test.settleAt > 0 {
					at := s.Ctx.BlockTime().Add(test.settleAt + time.Duration(i)*time.Second)
					terms.SettleAt = &at
				}
				require.NoError(t, s.create(reference, terms))
				require.NoError(t, s.confirm(s.ann, reference))
				if test.settleAt > 0 {
					require.NoError(t, s.confirm(s.bob, reference))
				}
			}
			require.Len(t, s.holds(t), 1_500)
			ended := func() (all []string) {
				for _, reference := range references {
					if trade := s.trade(t, reference); !trade.IsOpen() {
						require.Equal(t, test.want, trade.Status)
						all = append(all, reference)
					}
				}
				return all
			}
			s.block(t, 25*time.Hour)
			require.Equal(t, references[:3], ended())
			s.block(t, time.Second)
			require.Equal(t, references, ended())
			require.Empty(t, s.holds(t))
		})
	}
}
