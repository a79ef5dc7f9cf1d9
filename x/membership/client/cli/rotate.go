package cli

import (
	"errors"
	"fmt"
	"os"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/privval"
	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/client/tx"

	"github.com/azukari-network/azukari/x/membership/types"
)

func newRotateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rotate-key OLD-KEY-FILE NEW-KEY-FILE",
		Short: "Move the power of a validator of your organization to a new key",
		Long: `Move the power of a validator of your organization to a new key. Both files are priv_validator_key.json files; only the
new one is read with its private key, to prove that your organization has it. Of the old one the public key is enough.
Start the new validator before, and stop the old one only after the network has taken the change.`,
		Example: "fzd tx membership rotate-key old/priv_validator_key.json new/priv_validator_key.json --from node",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			clientCtx, err := client.GetClientTxContext(cmd)
			if err != nil {
				return err
			}
			old, err := readKey(args[0])
			if err != nil {
				return err
			}
			fresh, err := readKey(args[1])
			if err != nil {
				return err
			}
			operator, err := types.NewQueryClient(clientCtx).Operator(cmd.Context(), &types.QueryOperatorRequest{
				Address: clientCtx.GetFromAddress().String(),
			})
			if err != nil {
				return err
			}
			msg, err := Rotation(clientCtx.GetFromAddress().String(), clientCtx.ChainID, operator.Operator.Organization, old, fresh)
			if err != nil {
				return err
			}
			return tx.GenerateOrBroadcastTxCLI(clientCtx, cmd.Flags(), msg)
		},
	}
	flags.AddTxFlagsToCmd(cmd)
	return cmd
}

func readKey(name string) (privval.FilePVKey, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return privval.FilePVKey{}, err
	}
	var key privval.FilePVKey
	if err := cmtjson.Unmarshal(raw, &key); err != nil {
		return privval.FilePVKey{}, fmt.Errorf("%s: expected a priv_validator_key.json file: %w", name, err)
	}
	return key, nil
}

// Rotation returns the message that moves an organization's power from the old key to the new one, with the new key's proof.
func Rotation(operator, chainID, organization string, old, fresh privval.FilePVKey) (*types.MsgRotateValidatorKey, error) {
	oldKey, ok := old.PubKey.(ed25519.PubKey)
	if !ok {
		return nil, fmt.Errorf("old key: expected an ed25519 public key, got %T", old.PubKey)
	}
	newKey, ok := fresh.PubKey.(ed25519.PubKey)
	if !ok {
		return nil, fmt.Errorf("new key: expected an ed25519 public key, got %T", fresh.PubKey)
	}
	if fresh.PrivKey == nil {
		return nil, errors.New("new key: expected its private key, got none: rotate where the new key is")
	}
	proof, err := fresh.PrivKey.Sign(types.RotationBytes(chainID, organization, oldKey, newKey))
	if err != nil {
		return nil, fmt.Errorf("sign with the new key: %w", err)
	}
	return &types.MsgRotateValidatorKey{Operator: operator, OldKey: oldKey, NewKey: newKey, Proof: proof}, nil
}
