package types

import (
	"time"

	errorsmod "cosmossdk.io/errors"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// ClosedDaysMax is the longest run of days without cut-offs, weekends included, that a calendar may have. It bounds the
	// search for the next cut-off.
	ClosedDaysMax = 31
	// HolidaysPerMessage bounds the work of one change of the calendar.
	HolidaysPerMessage = 400

	dateLayout    = "2006-01-02"
	minutesPerDay = 24 * 60
	secondsPerDay = 24 * 60 * 60
	// 1970-01-01 was a Thursday.
	weekdayOfDayZero = int64(time.Thursday)
	daysPerWeek      = 7
)

// japan is a fixed zone: Japan time has no summer time.
var japan = time.FixedZone("JST", 9*60*60)

// ParseDate returns the Japan-time day of a date as 2026-04-29, in days since 1970-01-01. It refuses every other spelling
// and dates before 1970 with ErrInvalidCalendar.
func ParseDate(date string) (int64, error) {
	midnight, err := time.ParseInLocation(dateLayout, date, japan)
	if err != nil || midnight.Format(dateLayout) != date || midnight.Year() < 1970 {
		return 0, errorsmod.Wrapf(ErrInvalidCalendar, "expected a date as 2026-04-29, got %q", date)
	}
	return registrytypes.JapanDay(midnight), nil
}

// FormatDate returns a Japan-time day as 2026-04-29.
func FormatDate(day int64) string {
	return time.Unix(day*secondsPerDay, 0).UTC().Format(dateLayout)
}

// IsWeekend says whether a Japan-time day is a Saturday or a Sunday.
func IsWeekend(day int64) bool {
	weekday := time.Weekday((day + weekdayOfDayZero) % daysPerWeek)
	return weekday == time.Saturday || weekday == time.Sunday
}

// Calendar says when cycles close: at the cut-offs, in minutes after midnight, of every day that is neither on a weekend
// nor a holiday.
type Calendar struct {
	CutOffs []uint32
	// IsHoliday says whether the members have closed a day.
	IsHoliday func(day int64) (bool, error)
}

// IsBusinessDay says whether a day has cut-offs.
func (c Calendar) IsBusinessDay(day int64) (bool, error) {
	if IsWeekend(day) {
		return false, nil
	}
	holiday, err := c.IsHoliday(day)
	return !holiday, err
}

// Next returns the first cut-off after a time. It returns ErrInvalidCalendar if there is none within ClosedDaysMax days,
// which CheckRun prevents.
func (c Calendar) Next(after time.Time) (time.Time, error) {
	first := registrytypes.JapanDay(after)
	for day := first; day <= first+ClosedDaysMax+1; day++ {
		open, err := c.IsBusinessDay(day)
		if err != nil {
			return time.Time{}, err
		}
		if !open {
			continue
		}
		for _, minute := range c.CutOffs {
			if cutOff := timeOf(day, minute); cutOff.After(after) {
				return cutOff, nil
			}
		}
	}
	return time.Time{}, errorsmod.Wrapf(ErrInvalidCalendar,
		"expected a business day within %d days of %s, got none; remove holidays", ClosedDaysMax, FormatDate(first))
}

// CheckRun checks that a day is in no run of more than ClosedDaysMax days without cut-offs. It returns ErrInvalidCalendar.
func (c Calendar) CheckRun(day int64) error {
	run := int64(0)
	for _, step := range []int64{-1, 1} {
		at := day
		if step > 0 {
			at++ // the day itself was counted on the way back
		}
		for ; run <= ClosedDaysMax; at += step {
			open, err := c.IsBusinessDay(at)
			if err != nil {
				return err
			}
			if open {
				break
			}
			run++
		}
	}
	if run > ClosedDaysMax {
		return errorsmod.Wrapf(ErrInvalidCalendar,
			"expected at most %d days in a row without cut-offs, got more around %s", ClosedDaysMax, FormatDate(day))
	}
	return nil
}

// BusinessDate returns the date, in Japan time, of a cut-off.
func BusinessDate(cutOff time.Time) string {
	return FormatDate(registrytypes.JapanDay(cutOff))
}

func timeOf(day int64, minute uint32) time.Time {
	midnight := time.Unix(day*secondsPerDay, 0).Add(-9 * time.Hour)
	return midnight.Add(time.Duration(minute) * time.Minute).UTC()
}
