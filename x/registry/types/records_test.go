package types_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/keepertest"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	"github.com/azukari-network/azukari/x/registry/types"
)

func drawBounds(t *rapid.T) types.Bounds {
	bound := rapid.Uint64Range(0, types.MaxLimit.Uint64())
	return types.Bounds{PerPayment: bound.Draw(t, "payment"), PerDay: bound.Draw(t, "day"), Balance: bound.Draw(t, "balance")}
}

func drawKey(t *rapid.T) types.OrderKey {
	return types.OrderKey{
		Id: rapid.StringN(1, 64, 64).Draw(t, "id"), Type: types.OrderKeyType(rapid.IntRange(1, 3).Draw(t, "type")),
		PublicKey: rapid.SliceOfN(rapid.Byte(), 32, 33).Draw(t, "public"),
	}
}

// Every list of keys reads as it was written, and a part of the bytes is no list, or a shorter one.
func TestOrderKeysRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfN(rapid.Custom(drawKey), 1, 4).Draw(t, "keys")
		encoded := types.EncodeOrderKeys(keys)
		read, err := encoded.All()
		require.NoError(t, err)
		require.Equal(t, keys, read)
		read, err = encoded[:rapid.IntRange(0, len(encoded)-1).Draw(t, "cut")].All()
		if err == nil {
			require.Equal(t, keys[:len(read)], append([]types.OrderKey{}, read...))
			require.Less(t, len(read), len(keys))
		}
	})
	none, err := types.EncodeOrderKeys(nil).All()
	require.NoError(t, err)
	require.Nil(t, none)
}

func drawScreening(t *rapid.T) *types.ScreeningRules {
	rules := &types.ScreeningRules{
		Amount:       math.NewInt(rapid.Int64Range(0, 1_000_000).Draw(t, "screened")),
		DecisionTime: time.Duration(rapid.Int64Range(60, 30*24*60*60).Draw(t, "seconds")) * time.Second, Velocity: []types.VelocityRule{},
	}
	for window := range uint32(3) {
		if rapid.Bool().Draw(t, "rule") {
			rules.Velocity = append(rules.Velocity, types.VelocityRule{
				WindowHours: window, Payments: rapid.Uint64Range(2, 9).Draw(t, "payments"),
				Amount: math.NewInt(rapid.Int64Range(0, 9).Draw(t, "velocity")),
			})
		}
	}
	return rules
}

// Every standing reads as it was written, equal ones have equal bytes, and a part of the bytes or more of them is no standing.
func TestStandingRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		standing := types.Standing{
			Bank:   rapid.StringMatching(`[a-z][a-z0-9-]{1,31}`).Draw(t, "bank"),
			Status: types.AccountStatus(rapid.IntRange(1, 6).Draw(t, "status")),
			Kind:   types.AccountKind(rapid.IntRange(1, 3).Draw(t, "kind")), Replica: rapid.Bool().Draw(t, "replica"),
			OwnLimits: rapid.Bool().Draw(t, "own"), Linked: rapid.Uint64().Draw(t, "linked"), Frozen: rapid.Uint64().Draw(t, "frozen"),
			Threshold: rapid.Uint64().Draw(t, "threshold"), Consent: rapid.Bool().Draw(t, "consent"),
		}
		if standing.OwnLimits {
			standing.Limits = drawBounds(t)
		}
		if hour := rapid.Uint64().Draw(t, "hour"); hour > 0 {
			standing.Hour, standing.Spent = hour, rapid.Uint64().Draw(t, "spent")
		}
		standing.Keys = types.EncodeOrderKeys(rapid.SliceOfN(rapid.Custom(drawKey), 0, 3).Draw(t, "keys"))
		if highest := rapid.Uint64().Draw(t, "nonce"); highest > 0 {
			standing.Nonces = types.OrderNonces{Highest: highest, Height: rapid.Uint64().Draw(t, "height"), Count: rapid.Uint32().Draw(t, "count")}
			copy(standing.Nonces.Window[:], rapid.SliceOfN(rapid.Byte(), 0, types.OrderNonceBytes).Draw(t, "window"))
		}
		raw, err := types.StandingValue.Encode(standing)
		require.NoError(t, err)
		again, err := types.StandingValue.Encode(standing)
		require.NoError(t, err)
		require.Equal(t, raw, again)
		read, err := types.StandingValue.Decode(raw)
		require.NoError(t, err)
		require.Equal(t, standing, read)

		_, err = types.StandingValue.Decode(append(raw, 0))
		require.Error(t, err)
		_, err = types.StandingValue.Decode(raw[:rapid.IntRange(0, len(raw)-1).Draw(t, "cut")])
		require.Error(t, err)

		text, err := types.StandingValue.EncodeJSON(standing)
		require.NoError(t, err)
		read, err = types.StandingValue.DecodeJSON(text)
		require.NoError(t, err)
		require.Equal(t, standing, read)
		require.Contains(t, types.StandingValue.Stringify(standing), standing.Bank)
	})
	_, err := types.StandingValue.Encode(types.Standing{Status: 256})
	require.Error(t, err)
	_, err = types.StandingValue.Decode([]byte{1, 1, 0x80, 0})
	require.Error(t, err, "a flag that means nothing")
	require.NotEqual(t, types.StandingValue.ValueType(), types.RulesValue.ValueType())
}

