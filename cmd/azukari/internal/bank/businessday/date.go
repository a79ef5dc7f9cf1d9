// Package businessday reckons in days of Japan time and in the business days of a bank.
package businessday

import (
	"fmt"
	"slices"
	"time"
)

// Japan is Japan time, which has no daylight saving.
var Japan = time.FixedZone("JST", 9*60*60)

// Date is a day of Japan time, as 2026-04-01. Dates compare as texts.
type Date string

// Parse reads a date as 2026-04-01.
func Parse(text string) (Date, error) {
	if _, err := time.ParseInLocation(time.DateOnly, text, Japan); err != nil {
		return "", fmt.Errorf("expected a date as 2026-04-01, got %q", text)
	}
	return Date(text), nil
}

// Of returns the day of Japan time that a moment is in.
func Of(moment time.Time) Date { return Date(moment.In(Japan).Format(time.DateOnly)) }

// Start returns the first moment of the day.
func (d Date) Start() time.Time {
	start, err := time.ParseInLocation(time.DateOnly, string(d), Japan)
	if err != nil {
		panic(fmt.Errorf("a date that Parse has not seen: %w", err))
	}
	return start
}

// End returns the first moment after the day.
func (d Date) End() time.Time { return d.Start().AddDate(0, 0, 1) }

// next returns the day after.
func (d Date) next() Date { return Of(d.End()) }

// Calendar knows the days on which banks are open.
type Calendar struct {
	// Holidays beside Saturdays and Sundays, ascending.
	Holidays []Date
}

// IsBusinessDay says whether banks are open.
func (c Calendar) IsBusinessDay(d Date) bool {
	weekday := d.Start().Weekday()
	if weekday == time.Saturday || weekday == time.Sunday {
		return false
	}
	_, holiday := slices.BinarySearch(c.Holidays, d)
	return !holiday
}

// maxAge ends the count of business days: nobody asks how many years a break is old.
const maxAge = 999

// Since counts the business days after one day up to another: 0 on the same day, and also before it.
func (c Calendar) Since(from, to Date) int {
	days := 0
	for day := from.next(); day <= to && days < maxAge; day = day.next() {
		if c.IsBusinessDay(day) {
			days++
		}
	}
	return days
}

// Ages are the buckets of ageing, the youngest first.
var Ages = []string{"0", "1", "2-5", ">5"}

// Age returns the bucket of a number of business days.
func Age(days int) string {
	switch {
	case days <= 0:
		return Ages[0]
	case days == 1:
		return Ages[1]
	case days <= 5:
		return Ages[2]
	default:
		return Ages[3]
	}
}
