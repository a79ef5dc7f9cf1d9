package devnet

import (
	"encoding/json"
	"fmt"
	"time"

	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
)

// ValidatorPower is the voting power of each validator of a devnet.
const ValidatorPower = validatorPower

// ChainID returns the chain id of a zone of the manifest, or an empty string if there is no such zone.
func (m Manifest) ChainID(zone string) string {
	for _, plan := range planZones(m) {
		if plan.id == zone {
			return plan.chainID
		}
	}
	return ""
}

// Genesis returns the genesis of one zone of a manifest for tests that run the application in their own process.
// defaults is the application's default genesis; validatorKey returns the Ed25519 public key, 32 bytes, of each
// validator of each zone by its name.
func Genesis(
	manifest Manifest, keys *Keys, zone string, defaults map[string]json.RawMessage,
	validatorKey func(zone, name string) []byte, at time.Time,
) (*genutiltypes.AppGenesis, error) {
	builder := genesisBuilder{manifest: manifest, keys: keys, cdc: newCodec(), time: at, validators: map[string][]byte{}}
	var own *zonePlan
	var validators []consensusKey
	for _, plan := range planZones(manifest) {
		members := membersKeys(plan, validatorKey)
		builder.validators[plan.id] = validatorsHash(members)
		if plan.id == zone {
			own, validators = &plan, members
		}
	}
	if own == nil {
		return nil, fmt.Errorf("expected a zone of the manifest, got %q", zone)
	}
	return builder.build(*own, defaults, zoneNodes{validators: validators})
}

// membersKeys are the keys of a zone's validators, by organization.
func membersKeys(plan zonePlan, validatorKey func(zone, name string) []byte) []consensusKey {
	var validators []consensusKey
	for _, member := range plan.members {
		for i := range member.validators {
			name := fmt.Sprintf("%s-%d", member.id, i)
			validators = append(validators, consensusKey{organization: member.id, key: validatorKey(plan.id, name)})
		}
	}
	return validators
}