// Every bank's state reads as it was written.
func TestRulesRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state := types.BankState{Bank: "bank-a", Policy: types.BankPolicy{Tiers: []types.Tier{}}}
		for kind := types.AccountKindIndividual; kind <= types.AccountKindBankOwn; kind++ {
			if rapid.Bool().Draw(t, "tier") {
				state.Policy.Tiers = append(state.Policy.Tiers, types.Tier{Kind: kind, Limits: drawBounds(t).Limits()})
			}
		}
		if state.Paused = rapid.Bool().Draw(t, "paused"); state.Paused {
			state.PauseReason = rapid.StringMatching(`[a-z ]{1,256}`).Draw(t, "reason")
		}
		if rapid.Bool().Draw(t, "screens") {
			state.Policy.Screening = drawScreening(t)
		}
		require.NoError(t, state.Validate())
		written := types.RulesOf(state)
		written.Listed = rapid.Uint64().Draw(t, "listed")
		raw, err := types.RulesValue.Encode(written)
		require.NoError(t, err)
		rules, err := types.RulesValue.Decode(raw)
		require.NoError(t, err)
		require.Equal(t, written, rules)
		again := rules.State("bank-a")
		require.Equal(t, state.String(), again.String())

		text, err := types.RulesValue.EncodeJSON(rules)
		require.NoError(t, err)
		read, err := types.RulesValue.DecodeJSON(text)
		require.NoError(t, err)
		require.Equal(t, rules, read)
		require.NotEmpty(t, types.RulesValue.Stringify(rules))
	})
	for _, raw := range [][]byte{nil, {0x80}, {2}, {0, 0}} {
		_, err := types.RulesValue.Decode(raw)
		require.Error(t, err, raw)
	}
	require.Zero(t, types.Rules{}.Tier(9))
}

func TestCountPayments(t *testing.T) {
	var standing types.Standing
	hour := types.JapanHour(time.Date(2026, 4, 1, 14, 30, 0, 0, time.UTC)) // 23:30 in Japan
	standing.Count(hour, 5)
	standing.Count(hour, 6)
	require.Equal(t, uint64(11), standing.SpentOn(hour))
	require.Equal(t, uint64(11), standing.SpentOn(hour-23), "the same day")
	require.Zero(t, standing.SpentOn(hour+1), "the next day")
	standing.Count(hour+1, 7)
	require.Equal(t, uint64(7), standing.Spent)
	require.Zero(t, types.JapanHour(time.Unix(-1<<40, 0)))
	require.Zero(t, types.Standing{Linked: 2}.DayLimit(types.Bounds{PerDay: 1}))
}

func TestYen(t *testing.T) {
	require.Equal(t, uint64(7), types.YenOf(math.NewInt(7)))
	require.Equal(t, ^uint64(0), types.YenOf(math.NewIntFromUint64(1<<63).MulRaw(4)))
	require.NoError(t, types.ValidateYen(types.MaxLimit))
	for _, amount := range []math.Int{{}, math.ZeroInt(), math.NewInt(-1), types.MaxLimit.AddRaw(1)} {
		require.ErrorIs(t, types.ValidateYen(amount), types.ErrInvalidAmount)
	}
}

