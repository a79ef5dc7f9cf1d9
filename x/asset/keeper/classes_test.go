package keeper_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/asset/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

func TestCreateClass(t *testing.T) {
	s := newSuite(t)
	rules := all()
	rules.HolderKinds = []registrytypes.AccountKind{registrytypes.AccountKindIndividual}
	rules.ExpiresAt = at(s, time.Hour)
	s.class(t, "coupon", rules, types.RuleNameCap)
	keepertest.RequireEvent(t, s.Ctx, &types.EventClassCreated{
		Class: "coupon", Kind: types.ClassKindFungible, Issuer: s.street, Name: metadata.Name, Rules: rules,
		Changeable: []types.RuleName{types.RuleNameCap},
	})
	class, err := s.assets.GetClass(s.Ctx, "coupon")
	require.NoError(t, err)
	require.Equal(t, types.Class{
		Id: "coupon", Kind: types.ClassKindFungible, Issuer: s.street, Rules: rules, Changeable: []types.RuleName{types.RuleNameCap},
		CreatedAt: s.Ctx.BlockTime(),
	}, class)

	// Wallets that know x/bank only read what it is.
	known, found := s.Bank.GetDenomMetaData(s.Ctx, "asset/coupon")
	require.True(t, found)
	require.NoError(t, known.Validate())
	require.Equal(t, "Summer coupon", known.Name)
	require.Equal(t, "SUMMER", known.Symbol)

	// Of unique units each is a denom.
	s.unique(t, "ticket", free())
	_, found = s.Bank.GetDenomMetaData(s.Ctx, "asset/ticket")
	require.False(t, found)
}

func TestCreateClassRefused(t *testing.T) {
	s := newSuite(t)
	s.class(t, "taken", free())
	frozen := s.Open(t, "alpha", "frozen")
	s.SetStatus(t, frozen, registrytypes.AccountStatusFrozen)
	valid := func() *types.MsgCreateClass {
		return &types.MsgCreateClass{Issuer: s.street, Class: "coupon", Kind: types.ClassKindFungible, Metadata: metadata, Rules: free()}
	}
	long := func(n int) string { return strings.Repeat("x", n) }
	tests := map[string]struct {
		change func(msg *types.MsgCreateClass)
		want   error
	}{
		"stranger":            {func(msg *types.MsgCreateClass) { msg.Issuer = stranger }, registrytypes.ErrAccountNotFound},
		"malformed issuer":    {func(msg *types.MsgCreateClass) { msg.Issuer = "azu1" }, registrytypes.ErrInvalidAccount},
		"frozen issuer":       {func(msg *types.MsgCreateClass) { msg.Issuer = frozen }, registrytypes.ErrAccountFrozen},
		"private person":      {func(msg *types.MsgCreateClass) { msg.Issuer = s.ann }, types.ErrNotEntitled},
		"taken":               {func(msg *types.MsgCreateClass) { msg.Class = "taken" }, types.ErrClassExists},
		"slash in the id":     {func(msg *types.MsgCreateClass) { msg.Class = "a/b" }, types.ErrInvalidClass},
		"long id":             {func(msg *types.MsgCreateClass) { msg.Class = long(33) }, types.ErrInvalidClass},
		"no kind":             {func(msg *types.MsgCreateClass) { msg.Kind = 0 }, types.ErrInvalidClass},
		"unknown kind":        {func(msg *types.MsgCreateClass) { msg.Kind = 9 }, types.ErrInvalidClass},
		"history of fungible": {func(msg *types.MsgCreateClass) { msg.History = true }, types.ErrInvalidClass},
		"no name":             {func(msg *types.MsgCreateClass) { msg.Metadata.Name = "" }, types.ErrInvalidClass},
		"blank name":          {func(msg *types.MsgCreateClass) { msg.Metadata.Name = " " }, types.ErrInvalidClass},
		"long name":           {func(msg *types.MsgCreateClass) { msg.Metadata.Name = long(65) }, types.ErrInvalidClass},
		"symbol":              {func(msg *types.MsgCreateClass) { msg.Metadata.Symbol = "円" }, types.ErrInvalidClass},
		"long description":    {func(msg *types.MsgCreateClass) { msg.Metadata.Description = long(513) }, types.ErrInvalidClass},
		"long uri":            {func(msg *types.MsgCreateClass) { msg.Metadata.Uri = long(257) }, types.ErrInvalidClass},
		"hash of 31 bytes":    {func(msg *types.MsgCreateClass) { msg.Metadata.UriHash = make([]byte, 31) }, types.ErrInvalidClass},
		"not UTF-8":           {func(msg *types.MsgCreateClass) { msg.Metadata.Description = "\xff" }, types.ErrInvalidClass},
		"no transfers":        {func(msg *types.MsgCreateClass) { msg.Rules.Transfers = 0 }, types.ErrInvalidClass},
		"unknown transfers":   {func(msg *types.MsgCreateClass) { msg.Rules.Transfers = 9 }, types.ErrInvalidClass},
		"negative cap":        {func(msg *types.MsgCreateClass) { msg.Rules.Cap = math.NewInt(-1) }, types.ErrInvalidClass},
		"cap above all":       {func(msg *types.MsgCreateClass) { msg.Rules.Cap = types.MaxSupply.AddRaw(1) }, types.ErrInvalidClass},
		"expired":             {func(msg *types.MsgCreateClass) { msg.Rules.ExpiresAt = at(s, 0) }, types.ErrInvalidClass},
		"expiry in 2300":      {func(msg *types.MsgCreateClass) { msg.Rules.ExpiresAt = at(s, 290*365*24*time.Hour) }, types.ErrInvalidClass},
		"unknown holder kind": {func(msg *types.MsgCreateClass) { msg.Rules.HolderKinds = []registrytypes.AccountKind{0} }, types.ErrInvalidClass},
		"holder kinds twice": {func(msg *types.MsgCreateClass) {
			msg.Rules.HolderKinds = []registrytypes.AccountKind{registrytypes.AccountKindBusiness, registrytypes.AccountKindBusiness}
		}, types.ErrInvalidClass},
		"unknown rule": {func(msg *types.MsgCreateClass) { msg.Changeable = []types.RuleName{99} }, types.ErrInvalidClass},
		"rules twice": {func(msg *types.MsgCreateClass) {
			msg.Changeable = []types.RuleName{types.RuleNameCap, types.RuleNameCap}
		}, types.ErrInvalidClass},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			msg := valid()
			test.change(msg)
			require.ErrorIs(t, s.Do(func(ctx context.Context) error {
				_, err := s.msgs.CreateClass(ctx, msg)
				return err
			}), test.want)
		})
	}
	// A message may leave the cap out.
	require.NoError(t, s.Do(func(ctx context.Context) error {
		msg := valid()
		msg.Rules.Cap = math.Int{}
		_, err := s.msgs.CreateClass(ctx, msg)
		return err
	}))
}

