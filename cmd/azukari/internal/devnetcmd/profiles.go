package devnetcmd

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/azukari-network/azukari/app/base/encoding"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
	"github.com/azukari-network/azukari/testutil/devnet"
)

// profilesFolder is where the profiles of a network's banks are, below the network's folder.
const profilesFolder = "banks"

// WriteProfiles writes a profile of each bank of a running network, with a keyring of its operators and of the accounts
// of genesis, so that `azukari bank` works at once. It returns the paths of the profiles.
func WriteProfiles(endpoints devnet.Endpoints, banks []string, dir string) ([]string, error) {
	zone, err := financialZone(endpoints)
	if err != nil {
		return nil, err
	}
	paths := make([]string, len(banks))
	for i, bank := range banks {
		paths[i] = filepath.Join(dir, profilesFolder, bank, profile.FileName)
		one := profile.Profile{
			Bank: bank, ChainID: zone.ChainID, Nodes: nodesOf(zone, bank),
			Keyring: profile.Keyring{Backend: "test", Dir: "keyring"},
			Operators: profile.Operators{
				Maker: "maker", Checker: "checker", Compliance: "compliance",
			},
			// Several banks serve on one machine.
			Service: profile.Service{Listen: fmt.Sprintf("127.0.0.1:%d", 9190+i)},
		}
		if err := one.Write(paths[i]); err != nil {
			return nil, err
		}
		if err := importKeys(paths[i], bank, endpoints.Keys); err != nil {
			return nil, err
		}
	}
	return paths, nil
}

func financialZone(endpoints devnet.Endpoints) (devnet.ZoneEndpoints, error) {
	for _, zone := range endpoints.Zones {
		if zone.ID == devnet.FinancialID {
			return zone, nil
		}
	}
	return devnet.ZoneEndpoints{}, fmt.Errorf("expected zone %s in the network, got none", devnet.FinancialID)
}

// nodesOf lists the bank's own nodes, and then the listeners, which serve everybody on a devnet.
func nodesOf(zone devnet.ZoneEndpoints, bank string) []profile.Node {
	var own, listeners []profile.Node
	for _, node := range zone.Nodes {
		address := profile.Node{GRPC: node.GRPC, RPC: node.RPC}
		switch {
		case node.Name == bank || strings.HasPrefix(node.Name, bank+"-"):
			own = append(own, address)
		case node.Role == devnet.RoleListener:
			listeners = append(listeners, address)
		}
	}
	return append(own, listeners...)
}

// importKeys puts the keys of a bank into its keyring: operators by their role, a role's second one as compliance-2, and
// accounts as account-0, account-1.
func importKeys(path, bank string, records []devnet.KeyRecord) error {
	one, err := profile.Load(path)
	if err != nil {
		return err
	}
	keys, err := one.OpenKeys(encoding.Make().Codec, strings.NewReader(""))
	if err != nil {
		return err
	}
	accounts := 0
	taken := map[string]int{}
	for _, record := range records {
		if record.Organization != bank {
			continue
		}
		name := record.Role
		if record.Role == "holder" {
			name = fmt.Sprintf("account-%d", accounts)
			accounts++
		}
		if taken[name]++; taken[name] > 1 {
			name = fmt.Sprintf("%s-%d", name, taken[name])
		}
		if err := keys.Import(name, record.PrivateHex); err != nil {
			return err
		}
	}
	return nil
}