func TestPolicyAndParams(t *testing.T) {
	tier := func(kind types.AccountKind) types.Tier { return types.Tier{Kind: kind, Limits: limits(1, 2, 3)} }
	individual, business := tier(types.AccountKindIndividual), tier(types.AccountKindBusiness)
	for name, test := range map[string]struct {
		tiers  []types.Tier
		policy error
		params error
	}{
		"none":         {nil, nil, nil},
		"two":          {[]types.Tier{individual, business}, nil, nil},
		"out of order": {[]types.Tier{business, individual}, types.ErrInvalidPolicy, types.ErrInvalidParams},
		"twice":        {[]types.Tier{business, business}, types.ErrInvalidPolicy, types.ErrInvalidParams},
		"no kind":      {[]types.Tier{tier(0)}, types.ErrInvalidPolicy, types.ErrInvalidParams},
		"no limits":    {[]types.Tier{{Kind: types.AccountKindBusiness}}, types.ErrInvalidLimits, types.ErrInvalidLimits},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, types.BankPolicy{Tiers: test.tiers}.Validate(), test.policy)
			params := types.DefaultParams()
			params.HighestTiers = test.tiers
			require.ErrorIs(t, params.Validate(), test.params)
			require.ErrorIs(t, types.BankState{Bank: "bank-a", Policy: types.BankPolicy{Tiers: test.tiers}}.Validate(), test.policy)
		})
	}
	params := types.DefaultParams()
	params.HighestTiers = []types.Tier{individual}
	require.Equal(t, types.Bounds{PerPayment: 1, PerDay: 2, Balance: 3}, params.Highest(types.AccountKindIndividual))
	require.Equal(t, types.MaxLimit.Uint64(), params.Highest(types.AccountKindBusiness).PerDay)
	for _, bad := range []time.Duration{0, time.Second, 91 * 24 * time.Hour} {
		params.ForcedTransferExpiry = bad
		require.ErrorIs(t, params.Validate(), types.ErrInvalidParams)
	}
	for _, state := range []types.BankState{{}, {Bank: "bank-a", PauseReason: "x"}} {
		require.ErrorIs(t, state.Validate(), types.ErrInvalidPolicy)
	}
	require.ErrorIs(t, types.BankState{Bank: "bank-a", Paused: true}.Validate(), types.ErrInvalidReason)
}

func validRequest() types.AccountRequest {
	decided := time.Unix(2, 0)
	return types.AccountRequest{
		Bank: "bank-a", Reference: "r/1", Kind: types.RequestKindLimits, Account: keepertest.Address("alice").String(),
		Payload: &types.AccountRequest_Limits{Limits: &types.LimitsChange{}}, Reason: "asked",
		RequestedBy: keepertest.Address("maker").String(), RequestedAt: time.Unix(1, 0),
		Status: types.RequestStatusApproved, DecidedBy: keepertest.Address("checker").String(), DecidedAt: &decided,
	}
}