func (s *suite) update(rules types.Rules, changeable ...types.RuleName) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.UpdateRules(ctx, &types.MsgUpdateRules{Issuer: s.street, Class: "coupon", Rules: rules, Changeable: changeable})
		return err
	})
}

// What holders relied on may be loosened and never tightened, unless the class said so when it was made.
func TestRulesLoosenOnly(t *testing.T) {
	individual, business := registrytypes.AccountKindIndividual, registrytypes.AccountKindBusiness
	start := func(s *suite) types.Rules {
		return types.Rules{
			HolderKinds: []registrytypes.AccountKind{individual}, AllowList: true, Transfers: types.TransfersIssuer,
			Freezable: true, Recallable: true, Cap: math.NewInt(100), ExpiresAt: at(s, time.Hour),
		}
	}
	tests := map[string]struct {
		rule            types.RuleName
		looser, tighter func(s *suite, rules *types.Rules)
	}{
		"kinds": {
			types.RuleNameHolders,
			func(_ *suite, rules *types.Rules) {
				rules.HolderKinds = []registrytypes.AccountKind{individual, business}
			},
			func(_ *suite, rules *types.Rules) { rules.HolderKinds = []registrytypes.AccountKind{business} },
		},
		"all kinds": {
			types.RuleNameHolders,
			func(_ *suite, rules *types.Rules) { rules.HolderKinds, rules.AllowList = nil, false },
			nil,
		},
		"transfers": {
			types.RuleNameTransfers,
			func(_ *suite, rules *types.Rules) { rules.Transfers = types.TransfersFree },
			func(_ *suite, rules *types.Rules) { rules.Transfers = types.TransfersNone },
		},
		"cap": {
			types.RuleNameCap,
			func(_ *suite, rules *types.Rules) { rules.Cap = math.NewInt(99) },
			func(_ *suite, rules *types.Rules) { rules.Cap = math.NewInt(101) },
		},
		"no cap": {types.RuleNameCap, nil, func(_ *suite, rules *types.Rules) { rules.Cap = math.ZeroInt() }},
		"expiry": {
			types.RuleNameExpiry,
			func(s *suite, rules *types.Rules) { rules.ExpiresAt = at(s, 2*time.Hour) },
			func(s *suite, rules *types.Rules) { rules.ExpiresAt = at(s, time.Minute) },
		},
		"no expiry": {types.RuleNameExpiry, func(_ *suite, rules *types.Rules) { rules.ExpiresAt = nil }, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, changeable := range []bool{false, true} {
				s := newSuite(t)
				rules := start(s)
				if changeable {
					s.class(t, "coupon", rules, test.rule)
				} else {
					s.class(t, "coupon", rules)
				}
				if test.tighter != nil {
					tighter := start(s)
					test.tighter(s, &tighter)
					if err := s.update(tighter); changeable {
						require.NoError(t, err)
					} else {
						require.ErrorIs(t, err, types.ErrRuleFixed)
					}
				}
				if test.looser == nil || changeable {
					continue
				}
				looser := start(s)
				test.looser(s, &looser)
				require.NoError(t, s.update(looser))
				keepertest.RequireEvent(t, s.Ctx, &types.EventRulesUpdated{Class: "coupon", Rules: looser})
				require.ErrorIs(t, s.update(rules), types.ErrRuleFixed, "and never back")
			}
		})
	}
	for _, name := range []types.RuleName{types.RuleNameFreezable, types.RuleNameRecallable} {
		s := newSuite(t)
		rules := free()
		s.class(t, "coupon", rules)
		rules.Freezable, rules.Recallable = name == types.RuleNameFreezable, name == types.RuleNameRecallable
		require.ErrorIs(t, s.update(rules), types.ErrRuleFixed)
	}
	s := newSuite(t)
	s.class(t, "coupon", all())
	require.NoError(t, s.update(free()))
	require.ErrorIs(t, s.update(all()), types.ErrRuleFixed)
	kinds := free()
	kinds.HolderKinds = []registrytypes.AccountKind{individual}
	require.ErrorIs(t, s.update(kinds), types.ErrRuleFixed)
	expiring := free()
	expiring.ExpiresAt = at(s, time.Hour)
	require.ErrorIs(t, s.update(expiring), types.ErrRuleFixed)
}

