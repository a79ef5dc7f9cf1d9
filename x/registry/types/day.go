package types

import "time"

const (
	// Japan time is UTC+9 all year round.
	japanOffsetSeconds = 9 * 60 * 60
	daySeconds         = 24 * 60 * 60
)

// JapanDay returns the day of Japan time that t is in, as days since 1970-01-01. Times before that date, which no block
// has, are not meaningful.
func JapanDay(t time.Time) int64 {
	return (t.Unix() + japanOffsetSeconds) / daySeconds
}