func TestRequest(t *testing.T) {
	require.NoError(t, validRequest().Validate())
	require.False(t, validRequest().IsOpen())
	application := &types.Application{Kind: types.AccountKindBusiness, IdentityHash: make([]byte, 32)}
	tests := map[string]struct {
		change func(r *types.AccountRequest)
		want   error
	}{
		"bank":      {func(r *types.AccountRequest) { r.Bank = "A" }, types.ErrInvalidRequest},
		"reference": {func(r *types.AccountRequest) { r.Reference = "ä" }, types.ErrInvalidReference},
		"account":   {func(r *types.AccountRequest) { r.Account = "" }, types.ErrInvalidAccount},
		"account of a bank's": {func(r *types.AccountRequest) {
			r.Kind, r.Payload = types.RequestKindUnpause, nil
		}, types.ErrInvalidRequest},
		"no kind":        {func(r *types.AccountRequest) { r.Kind = 0 }, types.ErrInvalidRequest},
		"other payload":  {func(r *types.AccountRequest) { r.Kind = types.RequestKindOpen }, types.ErrInvalidRequest},
		"no payload":     {func(r *types.AccountRequest) { r.Payload = nil }, types.ErrInvalidRequest},
		"payload limits": {func(r *types.AccountRequest) { r.GetLimits().Limits = &types.Limits{} }, types.ErrInvalidLimits},
		"no application": {func(r *types.AccountRequest) {
			r.Payload = &types.AccountRequest_Application{}
		}, types.ErrInvalidRequest},
		"application with a reason": {func(r *types.AccountRequest) {
			r.Kind, r.Payload = types.RequestKindOpen, &types.AccountRequest_Application{Application: application}
		}, types.ErrInvalidRequest},
		"application of no kind": {func(r *types.AccountRequest) {
			r.Payload = &types.AccountRequest_Application{Application: &types.Application{}}
		}, types.ErrInvalidAccount},
		"application without hash": {func(r *types.AccountRequest) {
			r.Payload = &types.AccountRequest_Application{Application: &types.Application{Kind: types.AccountKindBusiness}}
		}, types.ErrInvalidAccount},
		"release of nothing": {func(r *types.AccountRequest) {
			r.Payload = &types.AccountRequest_Release{}
		}, types.ErrInvalidReference},
		"no policy": {func(r *types.AccountRequest) { r.Payload = &types.AccountRequest_Policy{} }, types.ErrInvalidRequest},
		"bad policy": {func(r *types.AccountRequest) {
			r.Payload = &types.AccountRequest_Policy{Policy: &types.BankPolicy{Tiers: []types.Tier{{}}}}
		}, types.ErrInvalidPolicy},
		"no reason":              {func(r *types.AccountRequest) { r.Reason = "" }, types.ErrInvalidReason},
		"requester":              {func(r *types.AccountRequest) { r.RequestedBy = "" }, types.ErrInvalidAccount},
		"no status":              {func(r *types.AccountRequest) { r.Status = 0 }, types.ErrInvalidRequest},
		"unknown status":         {func(r *types.AccountRequest) { r.Status = 9 }, types.ErrInvalidRequest},
		"open but decided":       {func(r *types.AccountRequest) { r.Status = types.RequestStatusRequested }, types.ErrInvalidRequest},
		"approved with a reason": {func(r *types.AccountRequest) { r.RejectionReason = "x" }, types.ErrInvalidRequest},
		"rejected without":       {func(r *types.AccountRequest) { r.Status = types.RequestStatusRejected }, types.ErrInvalidReason},
		"no decider":             {func(r *types.AccountRequest) { r.DecidedBy = "" }, types.ErrInvalidAccount},
		"same operator":          {func(r *types.AccountRequest) { r.DecidedBy = r.RequestedBy }, types.ErrSameOperator},
		"no time":                {func(r *types.AccountRequest) { r.DecidedAt = nil }, types.ErrInvalidRequest},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			request := validRequest()
			test.change(&request)
			require.ErrorIs(t, request.Validate(), test.want)
		})
	}
	role, err := types.RequestKindOpen.Decider()
	require.NoError(t, err)
	require.Equal(t, membershiptypes.RoleChecker, role)
	role, err = types.RequestKindUnfreeze.Decider()
	require.NoError(t, err)
	require.Equal(t, membershiptypes.RoleCompliance, role)
	_, err = types.RequestKindUnspecified.Decider()
	require.ErrorIs(t, err, types.ErrInvalidRequest)
	require.ErrorIs(t, types.ValidateBatch(0), types.ErrInvalidBatch)
	require.ErrorIs(t, types.ValidateBatch(types.MaxBatchLines+1), types.ErrInvalidBatch)
}

func TestFrozenAmount(t *testing.T) {
	valid := func() types.FrozenAmount {
		return types.FrozenAmount{
			Account: keepertest.Address("alice").String(), OrderReference: "H-1", Ordered: math.NewInt(5), Frozen: math.NewInt(3),
			Reason: "order", FrozenBy: keepertest.Address("officer").String(),
		}
	}
	require.NoError(t, valid().Validate())
	for name, test := range map[string]struct {
		change func(f *types.FrozenAmount)
		want   error
	}{
		"account":   {func(f *types.FrozenAmount) { f.Account = "" }, types.ErrInvalidAccount},
		"reference": {func(f *types.FrozenAmount) { f.OrderReference = "" }, types.ErrInvalidReference},
		"ordered":   {func(f *types.FrozenAmount) { f.Ordered = math.ZeroInt() }, types.ErrInvalidAmount},
		"frozen":    {func(f *types.FrozenAmount) { f.Frozen = math.NewInt(6) }, types.ErrInvalidAmount},
		"reason":    {func(f *types.FrozenAmount) { f.Reason = "" }, types.ErrInvalidReason},
		"operator":  {func(f *types.FrozenAmount) { f.FrozenBy = "" }, types.ErrInvalidAccount},
	} {
		t.Run(name, func(t *testing.T) {
			frozen := valid()
			test.change(&frozen)
			require.ErrorIs(t, frozen.Validate(), test.want)
		})
	}
}