func TestUpdateRulesRefused(t *testing.T) {
	s := newSuite(t)
	s.class(t, "coupon", free(), types.RuleNameCap, types.RuleNameExpiry)
	require.NoError(t, s.issue("coupon", s.ann, 10))

	rules := free()
	rules.Cap = math.NewInt(9)
	require.ErrorIs(t, s.update(rules, types.RuleNameCap, types.RuleNameExpiry), types.ErrOverCap)
	rules.Cap = math.NewInt(10)
	require.ErrorIs(t, s.update(rules, types.RuleNameHolders), types.ErrRuleFixed, "no more changeable rules than before")
	require.ErrorIs(t, s.update(types.Rules{Cap: math.ZeroInt()}), types.ErrInvalidClass)
	require.ErrorIs(t, s.update(rules, types.RuleNameExpiry, types.RuleNameCap), types.ErrInvalidClass)
	rules.ExpiresAt = at(s, 0)
	require.ErrorIs(t, s.update(rules), types.ErrInvalidClass)
	rules.ExpiresAt = at(s, time.Second)
	require.NoError(t, s.update(rules, types.RuleNameExpiry))
	s.NextBlock(time.Second)
	rules.ExpiresAt = at(s, time.Hour)
	require.ErrorIs(t, s.update(rules), types.ErrExpired, "over is over")

	for _, other := range []string{s.rival, s.ann} {
		require.ErrorIs(t, s.Do(func(ctx context.Context) error {
			_, err := s.msgs.UpdateRules(ctx, &types.MsgUpdateRules{Issuer: other, Class: "coupon", Rules: rules})
			return err
		}), types.ErrNotEntitled)
	}
}

