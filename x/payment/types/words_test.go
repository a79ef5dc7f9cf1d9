package types_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/x/payment/types"
)

// Each status and period has its own word: what its name says.
func TestWords(t *testing.T) {
	for prefix, words := range map[string]struct {
		names map[int32]string
		word  func(value int32) string
	}{
		"PERIOD_":                 {types.Period_name, func(v int32) string { return types.Period(v).Word() }},
		"PAYMENT_STATUS_":         {types.PaymentStatus_name, func(v int32) string { return types.PaymentStatus(v).Word() }},
		"PAYMENT_REQUEST_STATUS_": {types.PaymentRequestStatus_name, func(v int32) string { return types.PaymentRequestStatus(v).Word() }},
		"MANDATE_STATUS_":         {types.MandateStatus_name, func(v int32) string { return types.MandateStatus(v).Word() }},
		"SCHEDULE_STATUS_":        {types.ScheduleStatus_name, func(v int32) string { return types.ScheduleStatus(v).Word() }},
	} {
		for value, name := range words.names {
			require.Equal(t, strings.ToLower(strings.TrimPrefix(name, prefix)), words.word(value), name)
		}
	}
}