func TestForcedTransfer(t *testing.T) {
	officer, second := keepertest.Address("officer").String(), keepertest.Address("second").String()
	valid := func() types.ForcedTransfer {
		return types.ForcedTransfer{
			Bank: "bank-a", OrderReference: "H-1", From: keepertest.Address("alice").String(), To: keepertest.Address("bob").String(),
			Amount: math.NewInt(5), DocumentHash: make([]byte, 32), Reason: "order", RequestedBy: officer,
			RequestedAt: time.Unix(1, 0), ExpiresAt: time.Unix(2, 0), Status: types.ForcedTransferStatusExecuted,
			Approvals: []types.ForcedTransferApproval{
				{Organization: "bank-a", Operator: second}, {Organization: "auditor", Operator: keepertest.Address("auditor").String()},
			},
		}
	}
	require.NoError(t, valid().Validate())
	require.True(t, valid().IsApproved())
	for name, test := range map[string]struct {
		change func(f *types.ForcedTransfer)
		want   error
	}{
		"bank":           {func(f *types.ForcedTransfer) { f.Bank = "" }, types.ErrInvalidForcedTransfer},
		"reference":      {func(f *types.ForcedTransfer) { f.OrderReference = "" }, types.ErrInvalidReference},
		"payer":          {func(f *types.ForcedTransfer) { f.From = "" }, types.ErrInvalidAccount},
		"one account":    {func(f *types.ForcedTransfer) { f.From = f.To }, types.ErrInvalidForcedTransfer},
		"amount":         {func(f *types.ForcedTransfer) { f.Amount = math.ZeroInt() }, types.ErrInvalidAmount},
		"document":       {func(f *types.ForcedTransfer) { f.DocumentHash = nil }, types.ErrInvalidForcedTransfer},
		"freeze order":   {func(f *types.ForcedTransfer) { f.FreezeOrderReference = " " }, types.ErrInvalidReference},
		"reason":         {func(f *types.ForcedTransfer) { f.Reason = "" }, types.ErrInvalidReason},
		"expiry":         {func(f *types.ForcedTransfer) { f.ExpiresAt = f.RequestedAt }, types.ErrInvalidForcedTransfer},
		"no status":      {func(f *types.ForcedTransfer) { f.Status = 0 }, types.ErrInvalidForcedTransfer},
		"unknown status": {func(f *types.ForcedTransfer) { f.Status = 9 }, types.ErrInvalidForcedTransfer},
		"one approval":   {func(f *types.ForcedTransfer) { f.Approvals = f.Approvals[:1] }, types.ErrInvalidForcedTransfer},
		"approved but not executed": {func(f *types.ForcedTransfer) {
			f.Status = types.ForcedTransferStatusExpired
		}, types.ErrInvalidForcedTransfer},
		"approver":        {func(f *types.ForcedTransfer) { f.Approvals[0].Operator = "" }, types.ErrInvalidAccount},
		"requester":       {func(f *types.ForcedTransfer) { f.Approvals[0].Operator = officer }, types.ErrSameOperator},
		"two of one side": {func(f *types.ForcedTransfer) { f.Approvals[1].Organization = "bank-a" }, types.ErrInvalidForcedTransfer},
	} {
		t.Run(name, func(t *testing.T) {
			transfer := valid()
			test.change(&transfer)
			require.ErrorIs(t, transfer.Validate(), test.want)
		})
	}
}

func TestChange(t *testing.T) {
	valid := func() types.AccountChange {
		return types.AccountChange{Kind: types.ChangeKindLimits, Height: 1, Account: validAccount()}
	}
	require.NoError(t, valid().Validate())
	for name, test := range map[string]struct {
		change func(c *types.AccountChange)
		want   error
	}{
		"no kind":      {func(c *types.AccountChange) { c.Kind = 0 }, types.ErrInvalidAccount},
		"unknown kind": {func(c *types.AccountChange) { c.Kind = 99 }, types.ErrInvalidAccount},
		"height":       {func(c *types.AccountChange) { c.Height = 0 }, types.ErrInvalidAccount},
		"operator":     {func(c *types.AccountChange) { c.Operator = "x" }, types.ErrInvalidAccount},
		"reference":    {func(c *types.AccountChange) { c.Reference = " " }, types.ErrInvalidReference},
		"reason":       {func(c *types.AccountChange) { c.Reason = "\xff" }, types.ErrInvalidReason},
		"account":      {func(c *types.AccountChange) { c.Account.Revision = 0 }, types.ErrInvalidAccount},
	} {
		t.Run(name, func(t *testing.T) {
			change := valid()
			test.change(&change)
			require.ErrorIs(t, change.Validate(), test.want)
		})
	}
}