func TestUpdateMetadata(t *testing.T) {
	s := newSuite(t)
	s.class(t, "fixed", free())
	s.class(t, "open", free(), types.RuleNameMetadata)
	update := func(class string, metadata types.Metadata) error {
		return s.Do(func(ctx context.Context) error {
			_, err := s.msgs.UpdateMetadata(ctx, &types.MsgUpdateMetadata{Issuer: s.street, Class: class, Metadata: metadata})
			return err
		})
	}
	changed := types.Metadata{Name: "Autumn coupon", Symbol: "AUTUMN"}
	require.ErrorIs(t, update("fixed", changed), types.ErrRuleFixed)
	require.ErrorIs(t, update("open", types.Metadata{}), types.ErrInvalidClass)
	require.ErrorIs(t, update("none", changed), types.ErrClassNotFound)
	require.NoError(t, update("open", changed))
	keepertest.RequireEvent(t, s.Ctx, &types.EventMetadataUpdated{Class: "open", Metadata: changed})
	response, err := s.queries.Class(s.Ctx, &types.QueryClassRequest{Class: "open"})
	require.NoError(t, err)
	require.Equal(t, changed, response.Class.Metadata)
	known, _ := s.Bank.GetDenomMetaData(s.Ctx, "asset/open")
	require.Equal(t, "Autumn coupon", known.Name)
}

func TestManagers(t *testing.T) {
	s := newSuite(t)
	s.class(t, "coupon", all())
	set := func(issuer, account string, rights ...types.Right) error {
		return s.Do(func(ctx context.Context) error {
			_, err := s.msgs.SetManager(ctx, &types.MsgSetManager{Issuer: issuer, Class: "coupon", Account: account, Rights: rights})
			return err
		})
	}
	require.ErrorIs(t, set(s.rival, s.rival, types.RightIssue), types.ErrNotEntitled)
	require.ErrorIs(t, set(s.street, s.street, types.RightIssue), types.ErrInvalidOperation)
	require.ErrorIs(t, set(s.street, s.shop), types.ErrInvalidOperation, "no rights to lose")
	require.ErrorIs(t, set(s.street, "shop", types.RightIssue), types.ErrInvalidClass)
	require.ErrorIs(t, set(s.street, stranger, types.RightIssue), registrytypes.ErrAccountNotFound)
	require.ErrorIs(t, set(s.street, s.shop, types.RightRecall, types.RightIssue), types.ErrInvalidClass)
	require.ErrorIs(t, set(s.street, s.shop, 99), types.ErrInvalidClass)

	require.NoError(t, set(s.street, s.shop, types.RightIssue, types.RightFreeze))
	keepertest.RequireEvent(t, s.Ctx, &types.EventManagerSet{
		Class: "coupon", Account: s.shop, Rights: []types.Right{types.RightIssue, types.RightFreeze},
	})
	issue := func(manager string) error {
		return s.Do(func(ctx context.Context) error {
			_, err := s.msgs.IssueAmounts(ctx, &types.MsgIssueAmounts{
				Manager: manager, Class: "coupon", Lines: []types.AmountLine{{Account: s.ann, Amount: math.OneInt()}},
			})
			return err
		})
	}
	require.NoError(t, issue(s.shop))
	require.ErrorIs(t, issue(s.rival), types.ErrNotEntitled)
	require.ErrorIs(t, s.recall(s.shop, s.ann, coin(1, "coupon")), types.ErrNotEntitled, "another right")
	s.SetStatus(t, s.shop, registrytypes.AccountStatusFrozen)
	require.ErrorIs(t, issue(s.shop), registrytypes.ErrAccountFrozen)
	s.SetStatus(t, s.shop, registrytypes.AccountStatusActive)
	require.NoError(t, set(s.street, s.shop))
	require.ErrorIs(t, issue(s.shop), types.ErrNotEntitled)
}

