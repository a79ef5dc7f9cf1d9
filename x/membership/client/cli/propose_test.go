package cli_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	upgradetypes "cosmossdk.io/x/upgrade/types"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/messages"
	"github.com/azukari-network/azukari/x/membership/client/cli"
	"github.com/azukari-network/azukari/x/membership/types"
)

func TestDecode(t *testing.T) {
	fixture := keepertest.New(t, keepertest.Options{})
	messages.Register(fixture.InterfaceRegistry)
	proposer := keepertest.Address("representative")
	decode := func(text string) (*types.MsgSubmitProposal, error) {
		return cli.Decode(fixture.Codec, []byte(text), proposer)
	}

	msg, err := decode(`{"title":"T","summary":"S","messages":[
		{"@type":"/cosmos.upgrade.v1beta1.MsgCancelUpgrade"},
		{"@type":"/ibc.core.client.v1.MsgRecoverClient","subject_client_id":"07-tendermint-0","substitute_client_id":"07-tendermint-1","signer":"` + proposer.String() + `"}
	]}`)
	require.NoError(t, err)
	require.Equal(t, proposer.String(), msg.Proposer)
	require.Len(t, msg.Messages, 2)
	var cancel sdk.Msg
	require.NoError(t, fixture.Codec.UnpackAny(msg.Messages[0], &cancel))
	require.Equal(t, &upgradetypes.MsgCancelUpgrade{Authority: fixture.Authority}, cancel, "the authority is filled in")

	for text, want := range map[string]string{
		`{`:                              "expected JSON with title, summary and messages",
		`{"titel":"T"}`:                  `unknown field "titel"`,
		`{"title":"T","messages":["x"]}`: "message 0: expected an object",
		`{"title":"T","messages":[{}]}`:  `message 0: expected the message's type as "@type"`,
		`{"title":"T"}`:                  "messages: expected 1 to 16, got 0",
		`{"messages":[{"@type":"/cosmos.upgrade.v1beta1.MsgCancelUpgrade"}]}`:                   "title: expected 1 to 128 bytes",
		`{"title":"T","messages":[{"@type":"/cosmos.upgrade.v1beta1.MsgCancelUpgrade","x":1}]}`: `unknown field "x"`,
		`{"title":"T","messages":[{"@type":"/x.MsgY"}]}`:                                        "/x.MsgY",
	} {
		_, err := decode(text)
		require.ErrorContains(t, err, want, text)
		require.NotContains(t, err.Error(), "\n")
	}
}
