package types

import "time"

const (
	// Japan time is UTC+9 all year round.
	japanOffsetSeconds = 9 * 60 * 60
	hourSeconds        = 60 * 60
	hoursPerDay        = 24
)

// JapanDay returns the day of Japan time that t is in, as days since 1970-01-01. Times before that date, which no block
// has, are not meaningful.
func JapanDay(t time.Time) int64 {
	return (t.Unix() + japanOffsetSeconds) / (hourSeconds * hoursPerDay)
}

// JapanHour returns the hour of Japan time that t is in, as hours since 1970-01-01 00:00 in Japan. Times before that,
// which no block has, read as 0.
func JapanHour(t time.Time) uint64 {
	seconds := t.Unix() + japanOffsetSeconds
	if seconds < 0 {
		return 0
	}
	return uint64(seconds) / hourSeconds
}
