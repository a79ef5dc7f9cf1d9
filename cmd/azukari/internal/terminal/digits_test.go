package terminal

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGrouped(t *testing.T) {
	for digits, want := range map[string]string{
		"0": "0", "999": "999", "1000": "1,000", "-1000": "-1,000", "-999": "-999", "1234567": "1,234,567",
	} {
		require.Equal(t, want, Grouped(digits))
	}
}
