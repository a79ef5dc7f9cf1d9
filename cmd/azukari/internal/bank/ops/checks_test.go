package ops

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/base/address"
	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
)

func TestMain(m *testing.M) {
	address.Configure()
	os.Exit(m.Run())
}

func TestYen(t *testing.T) {
	for _, good := range []string{"1", "1000000000000000"} {
		var c checks
		require.Equal(t, good, c.amount(good).String())
		require.NoError(t, c.err())
	}
	for _, bad := range []string{"", "0", "-1", "+1", "01", "1.0", "1,000", "１", "1000000000000001", "9999999999999999999", "0x1", "1e3", " 1"} {
		var c checks
		c.amount(bad)
		require.ErrorContains(t, c.err(), "amount: expected whole yen from 1 to 1000000000000000", bad)
	}
}

func TestCoreEntryNotesEverything(t *testing.T) {
	good := sdk.AccAddress(make([]byte, 20)).String()
	entry, faults := CoreEntry(&bankpb.CoreEntry{Reference: "a/1", Date: "2026-04-01", Account: good, Direction: "redeem", Amount: "7", Line: 3})
	require.Empty(t, faults)
	require.Equal(t, 3, entry.Line)
	_, faults = CoreEntry(&bankpb.CoreEntry{})
	var fields []string
	for _, fault := range faults {
		fields = append(fields, fault.Field)
	}
	require.Equal(t, []string{"reference", "date", "account", "direction", "amount"}, fields)
}

func TestErrors(t *testing.T) {
	require.NoError(t, Status(nil))
	require.True(t, IsUncertain(fmt.Errorf("x: %w", nodeclient.ErrNotIncluded)))
	require.True(t, IsUncertain(status.Error(codes.Unavailable, "")))
	require.True(t, IsUncertain(context.DeadlineExceeded))
	require.False(t, IsUncertain(errors.New("no")))
	require.Equal(t, codes.Canceled, status.Code(Status(context.Canceled)))
	require.Equal(t, "account x: no such account", Line(fmt.Errorf("account x: %w", status.Error(codes.NotFound, "no such account\nstack"))))
	require.Equal(t, "plain", Line(errors.New("plain")))
}
