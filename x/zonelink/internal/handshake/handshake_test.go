package handshake_test

import (
	"errors"
	"testing"

	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/zonelink/internal/handshake"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

var errTaken = errors.New("taken")

func channel(side handshake.Side) handshake.Channel {
	return handshake.Channel{
		Side: side, PortID: "port", Version: "v1",
		Check: func(_ sdk.Context, connectionID string) error {
			if connectionID != "connection-1" {
				return errTaken
			}
			return nil
		},
		Bind:   func(sdk.Context, string) error { return errTaken },
		Closed: func(sdk.Context, string) error { return nil },
	}
}

type step struct {
	order        channeltypes.Order
	hops         []string
	port         string
	counterparty string
	version      string
}

var refusals = map[string]struct {
	change func(*step)
	want   error
}{
	"nothing wrong":       {func(*step) {}, nil},
	"ordered":             {func(s *step) { s.order = channeltypes.ORDERED }, types.ErrInvalidHandshake},
	"two connections":     {func(s *step) { s.hops = []string{"connection-1", "connection-2"} }, types.ErrInvalidHandshake},
	"no connection":       {func(s *step) { s.hops = nil }, types.ErrInvalidHandshake},
	"another port":        {func(s *step) { s.port = "other" }, types.ErrInvalidHandshake},
	"another port there":  {func(s *step) { s.counterparty = "other" }, types.ErrInvalidHandshake},
	"another version":     {func(s *step) { s.version = "v2" }, types.ErrInvalidHandshake},
	"a connection of ill": {func(s *step) { s.hops = []string{"connection-2"} }, errTaken},
}

func TestOpenInitAndTry(t *testing.T) {
	for name, refusal := range refusals {
		t.Run(name, func(t *testing.T) {
			s := step{channeltypes.UNORDERED, []string{"connection-1"}, "port", "port", "v1"}
			refusal.change(&s)
			counterparty := channeltypes.NewCounterparty(s.counterparty, "")
			err := channel(handshake.Financial).OpenInit(sdk.Context{}, s.order, s.hops, s.port, counterparty, s.version)
			require.ErrorIs(t, err, refusal.want)
			err = channel(handshake.Business).OpenTry(sdk.Context{}, s.order, s.hops, s.port, counterparty, s.version)
			require.ErrorIs(t, err, refusal.want)
		})
	}
}

func TestOnlyTheFinancialZoneOpens(t *testing.T) {
	counterparty := channeltypes.NewCounterparty("port", "")
	hops := []string{"connection-1"}
	err := channel(handshake.Business).OpenInit(sdk.Context{}, channeltypes.UNORDERED, hops, "port", counterparty, "v1")
	require.ErrorIs(t, err, types.ErrInvalidHandshake)
	err = channel(handshake.Financial).OpenTry(sdk.Context{}, channeltypes.UNORDERED, hops, "port", counterparty, "v1")
	require.ErrorIs(t, err, types.ErrInvalidHandshake)
	require.ErrorContains(t, err, "expected the Financial Zone to open the port channel")
}

func TestAnEmptyVersionStandsForTheOnlyOne(t *testing.T) {
	err := channel(handshake.Financial).OpenInit(
		sdk.Context{}, channeltypes.UNORDERED, []string{"connection-1"}, "port", channeltypes.NewCounterparty("port", ""), "")
	require.NoError(t, err)
}

func TestBindAndClose(t *testing.T) {
	financial := channel(handshake.Financial)
	require.ErrorIs(t, financial.OpenAck(sdk.Context{}, "channel-1", "v2"), types.ErrInvalidHandshake)
	require.ErrorIs(t, financial.OpenAck(sdk.Context{}, "channel-1", "v1"), errTaken)
	require.ErrorIs(t, channel(handshake.Business).OpenConfirm(sdk.Context{}, "channel-1"), errTaken)
	require.ErrorIs(t, financial.CloseInit("channel-1"), types.ErrInvalidHandshake)
}
