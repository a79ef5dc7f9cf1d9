package types

import (
	"time"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const daySeconds = 24 * 60 * 60

// DateOf returns the date in Japan at a moment, as YYYY-MM-DD. Dates of this form sort by time.
func DateOf(moment time.Time) string {
	return time.Unix(registrytypes.JapanDay(moment)*daySeconds, 0).UTC().Format(time.DateOnly)
}

// ValidateDate checks a date: YYYY-MM-DD, one that the calendar has.
func ValidateDate(date string) error {
	_, err := parseDate(date)
	return err
}

// NextDate returns the date after one.
func NextDate(date string) (string, error) {
	day, err := parseDate(date)
	if err != nil {
		return "", err
	}
	return day.AddDate(0, 0, 1).Format(time.DateOnly), nil
}

func parseDate(date string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil || len(date) != len(time.DateOnly) {
		return time.Time{}, ErrInvalidDate.Wrapf("expected a date as YYYY-MM-DD, got %q", date)
	}
	return day, nil
}

// CurrentDate returns the business date of the bank of this book at a moment: the date in Japan, or the date after the
// newest one closed if that is later.
func (m BankBook) CurrentDate(now time.Time) (string, error) {
	today := DateOf(now)
	if m.ClosedThrough < today {
		return today, nil
	}
	return NextDate(m.ClosedThrough)
}
