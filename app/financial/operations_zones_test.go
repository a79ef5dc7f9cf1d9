package financial_test

import (
	"time"

	"pgregory.net/rapid"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// zoneOperations are what banks and members decide about Business Zones.
func zoneOperations() operations {
	return operations{
		"set zone terms": func(s *simulation, r *rapid.T) sdk.Msg {
			bank := s.bank(r)
			return &financialtypes.MsgSetZoneTerms{
				Operator: s.operator(r, bank, membershiptypes.RoleCompliance), Zone: s.zone(r),
				Slice: maybe(r, "slice"), Ceiling: maybe(r, "ceiling"), Paused: rapid.IntRange(0, 9).Draw(r, "paused") == 0,
			}
		},
		"register zone": func(s *simulation, r *rapid.T) sdk.Msg {
			id := rapid.SampledFrom([]string{linkedZone, "energy", "Nowhere"}).Draw(r, "zone")
			return &financialtypes.MsgRegisterZone{Authority: s.authority(r), Zone: id, ChainId: id + "-1"}
		},
		"set zone limits": func(s *simulation, r *rapid.T) sdk.Msg {
			var limits *financialtypes.ZoneLimits
			if rapid.Bool().Draw(r, "limits") {
				most := sdkInt(rapid.Int64Range(0, 100_000).Draw(r, "most"))
				limits = &financialtypes.ZoneLimits{
					Ceiling: most, BankCeiling: most, ChargesPerWindow: most, DischargesPerWindow: most, Window: time.Hour,
				}
			}
			return &financialtypes.MsgSetZoneLimits{Authority: s.authority(r), Zone: s.zone(r), Limits: limits}
		},
		"pause zone": func(s *simulation, r *rapid.T) sdk.Msg {
			return &financialtypes.MsgPauseZone{Authority: s.authority(r), Zone: s.zone(r), Paused: rapid.IntRange(0, 3).Draw(r, "paused") == 0}
		},
		"suspend zone": func(s *simulation, r *rapid.T) sdk.Msg {
			return &financialtypes.MsgSuspendZone{Authority: s.authority(r), Zone: s.zone(r), Reason: "inquiry"}
		},
		"resume zone": func(s *simulation, r *rapid.T) sdk.Msg {
			return &financialtypes.MsgResumeZone{Authority: s.authority(r), Zone: s.zone(r), AcceptReport: rapid.IntRange(0, 3).Draw(r, "accept") == 0, Reason: "settled"}
		},
		"close zone": func(s *simulation, r *rapid.T) sdk.Msg {
			return &financialtypes.MsgCloseZone{Authority: s.authority(r), Zone: rapid.SampledFrom([]string{linkedZone, "energy"}).Draw(r, "zone"), Reason: "over"}
		},
	}
}

// maybe is an amount that a bank may set, or none.
func maybe(r *rapid.T, name string) *math.Int {
	if rapid.IntRange(0, 3).Draw(r, "no "+name) == 0 {
		return nil
	}
	amount := sdkInt(rapid.OneOf(rapid.Int64Range(0, 50_000), rapid.SampledFrom([]int64{-1, 1_000_000})).Draw(r, name))
	return &amount
}
