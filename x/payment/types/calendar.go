package types

import (
	"time"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	day            = 24 * time.Hour
	daysPerWeek    = 7
	mondayToOrigin = 3 // 1970-01-01 was a Thursday
)

// Number counts periods of a length on Japan's calendar, so that two times have one number exactly if they are in one period. It
// is 0 for PeriodUnspecified.
func (p Period) Number(at time.Time) int64 {
	switch p {
	case PeriodDay:
		return registrytypes.JapanDay(at)
	case PeriodWeek:
		return (registrytypes.JapanDay(at) + mondayToOrigin) / daysPerWeek
	case PeriodMonth:
		year, month, _ := at.In(japan).Date()
		return int64(year)*monthsPerYear + int64(month)
	case PeriodUnspecified:
	}
	return 0
}

// After returns the time that is so many periods after the first one, at the same time of day in Japan: of months on the same day,
// or on the last of a month that lacks it. It counts from the first time, so that a short month does not move the later ones.
func (p Period) After(first time.Time, periods uint32) time.Time {
	switch p {
	case PeriodDay:
		return first.Add(time.Duration(periods) * day)
	case PeriodWeek:
		return first.Add(time.Duration(periods) * daysPerWeek * day)
	case PeriodMonth:
		local := first.In(japan)
		year, month, date := local.Date()
		// The day before the first of the month behind it: time.Date carries months above 12 into years.
		months := month + time.Month(periods)
		last := time.Date(year, months+1, 0, 0, 0, 0, 0, japan).Day()
		hour, minute, second := local.Clock()
		return time.Date(year, months, min(date, last), hour, minute, second, local.Nanosecond(), japan).UTC()
	case PeriodUnspecified:
	}
	return first
}

// isKnown says whether the period has a length.
func (p Period) isKnown() bool {
	switch p {
	case PeriodDay, PeriodWeek, PeriodMonth:
		return true
	case PeriodUnspecified:
	}
	return false
}

// Word returns the period as people write it, such as "month".
func (p Period) Word() string {
	switch p {
	case PeriodDay:
		return "day"
	case PeriodWeek:
		return "week"
	case PeriodMonth:
		return "month"
	case PeriodUnspecified:
	}
	return "unspecified"
}
