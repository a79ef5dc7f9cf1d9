package types_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/azukari-network/azukari/x/payment/types"
)

// at parses a time in RFC 3339, mostly of Japan.
func at(t require.TestingT, text string) time.Time {
	parsed, err := time.Parse(time.RFC3339Nano, text)
	require.NoError(t, err)
	return parsed.UTC()
}

// Periods begin at midnight in Japan, weeks on Mondays, months on the first.
func TestPeriodNumber(t *testing.T) {
	tests := map[string]struct {
		period types.Period
		a, b   string
		same   bool
	}{
		"last second and first of a day":          {types.PeriodDay, "2026-04-30T23:59:59.999999999+09:00", "2026-05-01T00:00:00+09:00", false},
		"one day, two of UTC":                     {types.PeriodDay, "2026-05-01T08:59:00+09:00", "2026-05-01T09:01:00+09:00", true},
		"one day of UTC, two in Japan":            {types.PeriodDay, "2026-05-01T14:59:59Z", "2026-05-01T15:00:00Z", false},
		"Sunday and Monday":                       {types.PeriodWeek, "2026-05-03T23:59:59+09:00", "2026-05-04T00:00:00+09:00", false},
		"Monday to Sunday":                        {types.PeriodWeek, "2026-05-04T00:00:00+09:00", "2026-05-10T23:59:59+09:00", true},
		"a week over the turn of the year":        {types.PeriodWeek, "2026-12-28T00:00:00+09:00", "2027-01-03T23:59:59+09:00", true},
		"the first week of 1970":                  {types.PeriodWeek, "1970-01-01T00:00:00+09:00", "1970-01-04T23:59:59+09:00", true},
		"and the second":                          {types.PeriodWeek, "1970-01-04T23:59:59+09:00", "1970-01-05T00:00:00+09:00", false},
		"end of April":                            {types.PeriodMonth, "2026-04-30T23:59:59+09:00", "2026-05-01T00:00:00+09:00", false},
		"a whole May":                             {types.PeriodMonth, "2026-05-01T00:00:00+09:00", "2026-05-31T23:59:59+09:00", true},
		"a month of UTC, two in Japan":            {types.PeriodMonth, "2026-05-31T14:59:59Z", "2026-05-31T15:00:00Z", false},
		"29 February is in February":              {types.PeriodMonth, "2028-02-01T00:00:00+09:00", "2028-02-29T23:59:59+09:00", true},
		"and 1 March behind it":                   {types.PeriodMonth, "2028-02-29T23:59:59+09:00", "2028-03-01T00:00:00+09:00", false},
		"28 February and 1 March of another year": {types.PeriodMonth, "2027-02-28T23:59:59+09:00", "2027-03-01T00:00:00+09:00", false},
		"turn of the year":                        {types.PeriodMonth, "2026-12-31T23:59:59+09:00", "2027-01-01T00:00:00+09:00", false},
		"the same month a year later":             {types.PeriodMonth, "2026-05-01T00:00:00+09:00", "2027-05-01T00:00:00+09:00", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			a, b := test.period.Number(at(t, test.a)), test.period.Number(at(t, test.b))
			require.Equal(t, test.same, a == b)
			require.LessOrEqual(t, a, b)
		})
	}
	require.Zero(t, types.PeriodUnspecified.Number(at(t, "2026-05-01T00:00:00Z")))
}

func TestPeriodAfter(t *testing.T) {
	tests := map[string]struct {
		period  types.Period
		first   string
		periods uint32
		want    string
	}{
		"single":                       {types.PeriodUnspecified, "2026-04-30T09:00:00+09:00", 3, "2026-04-30T09:00:00+09:00"},
		"tomorrow":                     {types.PeriodDay, "2026-04-30T09:00:00+09:00", 1, "2026-05-01T09:00:00+09:00"},
		"a year of days":               {types.PeriodDay, "2027-03-01T00:00:00+09:00", 366, "2028-03-01T00:00:00+09:00"},
		"next week":                    {types.PeriodWeek, "2026-12-28T23:59:59+09:00", 1, "2027-01-04T23:59:59+09:00"},
		"next month":                   {types.PeriodMonth, "2026-04-15T09:00:00+09:00", 1, "2026-05-15T09:00:00+09:00"},
		"31 January and February":      {types.PeriodMonth, "2026-01-31T09:00:00+09:00", 1, "2026-02-28T09:00:00+09:00"},
		"and March again":              {types.PeriodMonth, "2026-01-31T09:00:00+09:00", 2, "2026-03-31T09:00:00+09:00"},
		"and April":                    {types.PeriodMonth, "2026-01-31T09:00:00+09:00", 3, "2026-04-30T09:00:00+09:00"},
		"a leap year":                  {types.PeriodMonth, "2028-01-31T09:00:00+09:00", 1, "2028-02-29T09:00:00+09:00"},
		"29 February a year later":     {types.PeriodMonth, "2028-02-29T09:00:00+09:00", 12, "2029-02-28T09:00:00+09:00"},
		"and four years later":         {types.PeriodMonth, "2028-02-29T09:00:00+09:00", 48, "2032-02-29T09:00:00+09:00"},
		"over the turn of the year":    {types.PeriodMonth, "2026-11-30T09:00:00+09:00", 3, "2027-02-28T09:00:00+09:00"},
		"December":                     {types.PeriodMonth, "2026-11-30T09:00:00+09:00", 1, "2026-12-30T09:00:00+09:00"},
		"midnight, the day before UTC": {types.PeriodMonth, "2026-03-31T15:00:00Z", 1, "2026-04-30T15:00:00Z"},
		"31st in Japan, 30th of UTC":   {types.PeriodMonth, "2026-01-30T15:00:00.000000001Z", 1, "2026-02-27T15:00:00.000000001Z"},
		"2100 is no leap year":         {types.PeriodMonth, "2100-01-31T09:00:00+09:00", 1, "2100-02-28T09:00:00+09:00"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, at(t, test.want), test.period.After(at(t, test.first), test.periods))
		})
	}
}

// Each payment of a series is in the period behind the one before, at one time of day in Japan.
func TestSeriesHasOnePaymentPerPeriod(t *testing.T) {
	japan := time.FixedZone("JST", 9*60*60)
	rapid.Check(t, func(r *rapid.T) {
		first := time.Unix(rapid.Int64Range(1_700_000_000, 4_000_000_000).Draw(r, "first"), rapid.Int64Range(0, 999_999_999).Draw(r, "ns")).UTC()
		period := rapid.SampledFrom([]types.Period{types.PeriodDay, types.PeriodWeek, types.PeriodMonth}).Draw(r, "period")
		n := rapid.Uint32Range(0, 3_000).Draw(r, "n")
		this, next := period.After(first, n), period.After(first, n+1)
		require.True(r, next.After(this))
		require.Equal(r, period.Number(this)+1, period.Number(next))
		require.Equal(r, period.Number(first)+int64(n), period.Number(this))
		require.Equal(r, first.In(japan).Format("15:04:05.000000000"), this.In(japan).Format("15:04:05.000000000"))
	})
}
