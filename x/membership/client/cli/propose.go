// Package cli has the commands of x/membership that cannot be generated.
package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/client/tx"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/x/membership/types"
)

const example = `{
  "title": "A week to vote",
  "summary": "Committees meet once a week.",
  "messages": [
    {"@type": "/cosmos.upgrade.v1beta1.MsgCancelUpgrade"}
  ]
}`

// NewTxCommand returns `tx membership` with the commands that are not generated.
func NewTxCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:                        types.ModuleName,
		Short:                      "Transactions of the zone's members",
		SuggestionsMinimumDistance: 2,
		RunE:                       client.ValidateCmd,
	}
	cmd.AddCommand(newProposeCommand(), newRotateCommand())
	return cmd
}

func newProposeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "propose FILE",
		Short: "Put messages to the vote of the members",
		Long: `Put messages to the vote of the members. FILE is JSON; "-" reads standard input. The messages are sent with the
members' authority once enough of them agree; a message's "authority" may be left out.`,
		Example: example,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			clientCtx, err := client.GetClientTxContext(cmd)
			if err != nil {
				return err
			}
			raw, err := read(cmd, args[0])
			if err != nil {
				return err
			}
			msg, err := Decode(clientCtx.Codec, raw, clientCtx.GetFromAddress())
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			return tx.GenerateOrBroadcastTxCLI(clientCtx, cmd.Flags(), msg)
		},
	}
	flags.AddTxFlagsToCmd(cmd)
	return cmd
}

func read(cmd *cobra.Command, name string) ([]byte, error) {
	if name != "-" {
		return os.ReadFile(name)
	}
	var buffer bytes.Buffer
	_, err := buffer.ReadFrom(cmd.InOrStdin())
	return buffer.Bytes(), err
}

// file is what people write.
type file struct {
	Title    string            `json:"title"`
	Summary  string            `json:"summary"`
	Messages []json.RawMessage `json:"messages"`
}

// Decode reads a proposal as people write it: title, summary and messages as JSON with "@type", each with the members'
// authority filled in where "authority" is left out. It returns one line that says what was expected.
func Decode(cdc codec.Codec, raw []byte, proposer sdk.AccAddress) (*types.MsgSubmitProposal, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	var written file
	if err := decoder.Decode(&written); err != nil {
		return nil, fmt.Errorf("expected JSON with title, summary and messages: %w", err)
	}
	msg := &types.MsgSubmitProposal{Proposer: proposer.String(), Title: written.Title, Summary: written.Summary}
	for i, raw := range written.Messages {
		packed, err := decodeMessage(cdc, raw)
		if err != nil {
			return nil, fmt.Errorf("message %d: %w", i, err)
		}
		msg.Messages = append(msg.Messages, packed)
	}
	if err := types.ValidateProposalText(msg.Title, msg.Summary); err != nil {
		return nil, err
	}
	return msg, types.ValidateProposalMessages(msg.Messages)
}

func decodeMessage(cdc codec.Codec, raw json.RawMessage) (*codectypes.Any, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, fmt.Errorf("expected an object: %w", err)
	}
	if _, found := fields["@type"]; !found {
		return nil, errors.New(`expected the message's type as "@type", such as "/cosmos.upgrade.v1beta1.MsgSoftwareUpgrade"`)
	}
	withAuthority := raw
	if _, found := fields["authority"]; !found {
		fields["authority"] = json.RawMessage(`"` + authtypes.NewModuleAddress(types.ModuleName).String() + `"`)
		filled, err := json.Marshal(fields)
		if err != nil {
			return nil, err
		}
		withAuthority = filled
	}
	var msg sdk.Msg
	if err := cdc.UnmarshalInterfaceJSON(withAuthority, &msg); err != nil {
		// Some messages of others call their authority "signer"; those must name it themselves.
		if plain := cdc.UnmarshalInterfaceJSON(raw, &msg); plain != nil {
			return nil, plain
		}
	}
	return codectypes.NewAnyWithValue(msg)
}