func TestHandOver(t *testing.T) {
	s := newSuite(t)
	s.class(t, "coupon", all())
	s.setManager(t, "coupon", s.rival, types.RightIssue)
	require.NoError(t, s.issue("coupon", s.ann, 5))
	offer := func(issuer, to string) error {
		return s.Do(func(ctx context.Context) error {
			_, err := s.msgs.OfferClass(ctx, &types.MsgOfferClass{Issuer: issuer, Class: "coupon", NewIssuer: to})
			return err
		})
	}
	accept := func(by, class string) error {
		return s.Do(func(ctx context.Context) error {
			_, err := s.msgs.AcceptClass(ctx, &types.MsgAcceptClass{NewIssuer: by, Class: class})
			return err
		})
	}
	require.ErrorIs(t, accept(s.rival, "coupon"), types.ErrNotOffered)
	require.ErrorIs(t, offer(s.street, ""), types.ErrNotOffered)
	require.ErrorIs(t, offer(s.street, s.street), types.ErrInvalidOperation)
	require.ErrorIs(t, offer(s.street, s.ann), types.ErrNotEntitled, "a private person")
	require.ErrorIs(t, offer(s.street, stranger), registrytypes.ErrAccountNotFound)
	require.ErrorIs(t, offer(s.rival, s.rival), types.ErrNotEntitled)

	require.NoError(t, offer(s.street, s.shop))
	require.NoError(t, offer(s.street, s.rival))
	keepertest.RequireEvent(t, s.Ctx, &types.EventClassOffered{Class: "coupon", Issuer: s.street, NewIssuer: s.rival})
	require.ErrorIs(t, accept(s.shop, "coupon"), types.ErrNotOffered, "the later offer counts")
	require.NoError(t, offer(s.street, ""))
	require.ErrorIs(t, accept(s.rival, "coupon"), types.ErrNotOffered)
	require.NoError(t, offer(s.street, s.rival))
	require.ErrorIs(t, accept(s.rival, "none"), types.ErrClassNotFound)
	s.Update(t, s.rival, func(account *registrytypes.Account) { account.Kind = registrytypes.AccountKindIndividual })
	require.ErrorIs(t, accept(s.rival, "coupon"), types.ErrNotEntitled, "its bank found out since")
	s.Update(t, s.rival, func(account *registrytypes.Account) { account.Kind = registrytypes.AccountKindBusiness })

	require.ErrorIs(t, s.assets.MayUnlink(s.Ctx, address(s.street)), zonelinktypes.ErrNotEmpty)
	require.NoError(t, accept(s.rival, "coupon"))
	keepertest.RequireEvent(t, s.Ctx, &types.EventClassHandedOver{Class: "coupon", OldIssuer: s.street, NewIssuer: s.rival})
	require.NoError(t, s.assets.MayUnlink(s.Ctx, address(s.street)))
	require.ErrorIs(t, s.assets.MayUnlink(s.Ctx, address(s.rival)), zonelinktypes.ErrNotEmpty)
	require.ErrorIs(t, s.issue("coupon", s.ann, 1), types.ErrNotEntitled)
	require.ErrorIs(t, accept(s.rival, "coupon"), types.ErrNotOffered, "once")
	managers, err := s.queries.Managers(s.Ctx, &types.QueryManagersRequest{Class: "coupon"})
	require.NoError(t, err)
	require.Empty(t, managers.Managers, "the issuer has every right already")

	require.NoError(t, s.redeem(s.ann, "", coin(5, "coupon")))
	require.NoError(t, s.assets.MayUnlink(s.Ctx, address(s.rival)), "nothing is left to answer for")
}

func TestAllowList(t *testing.T) {
	s := newSuite(t)
	rules := free()
	rules.AllowList = true
	s.class(t, "coupon", rules)
	allow := func(add, remove []string) error {
		return s.Do(func(ctx context.Context) error {
			_, err := s.msgs.AllowHolders(ctx, &types.MsgAllowHolders{Manager: s.street, Class: "coupon", Add: add, Remove: remove})
			return err
		})
	}
	require.ErrorIs(t, s.issue("coupon", s.ann, 1), types.ErrNotEligible)
	require.ErrorIs(t, allow(nil, nil), types.ErrInvalidOperation)
	require.ErrorIs(t, allow(make([]string, 600), make([]string, 401)), types.ErrInvalidOperation)
	require.ErrorIs(t, allow([]string{"ann"}, nil), registrytypes.ErrInvalidAccount)
	require.ErrorIs(t, allow(nil, []string{"ann"}), registrytypes.ErrInvalidAccount)
	require.NoError(t, allow([]string{s.ann, s.ben}, []string{s.ben}))
	keepertest.RequireEvent(t, s.Ctx, &types.EventHoldersAllowed{
		Class: "coupon", By: s.street, Added: []string{s.ann, s.ben}, Removed: []string{s.ben},
	})
	require.NoError(t, s.issue("coupon", s.ann, 3))
	s.both(t, s.ann, s.ben, coin(1, "coupon"), types.ErrNotEligible)
	require.NoError(t, s.transfer(s.ann, s.street, coin(1, "coupon")), "the issuer always may")
	s.setManager(t, "coupon", s.shop, types.RightAccept)
	require.NoError(t, s.transfer(s.ann, s.shop, coin(1, "coupon")), "and who accepts units")
	require.NoError(t, allow(nil, []string{s.ann}))
	require.ErrorIs(t, s.issue("coupon", s.ann, 1), types.ErrNotEligible)
	require.NoError(t, s.transfer(s.ann, s.street, coin(1, "coupon")), "what it had stays its own")
}
