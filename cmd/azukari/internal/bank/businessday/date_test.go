package businessday

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDaysOfJapanTime(t *testing.T) {
	require.Equal(t, Date("2026-04-01"), Of(time.Date(2026, 3, 31, 15, 0, 0, 0, time.UTC)))
	require.Equal(t, Date("2026-03-31"), Of(time.Date(2026, 3, 31, 14, 59, 59, 999_999_999, time.UTC)))
	day, err := Parse("2026-04-01")
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 3, 31, 15, 0, 0, 0, time.UTC), day.Start().UTC())
	require.Equal(t, time.Date(2026, 4, 1, 15, 0, 0, 0, time.UTC), day.End().UTC())
	for _, bad := range []string{"", "2026-4-1", "2026-02-30", "20260401", "2026-04-01 "} {
		_, err := Parse(bad)
		require.ErrorContains(t, err, "expected a date as 2026-04-01", bad)
	}
	require.Panics(t, func() { Date("x").Start() })
}

func TestBusinessDaysAndAges(t *testing.T) {
	// 2026-04-29 is Showa Day, a Wednesday; May 3 to 6 is Golden Week.
	calendar := Calendar{Holidays: []Date{"2026-04-29", "2026-05-04", "2026-05-05", "2026-05-06"}}
	for _, test := range []struct {
		from, to Date
		days     int
		age      string
	}{
		{"2026-04-27", "2026-04-27", 0, "0"},
		{"2026-04-27", "2026-04-26", 0, "0"}, // before it
		{"2026-04-27", "2026-04-28", 1, "1"},
		{"2026-04-28", "2026-04-29", 0, "0"}, // a holiday ages nothing
		{"2026-04-28", "2026-04-30", 1, "1"},
		{"2026-04-24", "2026-04-26", 0, "0"}, // a weekend ages nothing
		{"2026-04-24", "2026-04-28", 2, "2-5"},
		{"2026-04-30", "2026-05-07", 2, "2-5"},
		{"2026-04-20", "2026-04-27", 5, "2-5"},
		{"2026-04-20", "2026-04-28", 6, ">5"},
		{"1999-01-01", "2026-04-28", 999, ">5"},
	} {
		days := calendar.Since(test.from, test.to)
		require.Equal(t, test.days, days, "%s to %s", test.from, test.to)
		require.Equal(t, test.age, Age(days))
	}
}
