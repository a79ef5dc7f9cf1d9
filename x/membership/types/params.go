package types

import (
	"slices"
	"time"
)

const (
	// MinUnbondingTime is the lowest unbonding time.
	MinUnbondingTime = time.Second
	// DefaultUnbondingTime is the unbonding time of a new genesis: three weeks.
	DefaultUnbondingTime = 21 * 24 * time.Hour
	// DefaultHistoricalEntries is the number of past headers that a new genesis keeps: a handshake may take as many
	// blocks.
	DefaultHistoricalEntries = 10_000

	// MinVotingPeriod is the shortest time that members may be given to vote.
	MinVotingPeriod = time.Minute
	// MaxVotingPeriod is the longest.
	MaxVotingPeriod = 365 * 24 * time.Hour
	// DefaultVotingPeriod is a week: every organization's committees meet once.
	DefaultVotingPeriod = 7 * 24 * time.Hour

	// DefaultMissedWindow is the window of missed blocks: about 17 minutes of one-second blocks.
	DefaultMissedWindow = 1_000
	// DefaultMissedMax is how many blocks of a window a validator may miss before it counts as down.
	DefaultMissedMax = 500
)

// DefaultParams returns the parameters of a new genesis.
func DefaultParams() Params {
	twoThirds := Threshold{Numerator: 2, Denominator: 3}
	return Params{
		UnbondingTime: DefaultUnbondingTime, HistoricalEntries: DefaultHistoricalEntries,
		VotingKinds: []OrganizationKind{
			OrganizationKindBank, OrganizationKindBusiness, OrganizationKindSettlementAgent,
		},
		VotingPeriod: DefaultVotingPeriod, MissedWindow: DefaultMissedWindow, MissedMax: DefaultMissedMax,
		DefaultThreshold: Threshold{Numerator: 1, Denominator: 2},
		// What changes the rules of the zone, its software or its trust in others needs more than an ordinary decision.
		ThresholdRules: []ThresholdRule{
			{MsgTypeUrl: "/azukari.membership.v1.MsgUpdateParams", Threshold: twoThirds},
			{MsgTypeUrl: "/cosmos.consensus.v1.MsgUpdateParams", Threshold: twoThirds},
			{MsgTypeUrl: "/cosmos.upgrade.v1beta1.MsgSoftwareUpgrade", Threshold: twoThirds},
			{MsgTypeUrl: "/ibc.core.client.v1.MsgIBCSoftwareUpgrade", Threshold: twoThirds},
			{MsgTypeUrl: "/ibc.core.client.v1.MsgRecoverClient", Threshold: twoThirds},
		},
	}
}

// Validate checks ranges. It returns ErrInvalidParams.
func (p Params) Validate() error {
	if p.UnbondingTime < MinUnbondingTime {
		return ErrInvalidParams.Wrapf("unbonding_time: expected %s or more, got %s", MinUnbondingTime, p.UnbondingTime)
	}
	if p.HistoricalEntries == 0 {
		return ErrInvalidParams.Wrap("historical_entries: expected 1 or more, got 0")
	}
	return p.validateVoting()
}

func (p Params) validateVoting() error {
	if len(p.VotingKinds) == 0 {
		return ErrInvalidParams.Wrap("voting_kinds: expected at least one kind of organization, got none")
	}
	for i, kind := range p.VotingKinds {
		if !slices.Contains(OrganizationKinds(), kind) {
			return ErrInvalidParams.Wrapf("voting_kinds: expected a kind of organization, got %s", kind)
		}
		if i > 0 && kind <= p.VotingKinds[i-1] {
			return ErrInvalidParams.Wrapf("voting_kinds: expected ascending kinds without repeats, got %s after %s", kind, p.VotingKinds[i-1])
		}
	}
	if p.VotingPeriod < MinVotingPeriod || p.VotingPeriod > MaxVotingPeriod {
		return ErrInvalidParams.Wrapf("voting_period: expected %s to %s, got %s", MinVotingPeriod, MaxVotingPeriod, p.VotingPeriod)
	}
	if err := p.DefaultThreshold.Validate(); err != nil {
		return err
	}
	for i, rule := range p.ThresholdRules {
		if len(rule.MsgTypeUrl) < 2 || rule.MsgTypeUrl[0] != '/' {
			return ErrInvalidParams.Wrapf("threshold_rules: expected a type URL, got %q", rule.MsgTypeUrl)
		}
		if i > 0 && rule.MsgTypeUrl <= p.ThresholdRules[i-1].MsgTypeUrl {
			return ErrInvalidParams.Wrapf("threshold_rules: expected ascending type URLs without repeats, got %s after %s",
				rule.MsgTypeUrl, p.ThresholdRules[i-1].MsgTypeUrl)
		}
		if err := rule.Threshold.Validate(); err != nil {
			return err
		}
	}
	if p.MissedWindow > 0 && (p.MissedMax == 0 || p.MissedMax > p.MissedWindow) {
		return ErrInvalidParams.Wrapf("missed_max: expected 1 to %d, which is missed_window, got %d", p.MissedWindow, p.MissedMax)
	}
	return nil
}

// Votes says whether an organization has a vote.
func (p Params) Votes(organization Organization) bool {
	return organization.IsActive() && slices.Contains(p.VotingKinds, organization.Kind)
}
